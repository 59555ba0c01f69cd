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
use tally_domain::refusal::{Parameter, RefusalKind};
use tally_http::{MalformedRequest, ProblemDetails, RequestRefusal};
use tally_projections::QueryError;
use tally_view_store::StoreError;

pub use tally_http::ProblemBody;

use crate::projector::Lagging;
use crate::questions::Unanswered;
use crate::roles::{PermissionRefusal, UncheckedAccount};

/// A refusal or failure on its way to the caller of the public listener.
#[derive(Clone, Debug)]
pub struct Problem {
    details: ProblemDetails,
    /// Whether it is the answer of a decision, which stays the same when the command is repeated.
    is_decision: bool,
}

impl Problem {
    /// Adds a member to the body.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        Self {
            details: self.details.with(name, value),
            ..self
        }
    }

    /// Sets after how many seconds the caller may try again.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self {
            details: self.details.retry_after(seconds),
            ..self
        }
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
        ProblemDetails::internal(cause).into()
    }

    /// The log failed, so nothing was stored; trying again can help.
    pub fn unavailable(cause: &dyn fmt::Display) -> Self {
        ProblemDetails::log_unavailable(cause).into()
    }

    /// The problem as both listeners answer it.
    pub fn details(&self) -> &ProblemDetails {
        &self.details
    }

    /// Whether it is the answer of a decision: then the same command, sent again, gets it again.
    pub fn is_decision(&self) -> bool {
        self.is_decision
    }

    /// The stable code, such as `asset.tag_taken`.
    pub fn code(&self) -> &'static str {
        self.details.code()
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &str {
        self.details.detail()
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        self.details.remedy()
    }

    /// The values that the cause names.
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        self.details.parameters()
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> StatusCode {
        self.details.status()
    }

    /// After how many seconds to try again, where that helps.
    pub fn wait(&self) -> Option<u32> {
        self.details.retry_seconds()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.details.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.details.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.details.error_response()
    }
}

impl From<ProblemDetails> for Problem {
    fn from(details: ProblemDetails) -> Self {
        Self {
            details,
            is_decision: false,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        ProblemDetails::from_refusal(&refusal).into()
    }
}

/// A refusal by the rules of a family.
pub fn from_refusal(refusal: &impl Refused) -> Problem {
    Problem {
        details: ProblemDetails::from_refusal(refusal),
        is_decision: is_decision(refusal.kind()),
    }
}

/// Whether refusals of this kind are the answers of decisions. Those of tokens, rights, limits and
/// of a request that cannot be read are not.
fn is_decision(kind: RefusalKind) -> bool {
    match kind {
        RefusalKind::NotFound | RefusalKind::Conflict | RefusalKind::Outdated | RefusalKind::Invalid => true,
        RefusalKind::Malformed
        | RefusalKind::Unauthenticated
        | RefusalKind::Forbidden
        | RefusalKind::Unsupported
        | RefusalKind::TooLarge
        | RefusalKind::Misdirected
        | RefusalKind::Unconditional
        | RefusalKind::TooOften
        | RefusalKind::Failed
        | RefusalKind::Unavailable => false,
    }
}

impl From<RequestRefusal> for Problem {
    fn from(refusal: RequestRefusal) -> Self {
        ProblemDetails::from(refusal).into()
    }
}

impl From<MalformedRequest> for Problem {
    fn from(refusal: MalformedRequest) -> Self {
        ProblemDetails::from(refusal).into()
    }
}

impl From<Unavailable> for Problem {
    fn from(cause: Unavailable) -> Self {
        if cause.is_erased() {
            return Refusal::TenantErased.into();
        }
        if cause.is_answered() {
            return RequestRefusal::KeyInUse.into();
        }
        if cause.is_of_lost_key() {
            return ProblemDetails::keys_lost(&cause).into();
        }
        if cause.is_of_full_log() {
            return ProblemDetails::log_full(&cause).into();
        }
        if cause.is_of_shorter_log() {
            return ProblemDetails::log_shorter(&cause).into();
        }
        match cause.store() {
            FailedStore::Log => Self::unavailable(&cause),
            FailedStore::Keys => ProblemDetails::keys_unavailable(&cause).into(),
        }
    }
}

impl<R: Refused> From<CommandError<R>> for Problem {
    fn from(error: CommandError<R>) -> Self {
        match error {
            CommandError::Refused(refusal) => from_refusal(&refusal),
            CommandError::Precondition { actual } => Self {
                details: RequestRefusal::PreconditionFailed { revision: actual }.into(),
                is_decision: true,
            },
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
        ProblemDetails::view_unavailable(&cause).into()
    }
}

impl From<JiraError> for Problem {
    fn from(cause: JiraError) -> Self {
        ProblemDetails::jira_unavailable(&cause).into()
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
        ProblemDetails::view_lagging().into()
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

#[cfg(test)]
mod tests {
    use tally_domain::asset::AssetRefusal;
    use tally_domain::import::ImportRefusal;
    use tally_imports::Unreadable;

    use super::*;

    #[test]
    fn only_answers_of_decisions_are_remembered() {
        let precondition: Problem = CommandError::<AssetRefusal>::Precondition { actual: Some(1) }.into();
        let decisions = [
            from_refusal(&AssetRefusal::NotFound),
            from_refusal(&AssetRefusal::NameEmpty),
            from_refusal(&ImportRefusal::Finished),
            from_refusal(&Unreadable::NotText),
            precondition,
        ];
        for decision in decisions {
            assert!(decision.is_decision(), "{decision}");
        }
        let reused: Problem = CommandError::<AssetRefusal>::KeyReused.into();
        let others = [
            reused,
            RequestRefusal::KeyInUse.into(),
            RequestRefusal::RateLimited.into(),
            RequestRefusal::TooLarge { limit: 1 }.into(),
            MalformedRequest::KeyWrong.into(),
            PermissionRefusal::Denied.into(),
            PermissionRefusal::Unavailable.into(),
            Refusal::Expired { seconds: 1 }.into(),
            Problem::unavailable(&"a test"),
        ];
        for other in others {
            assert!(!other.is_decision(), "{other}");
        }
    }
}
