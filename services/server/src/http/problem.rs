//! Answers to what went wrong, as problem details (RFC 9457) with a stable code, a cause and a remedy.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_commands::{CommandError, Unavailable};
use tally_domain::Refused;
use tally_domain::refusal::RefusalKind;
use tally_projections::{QueryError, StoreError};
use tracing::error;
use utoipa::ToSchema;

use super::request_id;
use crate::projector::Lagging;
use crate::roles::PermissionError;

/// A refusal or failure on its way out.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

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
    /// More about this problem: `field` names the parameter, attribute or part of the body it is about, `revision` the one an asset is at; `from`, `to` and
    /// `expected` belong to `query.invalid`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extras: Map<String, Value>,
}

impl Problem {
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

    /// The same, with one thing more to say.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extras.insert(name.to_owned(), value.into());
        self
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The same, answered with another status.
    #[must_use]
    pub fn of_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self.0.title = title(status);
        self
    }

    /// Input that cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "request.malformed",
            detail,
            "Mend the request and send it again.",
        )
    }

    /// A failure of ours: its cause is for the log, the caller is told nothing of it.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "a request failed");
        let remedy = "Try again. If it stays so, tell your Jira admin, with the request id.";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side.",
            remedy,
        )
    }

    /// A store that does not answer: trying again is right.
    pub fn unavailable(cause: &dyn fmt::Display) -> Self {
        error!(%cause, "the log is not available");
        let detail = "The change could not be stored just now.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "log.unavailable",
            detail,
            "Try again in a moment.",
        )
        .retry_after(2)
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What is wrong.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What to do.
    pub fn remedy(&self) -> &str {
        &self.0.remedy
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// After how many seconds to try again, where that helps.
    pub fn wait(&self) -> Option<u32> {
        self.0.retry_after
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl ResponseError for Problem {
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

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::UNAUTHORIZED);
        Self::new(status, refusal.code(), refusal.cause(), refusal.remedy())
    }
}

/// A refusal by the domain's rules.
pub fn refused(refusal: &dyn Refused) -> Problem {
    let status = match refusal.kind() {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
    };
    let problem = Problem::new(
        status,
        refusal.code(),
        sentence(&refusal.to_string()),
        refusal.remedy(),
    );
    match refusal.field() {
        Some(field) => problem.with("field", field),
        None => problem,
    }
}

fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

impl From<Unavailable> for Problem {
    fn from(cause: Unavailable) -> Self {
        Self::unavailable(&cause)
    }
}

impl<R: Refused> From<CommandError<R>> for Problem {
    fn from(error: CommandError<R>) -> Self {
        match error {
            CommandError::Refused(refusal) => refused(&refusal),
            CommandError::Precondition { actual } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "request.precondition_failed",
                "Somebody changed this since you loaded it.",
                "Load it again, look at what changed, and repeat your change.",
            )
            .with("revision", actual),
            CommandError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "request.idempotency_key_reused",
                "This Idempotency-Key was used for another request.",
                "Use a new key for a new request.",
            ),
            CommandError::Unavailable(cause) => cause.into(),
        }
    }
}

impl From<PermissionError> for Problem {
    fn from(error: PermissionError) -> Self {
        match error {
            PermissionError::Denied => Self::new(
                StatusCode::FORBIDDEN,
                "permission.denied",
                "Your Jira permissions do not allow this.",
                "Ask a Jira admin for the permission, or to do it for you.",
            ),
            PermissionError::Unavailable => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "permission.check_unavailable",
                "Jira could not be asked whether you may do this, so it was not done.",
                "Try again in a moment.",
            )
            .retry_after(5),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Refused(refusal) => refused(&refusal).of_status(StatusCode::BAD_REQUEST),
            QueryError::Store(cause) => cause.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(cause: StoreError) -> Self {
        if !cause.is_unavailable() {
            return Self::internal(&cause);
        }
        error!(%cause, "the views cannot be asked");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "view.unavailable",
            "The register cannot be read at the moment.",
            "Try again in a moment.",
        )
        .retry_after(2)
    }
}

impl From<JiraError> for Problem {
    fn from(cause: JiraError) -> Self {
        error!(%cause, "Jira did not answer");
        let detail = "Jira could not be asked.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "jira.unavailable",
            detail,
            "Try again in a moment.",
        )
        .retry_after(5)
    }
}

impl From<Lagging> for Problem {
    fn from(_: Lagging) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "view.lagging",
            "Your change is stored, and is not shown yet.",
            "Load the page again in a moment.",
        )
        .retry_after(2)
    }
}

/// The answer where a route does not take the method.
pub async fn method_not_allowed(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let detail = format!("This address does not take {}.", request.method());
    let remedy = "See the API's document for what it takes.";
    Err(Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "request.method_not_allowed",
        detail,
        remedy,
    ))
}

/// The answer where there is no route.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, Problem> {
    tracing::debug!(method = %request.method(), "no such route");
    Err(Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "There is nothing here.",
        "Check the address.",
    ))
}
