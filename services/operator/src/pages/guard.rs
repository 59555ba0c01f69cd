//! The checks that every request to the operator's listener passes first: whether it is addressed
//! to this machine, whether it comes from our own pages, and whether its sender has access.

use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HOST, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use actix_web::{ResponseError, web};
use chrono::{DateTime, Utc};

use tally_http::{ProblemDetails, Reader};

use super::access::Access;
use super::operations::Operations;
use super::problem::PageProblem;
use super::{frame, login};
use crate::refusal::OperatorRefusal;

/// The paths for programs begin with this; the others are pages.
pub(super) const API: &str = "/ops/api/";

/// Lets a request through, or refuses it. A refusal on a page is in the reader's language.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let texts = Reader::of(request.request()).texts;
    match check(&request) {
        Ok(()) => {
            let answer = next.call(request).await?.map_into_boxed_body();
            let refused = answer.response().error().and_then(|error| error.as_error());
            let page = refused.map(|PageProblem(problem)| frame::problem_page(&problem.0, texts));
            Ok(match page {
                Some(page) => answer.into_response(page),
                None => answer,
            })
        }
        Err(problem) => {
            let answer = if request.path().starts_with(API) {
                problem.error_response()
            } else if problem.status() == StatusCode::UNAUTHORIZED {
                login::form_with(&problem, texts)
            } else {
                frame::problem_page(&problem, texts)
            };
            Ok(request.into_response(answer))
        }
    }
}

fn check(request: &ServiceRequest) -> Result<(), ProblemDetails> {
    let (Some(access), Some(ops)) = (
        request.app_data::<web::Data<Access>>(),
        request.app_data::<web::Data<Operations>>(),
    ) else {
        return Err(ProblemDetails::internal(&"the listener's data is not attached"));
    };
    if access.is_local() && !is_for_this_machine(request, ops) {
        return Err(OperatorRefusal::HostUnknown.into());
    }
    if !request.method().is_safe() {
        check_origin(request)?;
    }
    // The login must be reachable without a session.
    if access.is_open() || request.path() == login::PATH {
        return Ok(());
    }
    check_access(request, access, ops.clock.now())
}

/// Whether the request names this machine. A foreign page could reach this listener through the
/// operator's browser with a name of its own that resolves to loopback.
fn is_for_this_machine(request: &ServiceRequest, ops: &Operations) -> bool {
    let named = host(request).filter(|host| !host.contains('@'));
    let Some(host) = named.and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    let name = host.host().trim_matches(['[', ']']).to_ascii_lowercase();
    let address: Option<IpAddr> = name.parse().ok();
    let listen = ops.listener.listen.map(|listen| listen.ip());
    name == "localhost" || address.is_some_and(|ip| ip.is_loopback() || Some(ip) == listen)
}

fn host(request: &ServiceRequest) -> Option<&str> {
    header(request, HOST.as_str()).or_else(|| request.uri().authority().map(Authority::as_str))
}

/// A browser says where a request comes from, and a page cannot change that. Programs send nothing
/// about it.
fn check_origin(request: &ServiceRequest) -> Result<(), ProblemDetails> {
    match (
        header(request, "sec-fetch-site"),
        header(request, ORIGIN.as_str()),
    ) {
        (Some("same-origin"), None | Some("null")) => Ok(()),
        (None | Some("same-origin"), Some(origin)) if is_ours(request, origin) => Ok(()),
        (None, None) if request.path().starts_with(API) => Ok(()),
        _ => Err(OperatorRefusal::CrossOrigin.into()),
    }
}

fn is_ours(request: &ServiceRequest, origin: &str) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    match (authority, host(request)) {
        (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
        _ => false,
    }
}

fn check_access(request: &ServiceRequest, access: &Access, now: DateTime<Utc>) -> Result<(), ProblemDetails> {
    if let Some(value) = header(request, AUTHORIZATION.as_str()) {
        let token = value.strip_prefix("Bearer ").map_or("", str::trim);
        return login::to_result(access.check_token(token, login::peer(request.peer_addr()), now));
    }
    match request.cookie(login::COOKIE) {
        Some(cookie) if access.is_logged_in(cookie.value(), now) => Ok(()),
        _ => Err(OperatorRefusal::TokenMissing.into()),
    }
}

fn header<'a>(request: &'a ServiceRequest, name: &str) -> Option<&'a str> {
    // A value that is not text matches nothing, like any other wrong text.
    let value = request.headers().get(name)?;
    Some(value.to_str().unwrap_or("\u{fffd}"))
}
