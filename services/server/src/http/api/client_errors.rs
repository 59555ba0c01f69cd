//! Browsers' reports of failures that a user saw. No token is needed, since the token may be what
//! failed; so a report is small, and the rate of reports is bounded.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use tally_observations::observer::Observer;
use tracing::{info, warn};
use utoipa::ToSchema;

use super::input::{read_body, read_json};
use super::problems::Reporting;
use crate::app::App;
use crate::http::problem::Problem;
use crate::metric;

/// The longest report, in bytes.
const MAX_REPORT: usize = 2048;
/// How many characters of a word are logged.
const MAX_WORD: usize = 64;

/// A failure that a user saw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientError {
    /// The code of the failure, such as `jwt.expired`.
    code: String,
    /// The page it was on.
    #[serde(default)]
    page: Option<String>,
    /// More about it. Accepted and not kept: it could hold anything.
    #[serde(default)]
    #[expect(dead_code, reason = "part of the shape, deliberately not kept")]
    detail: Option<String>,
    /// The page's `tally-page-ref`, which names the site. One that Tally did not make, or an old
    /// one, is ignored.
    #[serde(default, rename = "ref")]
    reference: Option<String>,
}

/// Reports a failure that a user saw.
#[utoipa::path(
    operation_id = "reportClientError",
    tag = "about",
    security(()),
    request_body = ClientError,
    responses(
        (status = 204, description = "The report is noted."),
        Reporting
    )
)]
#[post("/client-errors")]
pub async fn note(app: web::Data<App>, payload: web::Payload) -> Result<HttpResponse, Problem> {
    let report: ClientError = read_json(&read_body(payload, MAX_REPORT).await?)?;
    let page = report.page.as_deref().unwrap_or_default();
    // The label is one of few; the code is foreign text, which a label must not be.
    let known = [
        tally_descriptor::module::ASSETS,
        tally_descriptor::module::INSTALL_DIAGNOSIS,
    ];
    let label = known.into_iter().find(|known| *known == page).unwrap_or("other");
    metrics::counter!(metric::CLIENT_ERRORS, "page" => label).increment(1);
    let now = app.clock.now();
    let reference = report.reference.as_deref();
    let tenant = reference.and_then(|text| app.page_refs.read(text, now));
    let (code, page) = (cut(&report.code), cut(page));
    if tenant.is_none() {
        // From anyone.
        info!(?code, ?page, "a failure is reported for no site");
    }
    if let Some(tenant) = tenant {
        warn!(?code, ?page, %tenant, "a user saw a failure");
        app.observations
            .note_failure_seen(tenant, known_code(&report.code), now);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// A code in the form that Tally uses, or the word for any other.
fn known_code(text: &str) -> &str {
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
