//! Logging in with a browser: the token is sent once, and the answer sets a random session id as a
//! cookie that no script can read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;
use serde::Deserialize;
use tally_http::html::{Document, to_answer};
use tally_http::{ProblemDetails, Reader};
use tally_messages::Texts;

use super::access::{Access, SESSION, TokenCheck};
use super::frame;
use super::operations::Operations;
use crate::refusal::OperatorRefusal;

/// The path of the form.
pub(super) const PATH: &str = "/ops/login";
/// The name of the cookie.
pub(super) const COOKIE: &str = "tally_ops";

/// The fields of the form.
#[derive(Deserialize)]
pub(super) struct Login {
    token: String,
}

/// Shows the form, unless no token is needed.
pub(super) async fn show(access: web::Data<Access>, reader: Reader) -> HttpResponse {
    if access.is_open() {
        return frame::see_other("/ops");
    }
    render_form(StatusCode::OK, None, reader.texts)
}

/// Checks the token and opens a session.
pub(super) async fn log_in(
    request: HttpRequest,
    access: web::Data<Access>,
    ops: web::Data<Operations>,
    reader: Reader,
    login: web::Form<Login>,
) -> HttpResponse {
    let now = ops.clock.now();
    let checked = access.check_token(login.token.trim(), peer(request.peer_addr()), now);
    if let Err(problem) = to_result(checked) {
        return form_with(&problem, reader.texts);
    }
    let life = Duration::seconds(i64::try_from(SESSION.as_secs()).unwrap_or(i64::MAX));
    let cookie = session_cookie(&request, access.log_in(now), life);
    HttpResponse::SeeOther()
        .insert_header((LOCATION, "/ops"))
        .cookie(cookie)
        .finish()
}

/// Ends the session.
pub(super) async fn log_out(request: HttpRequest, access: web::Data<Access>) -> HttpResponse {
    if let Some(cookie) = request.cookie(COOKIE) {
        access.log_out(cookie.value());
    }
    HttpResponse::SeeOther()
        .insert_header((LOCATION, PATH))
        .cookie(session_cookie(&request, String::new(), Duration::ZERO))
        .finish()
}

fn session_cookie(request: &HttpRequest, value: String, life: Duration) -> Cookie<'static> {
    // If a proxy in front of this listener speaks TLS, the cookie must not be sent without it.
    let proto = request.headers().get("x-forwarded-proto");
    let secure = proto.is_some_and(|proto| proto.as_bytes() == b"https");
    Cookie::build(COOKIE, value)
        .path("/ops")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .max_age(life)
        .finish()
}

/// The form, with the reason why the last attempt failed.
pub(super) fn form_with(problem: &ProblemDetails, texts: &'static Texts) -> HttpResponse {
    render_form(problem.status(), Some(problem), texts)
}

fn render_form(status: StatusCode, problem: Option<&ProblemDetails>, texts: &'static Texts) -> HttpResponse {
    let body = html! {
        main.narrow {
            h1 { (texts.ops_product()) }
            @if let Some(problem) = problem { (frame::notice(problem, texts)) }
            form.card method="post" action=(PATH) {
                label for="token" { (texts.ops_token()) }
                input #token name="token" type="password" autocomplete="current-password" required autofocus;
                p.hint { (texts.ops_token_hint()) }
                button type="submit" { (texts.ops_log_in()) }
            }
        }
    };
    let title = texts.ops_log_in();
    to_answer(status, &Document::new(&title, texts).with_forms(), &body)
}

/// The address at the other end of the connection.
pub(super) fn peer(address: Option<SocketAddr>) -> IpAddr {
    address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip())
}

/// Turns the check of a token into an answer.
pub(super) fn to_result(check: TokenCheck) -> Result<(), ProblemDetails> {
    match check {
        TokenCheck::Right => Ok(()),
        TokenCheck::Wrong => Err(OperatorRefusal::TokenWrong.into()),
        TokenCheck::TooOften => {
            Err(ProblemDetails::from_refusal(&OperatorRefusal::TooManyAttempts).retry_after(60))
        }
    }
}
