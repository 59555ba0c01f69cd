//! Logging in by browser: the token goes in once, and a random session id comes back as a cookie that no script reads.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use maud::html;
use serde::Deserialize;

use super::access::{Access, SESSION};
use super::{guard, page};
use crate::http::problem::Problem;
use tally_http::html::{Document, to_answer};

/// Where the form is.
pub const PATH: &str = "/ops/login";
/// What the cookie is called.
pub const COOKIE: &str = "tally_ops";

/// What the form sends.
#[derive(Deserialize)]
pub struct Login {
    token: String,
}

/// Shows the form, unless nothing has to be shown.
pub async fn show(access: web::Data<Access>) -> HttpResponse {
    if access.open() {
        return page::see_other("/ops");
    }
    answer(StatusCode::OK, None)
}

/// Takes the token.
pub async fn log_in(
    request: HttpRequest,
    access: web::Data<Access>,
    login: web::Form<Login>,
) -> HttpResponse {
    let now = Utc::now();
    let shown = access.shown(login.token.trim(), guard::peer(request.peer_addr()), now);
    if let Err(problem) = guard::judged(shown) {
        return form(&problem);
    }
    let life = Duration::seconds(SESSION.num_seconds());
    let cookie = cookie(&request, access.log_in(now), life);
    HttpResponse::SeeOther()
        .insert_header((LOCATION, "/ops"))
        .cookie(cookie)
        .finish()
}

/// Ends the session.
pub async fn log_out(request: HttpRequest, access: web::Data<Access>) -> HttpResponse {
    if let Some(cookie) = request.cookie(COOKIE) {
        access.log_out(cookie.value());
    }
    HttpResponse::SeeOther()
        .insert_header((LOCATION, PATH))
        .cookie(cookie(&request, String::new(), Duration::ZERO))
        .finish()
}

fn cookie(request: &HttpRequest, value: String, life: Duration) -> Cookie<'static> {
    // Behind a proxy that speaks TLS the cookie must not travel without it.
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

/// The form, with what was wrong.
pub fn form(problem: &Problem) -> HttpResponse {
    answer(problem.status(), Some(problem))
}

fn answer(status: StatusCode, problem: Option<&Problem>) -> HttpResponse {
    let body = html! {
        main.narrow {
            h1 { "Tally operations" }
            @if let Some(problem) = problem { (page::notice(problem)) }
            form.card method="post" action=(PATH) {
                label for="token" { "Token" }
                input #token name="token" type="password" autocomplete="current-password" required autofocus;
                p.hint { "The one that the server was started with: TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE." }
                button type="submit" { "Log in" }
            }
        }
    };
    to_answer(status, &Document::new("Log in"), &body)
}
