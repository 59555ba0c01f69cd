//! What every page of the operator has in common: its header, and how a refusal looks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use maud::{Markup, html};
use tally_http::ProblemDetails;
use tally_http::html::{Document, to_answer};
use tally_http::reader::{cause_of, remedy_of};
use tally_messages::Texts;

/// A page with the common header. `base_url` is the address of the public listener; `log_out` says
/// whether there is a session to end.
pub(super) fn page(base_url: &str, log_out: bool, document: Document<'_>, main: &Markup) -> HttpResponse {
    let texts = document.texts();
    let body = html! {
        a.skip href="#main" { (texts.ops_skip()) }
        header.top {
            strong { (texts.ops_product()) }
            nav aria-label=(texts.ops_navigation()) {
                ul {
                    li { a href="/ops" { (texts.ops_overview()) } }
                    li { a href={ (base_url) "/status" } { (texts.ops_status_page()) } }
                }
            }
            @if log_out {
                form method="post" action="/ops/logout" {
                    button.plain type="submit" { (texts.ops_log_out()) }
                }
            }
        }
        main #main { (main) }
    };
    to_answer(StatusCode::OK, &document.with_forms(), &body)
}

/// A page that says what is wrong.
pub(super) fn problem_page(problem: &ProblemDetails, texts: &'static Texts) -> HttpResponse {
    let body = html! {
        main.narrow {
            h1 { (texts.ops_refused_heading()) }
            (notice(problem, texts))
            p { a href="/ops" { (texts.ops_back()) } }
        }
    };
    to_answer(
        problem.status(),
        &Document::new(&texts.ops_refused(), texts),
        &body,
    )
}

/// The cause, remedy and code of a problem.
pub(super) fn notice(problem: &ProblemDetails, texts: &Texts) -> Markup {
    html! {
        div.banner.bad role="alert" {
            (cause_of(problem, texts))
            p { (remedy_of(problem, texts)) }
            p { (texts.code()) " " code { (problem.code()) } }
        }
    }
}

/// Sends the browser on to another page.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}
