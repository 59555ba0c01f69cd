//! Applies the limits of each address: see [`crate::limits`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Once;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use tally_descriptor::{callback, page};
use tally_domain::ClientKey;
use tally_http::RequestRefusal;
use tracing::warn;

use super::api;
use super::caller::find_token;
use super::pages;
use super::problem::Problem;
use crate::app::App;
use crate::limits::{LimitKind, client_address};
use crate::metric;

/// How a route is limited.
enum Route {
    /// Not at all: health checks of the platform it runs on, which must not fail because of others,
    /// and files that come with verified pages.
    Free,
    /// By every request: it takes no token.
    Open(LimitKind),
    /// By refused requests: it takes tokens.
    Signed,
    /// By refused requests: it takes the platform's callbacks.
    Callback,
}

fn route_of(path: &str) -> Route {
    match path {
        "/healthz" | "/readyz" => Route::Free,
        callback::INSTALLED | callback::UNINSTALLED | callback::ENABLED | callback::DISABLED => {
            Route::Callback
        }
        page::ASSETS | page::INSTALL_DIAGNOSIS => Route::Signed,
        _ if path.starts_with("/assets/") => Route::Free,
        _ if api::is_open_report(path) => Route::Open(LimitKind::Report),
        _ if api::is_open_read(path) => Route::Open(LimitKind::Open),
        _ if path.starts_with("/api/") => Route::Signed,
        _ => Route::Open(LimitKind::Open),
    }
}

/// Answers 429 to a request that is one too many. A request that verified never is.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let Some(app) = app else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let route = route_of(request.path());
    if let Route::Open(kind) = route
        && let Err(problem) = charge(&app, kind, request.request())
    {
        return Ok(request.into_response(problem.error_response()));
    }
    let answer = next.call(request).await?.map_into_boxed_body();
    let kind = match route {
        Route::Signed if is_refused(&answer) && !names_site(answer.request()) => LimitKind::Refused,
        Route::Callback if answer.status().is_client_error() => LimitKind::RefusedCallback,
        _ => return Ok(answer),
    };
    match charge(&app, kind, answer.request()) {
        Ok(()) => Ok(answer),
        Err(problem) => {
            let limited = render(answer.request(), &problem);
            Ok(answer.into_response(limited))
        }
    }
}

fn is_refused(answer: &ServiceResponse<BoxBody>) -> bool {
    answer.status() == StatusCode::UNAUTHORIZED
}

/// Whether the token names a site. Its people must see what is wrong, however many they are behind
/// one address. A limit for sites that are not known alone would say which are.
fn names_site(request: &HttpRequest) -> bool {
    let claims = find_token(request)
        .ok()
        .and_then(|raw| raw.unverified_claims().ok());
    claims.is_some_and(|claims| ClientKey::parse(claims.issuer()).is_some())
}

fn charge(app: &App, kind: LimitKind, request: &HttpRequest) -> Result<(), Problem> {
    app.limits
        .charge(kind, address_of(app, request))
        .map_err(|seconds| {
            metrics::counter!(metric::RATE_LIMITED, "kind" => kind.as_str()).increment(1);
            Problem::from(RequestRefusal::RateLimited).retry_after(seconds)
        })
}

/// A page for people, a problem for programs.
fn render(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    match request.path() {
        page::ASSETS | page::INSTALL_DIAGNOSIS => pages::explain(problem, pages::texts_for(request)),
        _ => problem.error_response(),
    }
}

fn address_of(app: &App, request: &HttpRequest) -> IpAddr {
    let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let peer = request.peer_addr().map_or(unknown, |peer| peer.ip());
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .collect();
    let hops = app.config.proxy_hops;
    if hops == 0 && !forwarded.is_empty() {
        static WARNED: Once = Once::new();
        WARNED.call_once(|| {
            warn!("X-Forwarded-For comes in and TALLY_PROXY_HOPS is 0: all clients share the proxy's limits");
        });
    }
    client_address(peer, forwarded.into_iter(), hops)
}
