//! What every page of the operator's has: its head, and how a refusal looks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use maud::{Markup, html};

use crate::http::problem::Problem;
use crate::tally::Tally;
use tally_http::html::{Document, to_answer};

/// A page with the head that all have.
pub fn page(tally: &Tally, document: &Document<'_>, main: &Markup) -> HttpResponse {
    let body = html! {
        a.skip href="#main" { "Skip to the content" }
        header.top {
            strong { "Tally operations" }
            nav aria-label="Operations" {
                ul {
                    li { a href="/ops" { "Overview" } }
                    li { a href={ (tally.config.base_url.as_str().trim_end_matches('/')) "/status" } { "Public status page" } }
                }
            }
            @if tally.config.ops.token.is_some() {
                form method="post" action="/ops/logout" { button.plain type="submit" { "Log out" } }
            }
        }
        main #main { (main) }
    };
    to_answer(StatusCode::OK, document, &body)
}

/// A page that says what is wrong.
pub fn problem(problem: &Problem) -> HttpResponse {
    let body = html! {
        main.narrow {
            h1 { "That was not done" }
            (notice(problem))
            p { a href="/ops" { "Back to the overview" } }
        }
    };
    to_answer(problem.status(), &Document::new("Not done"), &body)
}

/// Code, cause and remedy.
pub fn notice(problem: &Problem) -> Markup {
    html! {
        div.banner.bad role="alert" {
            (problem.detail())
            p { (problem.remedy()) }
            p { "Code " code { (problem.code()) } }
        }
    }
}

/// Sends the browser on to a page.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}
