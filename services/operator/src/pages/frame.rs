//! What every page of the operator has in common: its header, and how a refusal looks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use maud::{Markup, html};
use tally_http::ProblemDetails;
use tally_http::html::{Document, to_answer};

/// A page with the common header. `base_url` is the address of the public listener; `log_out` says
/// whether there is a session to end.
pub(super) fn page(base_url: &str, log_out: bool, document: &Document<'_>, main: &Markup) -> HttpResponse {
    let body = html! {
        a.skip href="#main" { "Skip to the content" }
        header.top {
            strong { "Tally operations" }
            nav aria-label="Operations" {
                ul {
                    li { a href="/ops" { "Overview" } }
                    li { a href={ (base_url) "/status" } { "Public status page" } }
                }
            }
            @if log_out {
                form method="post" action="/ops/logout" { button.plain type="submit" { "Log out" } }
            }
        }
        main #main { (main) }
    };
    to_answer(StatusCode::OK, document, &body)
}

/// A page that says what is wrong.
pub(super) fn problem_page(problem: &ProblemDetails) -> HttpResponse {
    let body = html! {
        main.narrow {
            h1 { "The request was refused" }
            (notice(problem))
            p { a href="/ops" { "Back to the overview" } }
        }
    };
    to_answer(problem.status(), &Document::new("Refused"), &body)
}

/// The cause, remedy and code of a problem.
pub(super) fn notice(problem: &ProblemDetails) -> Markup {
    html! {
        div.banner.bad role="alert" {
            (problem.detail())
            p { (problem.remedy()) }
            p { "Code " code { (problem.code()) } }
        }
    }
}

/// Sends the browser on to another page.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}
