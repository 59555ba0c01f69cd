//! Answers to what went wrong, as problem details (RFC 9457): each refusal with the code, title,
//! cause and remedy of its row.

use std::collections::BTreeMap;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde_json::Value;
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_commands::{CommandError, FailedStore, Unavailable};
use tally_domain::Refused;
use tally_domain::refusal::Parameter;
use tally_http::{MalformedRequest, ProblemDetails, RequestRefusal};
use tally_projections::QueryError;
use tally_view_store::StoreError;

pub use tally_http::ProblemBody;

use crate::projector::Lagging;
use crate::questions::Unanswered;
use crate::roles::{PermissionRefusal, UncheckedAccount};

/// A refusal or failure on its way to the caller of the public listener.
#[derive(Clone, Debug)]
pub struct Problem(ProblemDetails);

impl Problem {
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

    /// The problem of an answer to a command that is carried out. A question that had to wait for its
    /// turn, or took too long, must not look as if the command was refused.
    #[must_use]
    pub fn after_command(self) -> Self {
        match self.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::UNPROCESSABLE_ENTITY => Lagging.into(),
            _ => self,
        }
    }

    /// A failure on our side. Its cause is for our log alone.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        Self(ProblemDetails::internal(cause))
    }

    /// The log failed, so nothing was stored; trying again can help.
    pub fn unavailable(cause: &dyn fmt::Display) -> Self {
        Self(ProblemDetails::log_unavailable(cause))
    }

    /// The problem as both listeners answer it.
    pub fn details(&self) -> &ProblemDetails {
        &self.0
    }

    /// The stable code, such as `asset.tag_taken`.
    pub fn code(&self) -> &'static str {
        self.0.code()
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &str {
        self.0.detail()
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        self.0.remedy()
    }

    /// The values that the cause names.
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        self.0.parameters()
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
        Self(refusal.into())
    }
}

impl From<MalformedRequest> for Problem {
    fn from(refusal: MalformedRequest) -> Self {
        Self(refusal.into())
    }
}

impl From<Unavailable> for Problem {
    fn from(cause: Unavailable) -> Self {
        if cause.is_erased() {
            return Refusal::TenantErased.into();
        }
        if cause.is_of_lost_key() {
            return Self(ProblemDetails::keys_lost(&cause));
        }
        match cause.store() {
            FailedStore::Log => Self::unavailable(&cause),
            FailedStore::Keys => Self(ProblemDetails::keys_unavailable(&cause)),
        }
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

impl From<PermissionRefusal> for Problem {
    fn from(refusal: PermissionRefusal) -> Self {
        let problem = from_refusal(&refusal);
        match refusal {
            PermissionRefusal::Denied => problem,
            PermissionRefusal::Unavailable => problem.retry_after(5),
        }
    }
}

impl From<Unanswered> for Problem {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::NoTurn => RequestRefusal::Busy.into(),
            Unanswered::Broken(cause) => Self::internal(&cause),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Refused(refusal) => from_refusal(&refusal),
            QueryError::Store(cause) => cause.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(cause: StoreError) -> Self {
        if matches!(cause, StoreError::TookTooLong) {
            return RequestRefusal::TookTooLong.into();
        }
        if !cause.is_unavailable() {
            return Self::internal(&cause);
        }
        Self(ProblemDetails::view_unavailable(&cause))
    }
}

impl From<JiraError> for Problem {
    fn from(cause: JiraError) -> Self {
        Self(ProblemDetails::jira_unavailable(&cause))
    }
}

impl From<UncheckedAccount> for Problem {
    fn from(why: UncheckedAccount) -> Self {
        match why {
            UncheckedAccount::Refused(refusal) => from_refusal(&refusal),
            UncheckedAccount::Unanswered(cause) => cause.into(),
        }
    }
}

impl From<Lagging> for Problem {
    fn from(_: Lagging) -> Self {
        Self(ProblemDetails::view_lagging())
    }
}

/// The answer where an address does not take the method; see [`super::methods`].
pub async fn method_not_allowed() -> HttpResponse {
    HttpResponse::MethodNotAllowed().finish()
}

/// The answer where there is no such address.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, Problem> {
    tracing::debug!(method = %request.method(), "no such route");
    Err(RequestRefusal::NotFound.into())
}
