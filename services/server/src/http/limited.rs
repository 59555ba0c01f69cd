//! Limits on what anybody can send, by address: see [`crate::limits`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Once;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use tally_descriptor::{callback, page};
use tally_domain::ClientKey;
use tracing::warn;

use super::api;
use super::caller::token;
use super::pages;
use super::problem::Problem;
use crate::limits::{Kind, client_address};
use crate::metric;
use crate::tally::Tally;

/// Who may speak at an address, as far as limits go.
enum Route {
    /// Probes of the platform it runs on, which must not fail because of others, and files that come with verified pages.
    Free,
    /// Anybody.
    Open(Kind),
    /// Whoever has a token: charged when it is refused.
    Signed,
    /// The platform: charged when it is refused.
    Callback,
}

fn route(path: &str) -> Route {
    match path {
        "/healthz" | "/readyz" => Route::Free,
        callback::INSTALLED | callback::UNINSTALLED | callback::ENABLED | callback::DISABLED => {
            Route::Callback
        }
        page::ASSETS | page::INSTALL_DIAGNOSIS => Route::Signed,
        _ if path.starts_with("/assets/") => Route::Free,
        _ if api::is_open_report(path) => Route::Open(Kind::Report),
        _ if api::is_open_read(path) => Route::Open(Kind::Open),
        _ if path.starts_with("/api/") => Route::Signed,
        _ => Route::Open(Kind::Open),
    }
}

/// Answers 429 what is one too many. What verified never is.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let tally = request.app_data::<web::Data<Tally>>().cloned();
    let Some(tally) = tally else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let route = route(request.path());
    if let Route::Open(kind) = route
        && let Err(problem) = charged(&tally, kind, request.request())
    {
        return Ok(request.into_response(problem.error_response()));
    }
    let answer = next.call(request).await?.map_into_boxed_body();
    let kind = match route {
        Route::Signed if refused(&answer) && !of_tenant(&tally, answer.request()) => Kind::Refused,
        Route::Callback if answer.status().is_client_error() => Kind::RefusedCallback,
        _ => return Ok(answer),
    };
    match charged(&tally, kind, answer.request()) {
        Ok(()) => Ok(answer),
        Err(problem) => {
            let limited = told(answer.request(), &problem);
            Ok(answer.into_response(limited))
        }
    }
}

fn refused(answer: &ServiceResponse<BoxBody>) -> bool {
    answer.status() == StatusCode::UNAUTHORIZED
}

/// Whether the token names a tenant that we have. Its people must see what is wrong, however many they are behind one address.
fn of_tenant(tally: &Tally, request: &HttpRequest) -> bool {
    let claims = token(request).ok().and_then(|raw| raw.unverified().ok());
    let key = claims.and_then(|claims| ClientKey::parse(claims.issuer()));
    key.is_some_and(|key| tally.directory.find(&key).is_some())
}

fn charged(tally: &Tally, kind: Kind, request: &HttpRequest) -> Result<(), Problem> {
    tally
        .limits
        .charge(kind, address(tally, request))
        .map_err(|seconds| {
            metrics::counter!(metric::RATE_LIMITED, "kind" => kind.as_str()).increment(1);
            let detail = "More requests came from your address than are answered.";
            let remedy = "Wait as long as Retry-After says, then send fewer.";
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "request.rate_limited",
                detail,
                remedy,
            )
            .retry_after(seconds)
        })
}

/// People get a page, programs a problem.
fn told(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    match request.path() {
        page::ASSETS | page::INSTALL_DIAGNOSIS => pages::explanation(problem),
        _ => problem.error_response(),
    }
}

fn address(tally: &Tally, request: &HttpRequest) -> IpAddr {
    let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let peer = request.peer_addr().map_or(unknown, |peer| peer.ip());
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .collect();
    let hops = tally.config.proxy_hops;
    if hops == 0 && !forwarded.is_empty() {
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            warn!("X-Forwarded-For comes in and TALLY_PROXY_HOPS is 0: behind a proxy all strangers share its limits");
        });
    }
    client_address(peer, forwarded.into_iter(), hops)
}
