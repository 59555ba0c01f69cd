//! Answers to what went wrong, as problem details (RFC 9457) with a stable code, a cause and a remedy.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde_json::Value;
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_commands::{CommandError, Unavailable};
use tally_domain::Refused;
use tally_http::ProblemDetails;
use tally_projections::QueryError;
use tally_view_store::StoreError;
use tracing::error;

pub use tally_http::ProblemBody;

use crate::projector::Lagging;
use crate::roles::PermissionError;

/// A refusal or failure on its way to the caller of the public listener.
#[derive(Clone, Debug)]
pub struct Problem(ProblemDetails);

impl Problem {
    /// A problem with its parts.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self(ProblemDetails::new(status, code, detail, remedy))
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        Self(self.0.with(name, value))
    }

    /// Sets after how many seconds the caller may try again.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self(self.0.retry_after(seconds))
    }

    /// Sets another status.
    #[must_use]
    pub fn of_status(self, status: StatusCode) -> Self {
        Self(self.0.with_status(status))
    }

    /// The request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self(ProblemDetails::malformed(detail))
    }

    /// A failure on our side. Its cause is for our log alone.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        Self(ProblemDetails::internal(cause))
    }

    /// The log or another store failed, so nothing was stored; trying again can help.
    pub fn unavailable(cause: &dyn fmt::Display) -> Self {
        Self(ProblemDetails::log_unavailable(cause))
    }

    /// The stable code, such as `asset.tag_taken`.
    pub fn code(&self) -> &str {
        self.0.code()
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &str {
        self.0.detail()
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        self.0.remedy()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// After how many seconds to try again, where that helps.
    pub fn wait(&self) -> Option<u32> {
        self.0.retry_seconds()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}

impl From<ProblemDetails> for Problem {
    fn from(details: ProblemDetails) -> Self {
        Self(details)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        refused(&refusal)
    }
}

/// A refusal by the rules of a family.
pub fn refused(refusal: &impl Refused) -> Problem {
    Problem(ProblemDetails::from_refusal(refusal))
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
        Self(ProblemDetails::view_unavailable(&cause))
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
        Self(ProblemDetails::view_lagging())
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
