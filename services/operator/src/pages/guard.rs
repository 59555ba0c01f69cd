//! What every request to the operator's listener passes before anything else: is it meant for us, does it come from our own pages, may
//! its sender speak here.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HOST, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use actix_web::{ResponseError, web};
use chrono::Utc;

use super::access::{Access, Shown};
use super::{login, page};
use crate::http::problem::Problem;
use crate::tally::Tally;

/// Below it programs speak, elsewhere people.
pub const API: &str = "/ops/api/";

/// Lets a request through, or says why not.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match judge(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => {
            let answer = if request.path().starts_with(API) {
                problem.error_response()
            } else if problem.status() == StatusCode::UNAUTHORIZED {
                login::form(&problem)
            } else {
                page::problem(&problem)
            };
            Ok(request.into_response(answer))
        }
    }
}

fn judge(request: &ServiceRequest) -> Result<(), Problem> {
    let (Some(access), Some(tally)) = (
        request.app_data::<web::Data<Access>>(),
        request.app_data::<web::Data<Tally>>(),
    ) else {
        return Err(Problem::internal(&"the app is not attached"));
    };
    if access.local() && !meant_for_us(request, tally) {
        return Err(host_unknown());
    }
    if !request.method().is_safe() {
        from_our_own_pages(request)?;
    }
    // Whoever is not logged in must get at the login.
    if access.open() || request.path() == login::PATH {
        return Ok(());
    }
    allowed(request, access)
}

/// Whether the request names this machine. A foreign name that resolves to loopback is how a page elsewhere would get here through the
/// operator's browser.
fn meant_for_us(request: &ServiceRequest, tally: &Tally) -> bool {
    let named = host(request).filter(|host| !host.contains('@'));
    let Some(host) = named.and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    let name = host.host().trim_matches(['[', ']']).to_ascii_lowercase();
    let address: Option<IpAddr> = name.parse().ok();
    let listen = tally.config.ops.listen.map(|listen| listen.ip());
    name == "localhost" || address.is_some_and(|ip| ip.is_loopback() || Some(ip) == listen)
}

fn host(request: &ServiceRequest) -> Option<&str> {
    header(request, HOST.as_str()).or_else(|| request.uri().authority().map(Authority::as_str))
}

/// A browser says where a request comes from, and a page cannot change what it says. Programs say nothing of it.
fn from_our_own_pages(request: &ServiceRequest) -> Result<(), Problem> {
    match (
        header(request, "sec-fetch-site"),
        header(request, ORIGIN.as_str()),
    ) {
        (Some("same-origin"), None | Some("null")) => Ok(()),
        (None | Some("same-origin"), Some(origin)) if is_ours(request, origin) => Ok(()),
        (None, None) if request.path().starts_with(API) => Ok(()),
        _ => Err(cross_origin()),
    }
}

fn is_ours(request: &ServiceRequest, origin: &str) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    match (authority, host(request)) {
        (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
        _ => false,
    }
}

fn allowed(request: &ServiceRequest, access: &Access) -> Result<(), Problem> {
    let now = Utc::now();
    if let Some(value) = header(request, AUTHORIZATION.as_str()) {
        let token = value.strip_prefix("Bearer ").map_or("", str::trim);
        return judged(access.shown(token, peer(request.peer_addr()), now));
    }
    match request.cookie(login::COOKIE) {
        Some(cookie) if access.logged_in(cookie.value(), now) => Ok(()),
        _ => Err(token_missing()),
    }
}

/// Who is at the other end of the connection.
pub fn peer(address: Option<std::net::SocketAddr>) -> IpAddr {
    address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip())
}

/// What is said of a token that was shown.
pub fn judged(shown: Shown) -> Result<(), Problem> {
    match shown {
        Shown::Right => Ok(()),
        Shown::Wrong => Err(token_wrong()),
        Shown::TooOften => Err(too_many_attempts()),
    }
}

fn header<'a>(request: &'a ServiceRequest, name: &str) -> Option<&'a str> {
    // What is no text is nothing that we take, so it is as good as another text.
    let value = request.headers().get(name)?;
    Some(value.to_str().unwrap_or("\u{fffd}"))
}

fn host_unknown() -> Problem {
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "ops.host_unknown",
        "The request names a host that this listener is not.",
        "Ask by localhost, 127.0.0.1, [::1], or the address in TALLY_OPS_LISTEN.",
    )
}

fn cross_origin() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "ops.cross_origin",
        "The request does not come from the operator's own pages.",
        "Open /ops by this very address and use the form there. Programs use /ops/api.",
    )
}

fn token_missing() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "ops.token_missing",
        "The operator's token is needed here.",
        "Log in, or send it as Authorization: Bearer. The command line takes it from TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.",
    )
}

fn token_wrong() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "ops.token_wrong",
        "That is not the operator's token.",
        "Use the one that the server was started with: TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.",
    )
}

fn too_many_attempts() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "ops.too_many_attempts",
        "Too many wrong tokens came from your address.",
        "Wait a minute, and use the right one.",
    )
    .retry_after(60)
}
