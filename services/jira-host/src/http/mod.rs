//! The HTTP interface, by host name.
//!
//! `localhost` is the control page, the control interface, the key server and the bridge script.
//! Every other name below `.localhost` is a site with its pages, what they ask of this host, and
//! its REST interface. To add an endpoint: a handler in the module it belongs to, and a line in
//! that module's `routes`.

mod app_caller;
mod assets;
mod control;
mod errors;
mod host_route;
mod page_api;
mod requested_site;
mod rest;
mod view;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpResponse, guard, web};
use serde_json::json;

use self::host_route::{HostRoute, route_of_host};

/// Adds all routes to an application.
pub fn configure(config: &mut web::ServiceConfig) {
    let to = |accepts: fn(&HostRoute) -> bool| {
        guard::fn_guard(move |context| {
            let head: &RequestHead = context.head();
            accepts(&route_of_host(head.headers()))
        })
    };
    config
        .service(
            web::scope("")
                .guard(to(|route| *route == HostRoute::Control))
                .wrap(from_fn(require_same_origin))
                .configure(control::routes),
        )
        .service(
            web::scope("")
                .guard(to(|route| matches!(route, HostRoute::Site(_))))
                .wrap(from_fn(require_same_origin))
                .configure(rest::routes)
                .configure(page_api::routes),
        )
        .default_service(web::to(refuse_unknown_host));
}

async fn refuse_unknown_host() -> HttpResponse {
    HttpResponse::NotFound()
        .json(json!({"error": "unknown_host", "message": "ask for localhost or <site>.localhost"}))
}

/// Refuses changes that a page of another origin asks for: any web page can post to a loopback
/// address.
async fn require_same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> actix_web::Result<ServiceResponse<BoxBody>> {
    let from = request
        .headers()
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    let foreign = !matches!(from, None | Some("same-origin" | "none"));
    if foreign && request.method() != Method::GET && request.method() != Method::HEAD {
        let refusal = json!({"error": "cross_origin", "message": "only this host's own pages may do that"});
        return Ok(request.into_response(HttpResponse::Forbidden().json(refusal)));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
