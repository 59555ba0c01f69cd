//! Answers to what went wrong, as problem details (RFC 9457) with a stable code, a cause and a
//! remedy.

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

use super::request_refusal::RequestRefusal;
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

    /// Sets another status, with its title.
    #[must_use]
    pub fn of_status(self, status: StatusCode) -> Self {
        Self(self.0.with_status(status))
    }

    /// The request cannot be read.
    pub fn malformed_request(detail: impl Into<String>) -> Self {
        Self(ProblemDetails::malformed_request(detail))
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

    /// The HTTP status of the answer.
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
        from_refusal(&refusal)
    }
}

/// A refusal by the rules of a family.
pub fn from_refusal(refusal: &impl Refused) -> Problem {
    Problem(ProblemDetails::from_refusal(refusal))
}

impl From<RequestRefusal> for Problem {
    fn from(refusal: RequestRefusal) -> Self {
        Self(refusal.to_details())
    }
}

impl From<Unavailable> for Problem {
    fn from(cause: Unavailable) -> Self {
        Self::unavailable(&cause)
    }
}

impl<R: Refused> From<CommandError<R>> for Problem {
    fn from(error: CommandError<R>) -> Self {
        match error {
            CommandError::Refused(refusal) => from_refusal(&refusal),
            CommandError::Precondition { actual } => {
                RequestRefusal::PreconditionFailed { revision: actual }.into()
            }
            CommandError::KeyReused => RequestRefusal::KeyReused.into(),
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
                "Jira did not answer whether you may do this, so it was not done.",
                "Try again in a moment.",
            )
            .retry_after(5),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Refused(refusal) => from_refusal(&refusal).of_status(StatusCode::BAD_REQUEST),
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
        let detail = "Jira did not answer.";
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

/// The answer where an address does not take the method.
pub async fn method_not_allowed(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let method = request.method().to_string();
    Err(RequestRefusal::MethodNotAllowed { method }.into())
}

/// The answer where there is no such address.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, Problem> {
    tracing::debug!(method = %request.method(), "no such route");
    Err(RequestRefusal::NotFound.into())
}
