//! Problem details (RFC 9457): every refusal and failure is answered with a stable code, a cause
//! and a remedy.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use tally_domain::Refused;
use tally_domain::refusal::RefusalKind;
use tracing::error;
use utoipa::ToSchema;

use crate::request_id;

/// A refusal or failure on its way to the caller.
#[derive(Clone, Debug)]
pub struct ProblemDetails(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: String,
    title: &'static str,
    detail: String,
    remedy: String,
    extras: Map<String, Value>,
    retry_after: Option<u32>,
}

/// The body of a problem.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// A name for the kind of problem; the code again.
    #[serde(rename = "type")]
    #[schema(example = "urn:tally:problem:asset.tag_taken")]
    kind: String,
    /// The kind of problem in few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The stable code.
    #[schema(example = "asset.tag_taken")]
    code: String,
    /// What is wrong, in a sentence.
    detail: String,
    /// What to do about it.
    remedy: String,
    /// The request, as in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// More about this problem: `field` names the parameter, attribute or part of the body it is
    /// about, `revision` the one an asset is at; `from`, `to` and `expected` belong to
    /// `query.invalid`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extras: Map<String, Value>,
}

impl ProblemDetails {
    /// A problem with its parts.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            code: code.to_owned(),
            title: title(status),
            detail: detail.into(),
            remedy: remedy.into(),
            extras: Map::new(),
            retry_after: None,
        }))
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extras.insert(name.to_owned(), value.into());
        self
    }

    /// Sets after how many seconds the caller may try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Sets another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self.0.title = title(status);
        self
    }

    /// A refusal by the rules of a family.
    pub fn from_refusal(refusal: &impl Refused) -> Self {
        let status = match refusal.kind() {
            RefusalKind::Malformed => StatusCode::BAD_REQUEST,
            RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        };
        let cause = to_sentence(&refusal.to_string());
        let problem = Self::new(status, refusal.code(), cause, refusal.remedy());
        match refusal.field() {
            Some(field) => problem.with("field", field),
            None => problem,
        }
    }

    /// The request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "request.malformed",
            detail,
            "Correct the request and send it again.",
        )
    }

    /// A failure on our side. Its cause is for our log alone.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side.",
            "Try again. If the error persists, give the request id to your Jira admin.",
        )
    }

    /// The log or another store failed, so nothing was stored; trying again can help.
    pub fn log_unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the log is not available");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "log.unavailable",
            "The change could not be stored just now.",
            "Try again in a moment.",
        )
        .retry_after(2)
    }

    /// The views do not answer; trying again can help.
    pub fn view_unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the views do not answer");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "view.unavailable",
            "The register cannot be read at the moment.",
            "Try again in a moment.",
        )
        .retry_after(2)
    }

    /// A change is stored, and the views do not show it yet.
    pub fn view_lagging() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "view.lagging",
            "Your change is stored but not shown yet.",
            "Load the page again in a moment.",
        )
        .retry_after(2)
    }

    /// There is no such address.
    pub fn not_found(remedy: impl Into<String>) -> Self {
        let detail = "There is nothing at this address.";
        Self::new(StatusCode::NOT_FOUND, "not_found", detail, remedy)
    }

    /// The stable code, such as `asset.tag_taken`.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        &self.0.remedy
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// After how many seconds to try again, where that helps.
    pub fn retry_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }
}

impl fmt::Display for ProblemDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl ResponseError for ProblemDetails {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let body = ProblemBody {
            kind: format!("urn:tally:problem:{}", self.0.code),
            title: self.0.title,
            status: self.0.status.as_u16(),
            code: self.0.code.clone(),
            detail: self.0.detail.clone(),
            remedy: self.0.remedy.clone(),
            request_id: request_id::current().map(|id| id.to_string()),
            extras: self.0.extras.clone(),
        };
        let mut answer = HttpResponse::build(self.0.status);
        answer.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.0.retry_after {
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        answer.json(body)
    }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "Not authenticated",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::METHOD_NOT_ALLOWED => "Not possible here",
        StatusCode::CONFLICT => "Not possible in this state",
        StatusCode::PRECONDITION_FAILED => "Changed meanwhile",
        StatusCode::PRECONDITION_REQUIRED => "A condition is needed",
        StatusCode::PAYLOAD_TOO_LARGE => "Too large",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests",
        StatusCode::SERVICE_UNAVAILABLE => "Not available just now",
        status if status.is_server_error() => "Failed",
        _ => "Not acceptable",
    }
}

fn to_sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let end = if phrase.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
