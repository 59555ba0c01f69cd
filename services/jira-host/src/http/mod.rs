//! The HTTP side: which host name leads where.
//!
//! `localhost` is the control page, the control interface, the key server and the bridge script. Every other name
//! below `.localhost` is a site, with its pages, what they ask of this host, and its REST interface. To add an
//! endpoint: a handler in the room it belongs to, a line in that room's `routes`.

mod assets;
mod caller;
mod control;
mod page_api;
mod rest;
mod view;

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, HeaderMap, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, guard, web};
use serde_json::json;
use thiserror::Error;

use crate::platform::{Platform, Refusal};
use crate::site::Site;

/// Where a host name leads.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Control,
    Site(String),
    Nowhere,
}

fn place(headers: &HeaderMap) -> Place {
    let host = headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => &host,
    };
    match name {
        "localhost" | "127.0.0.1" | "[::1]" => Place::Control,
        _ => name
            .strip_suffix(".localhost")
            .map_or(Place::Nowhere, |site| Place::Site(site.to_owned())),
    }
}

/// Puts all routes into an application.
pub fn configure(config: &mut web::ServiceConfig) {
    let at = |wanted: fn(&Place) -> bool| {
        guard::fn_guard(move |context| {
            let head: &RequestHead = context.head();
            wanted(&place(head.headers()))
        })
    };
    config
        .service(
            web::scope("")
                .guard(at(|place| *place == Place::Control))
                .wrap(from_fn(same_origin_only))
                .configure(control::routes),
        )
        .service(
            web::scope("")
                .guard(at(|place| matches!(place, Place::Site(_))))
                .wrap(from_fn(same_origin_only))
                .configure(rest::routes)
                .configure(page_api::routes),
        )
        .default_service(web::to(nowhere));
}

async fn nowhere() -> HttpResponse {
    HttpResponse::NotFound()
        .json(json!({"error": "unknown_host", "message": "ask for localhost or <site>.localhost"}))
}

/// Refuses what a page of another origin tries to change here: anybody's web page can post to a loopback address.
async fn same_origin_only(
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

/// The site the request's host name leads to.
struct AtSite(Site);

/// The host name leads to no site, or to one that has moved.
#[derive(Debug, Error)]
#[error("there is no site named {name}")]
struct NoSuchSite {
    name: String,
    moved_to: Option<String>,
}

impl FromRequest for AtSite {
    type Error = NoSuchSite;
    type Future = Ready<Result<Self, NoSuchSite>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(find_site(request).map(AtSite))
    }
}

fn find_site(request: &HttpRequest) -> Result<Site, NoSuchSite> {
    let Place::Site(name) = place(request.headers()) else {
        return Err(NoSuchSite {
            name: String::new(),
            moved_to: None,
        });
    };
    let platform = request.app_data::<web::Data<Platform>>();
    if let Some(site) = platform.and_then(|platform| platform.site(&name).ok()) {
        return Ok(site);
    }
    let moved_to = platform.and_then(|platform| {
        let site = platform.moved_to(&name)?;
        Some(format!("{}{}", platform.origin.site(&site), request.uri()))
    });
    Err(NoSuchSite {
        name,
        moved_to: moved_to.filter(|_| request.method() == Method::GET),
    })
}

impl ResponseError for NoSuchSite {
    fn status_code(&self) -> StatusCode {
        if self.moved_to.is_some() {
            StatusCode::FOUND
        } else {
            StatusCode::NOT_FOUND
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::build(self.status_code());
        if let Some(target) = &self.moved_to {
            answer.insert_header((LOCATION, target.as_str()));
        }
        answer.json(json!({"error": "unknown_site", "message": self.to_string()}))
    }
}

impl Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSite(_) => "unknown_site",
            Self::UnknownAct(_) => "unknown_act",
            Self::SiteName(_) => "site_name",
            Self::NotPossible(_) => "not_possible",
            Self::Descriptor { .. } => "descriptor_unreadable",
            Self::NoToken(_) => "no_token",
            Self::Signing(_) => "signing_failed",
        }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::UnknownSite(_) | Self::UnknownAct(_) => StatusCode::NOT_FOUND,
            Self::SiteName(_) | Self::NotPossible(_) | Self::NoToken(_) => StatusCode::CONFLICT,
            Self::Descriptor { .. } => StatusCode::BAD_GATEWAY,
            Self::Signing(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::build(self.status_code())
            .json(json!({"error": self.code(), "message": self.to_string()}))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn host_names_lead_to_the_control_page_to_sites_or_nowhere() {
        for (host, expected) in [
            ("localhost:8090", Place::Control),
            ("LOCALHOST", Place::Control),
            ("127.0.0.1:1", Place::Control),
            ("[::1]:8090", Place::Control),
            ("acme.localhost:8090", Place::Site("acme".to_owned())),
            ("Acme.localhost", Place::Site("acme".to_owned())),
            ("example.com", Place::Nowhere),
            ("localhost.example.com:8090", Place::Nowhere),
            ("", Place::Nowhere),
        ] {
            let request = TestRequest::default()
                .insert_header((HOST, host))
                .to_srv_request();
            assert_eq!(place(request.headers()), expected, "{host}");
        }
    }
}
