//! Problem details (RFC 9457): every refusal and failure is answered with a stable code, a cause
//! and a remedy.

use std::collections::BTreeMap;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use tally_domain::Refused;
use tally_domain::refusal::{Parameter, RefusalEntry, RefusalKind};
use tracing::error;
use utoipa::ToSchema;

use crate::malformed_request::MalformedRequest;
use crate::request_id;
use crate::request_refusal::RequestRefusal;
use crate::server_failure::ServerFailure;

/// After how many seconds a caller may try again while too much is under way.
const BUSY_SECONDS: u32 = 2;
/// After how many seconds a request whose key is in use may be sent again.
const KEY_IN_USE_DELAY: u32 = 1;

/// A refusal or failure on its way to the caller.
#[derive(Clone, Debug)]
pub struct ProblemDetails(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    remedy: &'static str,
    parameters: BTreeMap<String, Parameter>,
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
    /// The stable code. docs/refusals.md lists all of them.
    #[schema(example = "asset.tag_taken")]
    code: &'static str,
    /// What is wrong, in a sentence.
    detail: String,
    /// What to do about it.
    remedy: &'static str,
    /// The request, as in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// The values that `detail` names, such as the `tag` of `asset.tag_taken`, by name, for a text
    /// in another language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = HashMap<String, Value>, example = json!({ "tag": "LAP-123" }))]
    parameters: BTreeMap<String, Parameter>,
    /// More about this problem: `field` names the parameter, attribute or part of the body it is
    /// about, `revision` the one an asset is at; `from`, `to` and `expected` belong to
    /// `query.invalid`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extras: Map<String, Value>,
}

impl ProblemDetails {
    /// The answer to a refusal: its texts, and the status of its kind.
    pub fn from_refusal(refusal: &impl Refused) -> Self {
        let problem = Self(Box::new(Parts {
            status: status_of(refusal.kind()),
            code: refusal.code(),
            title: refusal.title(),
            detail: to_sentence(&refusal.to_string()),
            remedy: refusal.remedy(),
            parameters: to_map(refusal.parameters()),
            extras: Map::new(),
            retry_after: None,
        }));
        match refusal.field() {
            Some(field) => problem.with("field", field),
            None => problem,
        }
    }

    /// The answer to a refusal that was stored as its code, its parameters and the further members
    /// of its body. `cause` is its cause with the parameters filled in.
    pub fn from_stored(
        entry: &RefusalEntry,
        cause: &str,
        parameters: BTreeMap<String, Parameter>,
        extras: Map<String, Value>,
    ) -> Self {
        Self(Box::new(Parts {
            status: status_of(entry.kind),
            code: entry.code,
            title: entry.title,
            detail: to_sentence(cause),
            remedy: entry.remedy,
            parameters,
            extras,
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

    /// A failure on our side. Its cause is for our log alone.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "a request failed");
        Self::from_refusal(&ServerFailure::Internal)
    }

    /// The log failed, so nothing was stored; trying again can help.
    pub fn log_unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the log is not available");
        Self::from_refusal(&ServerFailure::LogUnavailable).retry_after(2)
    }

    /// The disk of the log is full, so nothing was stored.
    pub fn log_full(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the disk of the log is full");
        Self::from_refusal(&ServerFailure::LogFull).retry_after(30)
    }

    /// The log lacks what the views show, so nothing was stored; trying again does not help.
    pub fn log_shorter(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the log is not the one that the views were built from");
        Self::from_refusal(&ServerFailure::LogShorter)
    }

    /// The store of data keys failed, so nothing was stored; trying again can help.
    pub fn keys_unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the key store does not answer");
        Self::from_refusal(&ServerFailure::KeysUnavailable).retry_after(2)
    }

    /// The store of data keys has no key of the site; trying again does not help.
    pub fn keys_lost(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the key of a site is not in the key store");
        Self::from_refusal(&ServerFailure::KeysLost)
    }

    /// The views do not answer; trying again can help.
    pub fn view_unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the views do not answer");
        Self::from_refusal(&ServerFailure::ViewUnavailable).retry_after(2)
    }

    /// A change is stored, and the views do not show it yet.
    pub fn view_lagging() -> Self {
        Self::from_refusal(&ServerFailure::ViewLagging).retry_after(2)
    }

    /// Jira did not answer; trying again can help.
    pub fn jira_unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "Jira did not answer");
        Self::from_refusal(&ServerFailure::JiraUnavailable).retry_after(5)
    }

    /// The stable code, such as `asset.tag_taken`.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        self.0.remedy
    }

    /// The values that the cause names.
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        &self.0.parameters
    }

    /// The further members of the body.
    pub fn extras(&self) -> &Map<String, Value> {
        &self.0.extras
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
            code: self.0.code,
            detail: self.0.detail.clone(),
            remedy: self.0.remedy,
            request_id: request_id::current().map(|id| id.to_string()),
            parameters: self.0.parameters.clone(),
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

impl From<RequestRefusal> for ProblemDetails {
    fn from(refusal: RequestRefusal) -> Self {
        let details = Self::from_refusal(&refusal);
        match refusal {
            RequestRefusal::Busy => details.retry_after(BUSY_SECONDS),
            RequestRefusal::PreconditionFailed { revision } => details.with("revision", revision),
            RequestRefusal::KeyInUse => details.retry_after(KEY_IN_USE_DELAY),
            RequestRefusal::PreconditionRequired
            | RequestRefusal::KeyReused
            | RequestRefusal::MethodNotAllowed { .. }
            | RequestRefusal::TooLarge { .. }
            | RequestRefusal::RateLimited
            | RequestRefusal::TookTooLong
            | RequestRefusal::NotFound
            | RequestRefusal::FileNotFound => details,
        }
    }
}

impl From<MalformedRequest> for ProblemDetails {
    fn from(refusal: MalformedRequest) -> Self {
        Self::from_refusal(&refusal)
    }
}

fn to_map(parameters: Vec<(&'static str, Parameter)>) -> BTreeMap<String, Parameter> {
    let members = parameters.into_iter();
    members.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The status of an answer to a refusal of this kind.
pub fn status_of(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Malformed => StatusCode::BAD_REQUEST,
        RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Unsupported => StatusCode::METHOD_NOT_ALLOWED,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Outdated => StatusCode::PRECONDITION_FAILED,
        RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalKind::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Unconditional => StatusCode::PRECONDITION_REQUIRED,
        RefusalKind::TooOften => StatusCode::TOO_MANY_REQUESTS,
        RefusalKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A phrase as a sentence: with a capital letter and a full stop.
pub fn to_sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let end = if phrase.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
