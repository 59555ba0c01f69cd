//! What browsers tell of failures that people saw. No token is asked for, since the token may be what failed; so what is taken is little, and
//! at a bounded rate.

use actix_web::{HttpResponse, web};
use chrono::Utc;
use serde::Deserialize;
use tally_operator::observer::Observer;
use tracing::warn;
use utoipa::ToSchema;

use super::input::{body, json};
use crate::app::App;
use crate::http::problem::{Problem, ProblemBody};
use crate::metric;

/// The longest report, in bytes.
const MAX_REPORT: usize = 2048;
/// How much of a word is logged, in characters.
const MAX_WORD: usize = 64;

/// A failure that somebody saw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientError {
    /// The failure's code.
    code: String,
    /// The page it was on.
    #[serde(default)]
    page: Option<String>,
    /// More about it. Taken and not kept: it could hold anything.
    #[serde(default)]
    #[expect(dead_code, reason = "part of the shape, deliberately not kept")]
    detail: Option<String>,
    /// What the page's `tally-page-ref` says: whose people saw it. One that is not ours, or old, is as good as none.
    #[serde(default, rename = "ref")]
    reference: Option<String>,
}

/// Notes a failure that somebody saw.
#[utoipa::path(
    post,
    path = "/api/v1/client-errors",
    operation_id = "reportClientError",
    tag = "about",
    security(()),
    request_body = ClientError,
    responses(
        (status = 204, description = "Noted."),
        (status = 400, description = "`request.malformed`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`request.too_large`: more than 2 KiB.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`request.rate_limited`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn note(app: web::Data<App>, payload: web::Payload) -> Result<HttpResponse, Problem> {
    let report: ClientError = json(&body(payload, MAX_REPORT).await?)?;
    let page = report.page.as_deref().unwrap_or_default();
    // The label is one of few; the code is foreign text, which a label must not be.
    let known = [
        tally_descriptor::module::ASSETS,
        tally_descriptor::module::INSTALL_DIAGNOSIS,
    ];
    let label = known.into_iter().find(|known| *known == page).unwrap_or("other");
    metrics::counter!(metric::CLIENT_ERRORS, "page" => label).increment(1);
    let now = Utc::now();
    let reference = report.reference.as_deref();
    let tenant = reference.and_then(|text| app.page_refs.read(text, now));
    let shown = tenant.map(tracing::field::display);
    warn!(code = ?cut(&report.code), page = ?cut(page), tenant = shown, "a user saw a failure");
    if let Some(tenant) = tenant {
        app.observations
            .note_failure_seen(tenant, code(&report.code), now);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// A code as we make them, or the word for any other.
fn code(text: &str) -> &str {
    let ours = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b);
    if !text.is_empty() && text.len() <= MAX_WORD && text.bytes().all(ours) {
        text
    } else {
        "other"
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_WORD).collect()
}
