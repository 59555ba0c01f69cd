//! What browsers tell of failures that people saw. No token is asked for, since the token may be what failed; so what is taken is little, and
//! at a bounded rate.

use std::num::NonZeroU32;
use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde::Deserialize;
use tracing::warn;
use utoipa::ToSchema;

use super::input::{body, json};
use crate::http::problem::{Problem, ProblemBody};

/// The longest report, in bytes.
const MAX_REPORT: usize = 2048;
/// How much of a word is logged, in characters.
const MAX_WORD: usize = 64;

/// One limit for the process: reports are for seeing that something is wrong, and a flood says no more than a few.
static LIMIT: LazyLock<DefaultDirectRateLimiter> =
    LazyLock::new(|| RateLimiter::direct(Quota::per_second(NonZeroU32::MIN).allow_burst(BURST)));
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

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
pub async fn note(payload: web::Payload) -> Result<HttpResponse, Problem> {
    if LIMIT.check().is_err() {
        let detail = "Many failures are reported just now.";
        let problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "request.rate_limited",
            detail,
            "Report it later.",
        );
        return Err(problem.retry_after(10));
    }
    let report: ClientError = json(&body(payload, MAX_REPORT).await?)?;
    let page = report.page.as_deref().unwrap_or_default();
    // The label is one of few; the code is foreign text, which a label must not be.
    let known = [
        tally_descriptor::module::ASSETS,
        tally_descriptor::module::INSTALL_DIAGNOSIS,
    ];
    let label = known.into_iter().find(|known| *known == page).unwrap_or("other");
    metrics::counter!("tally_client_errors_total", "page" => label).increment(1);
    warn!(code = ?cut(&report.code), page = ?cut(page), "somebody saw a failure");
    Ok(HttpResponse::NoContent().finish())
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_WORD).collect()
}
