//! Why a call to Jira failed.

use std::time::Duration;

/// Why a call to Jira brought no answer. None of these proves anything about what a user may do: a
/// caller that asks for a permission and gets an error must take it as "no".
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JiraError {
    /// 400. The call is wrong in itself.
    #[error("Jira finds the call wrong")]
    BadRequest,
    /// 401. For a call we signed, that usually means our secret is stale.
    #[error("Jira did not accept our token")]
    Unauthorized,
    /// 403. The app lacks a scope or a permission.
    #[error("Jira does not allow the app this call")]
    Forbidden,
    /// 404. What was asked for does not exist, or the app may not see it.
    #[error("Jira does not have what was asked for, or does not show it to the app")]
    NotFound,
    /// 429. The app sends too many calls.
    #[error("Jira asks to slow down")]
    RateLimited {
        /// How long Jira asks to wait, if it says so in seconds.
        retry_after: Option<Duration>,
    },
    /// 5xx. Jira failed.
    #[error("Jira failed with HTTP status {status}")]
    Unavailable {
        /// The HTTP status, from 500.
        status: u16,
        /// How long Jira asks to wait, if it says so in seconds.
        retry_after: Option<Duration>,
    },
    /// No answer in time.
    #[error("Jira did not answer in time")]
    TimedOut,
    /// No connection, or it broke.
    #[error("no connection to Jira")]
    NoConnection,
    /// The site sends us elsewhere, and we do not follow.
    #[error("Jira answered with a redirect")]
    Redirected,
    /// An answer, but not one that can be read.
    #[error("Jira's answer cannot be read: {0}")]
    UnexpectedAnswer(&'static str),
    /// The address left the tenant's origin.
    #[error("the call would leave the tenant's site")]
    TargetNotAllowed,
    /// No token could be signed.
    #[error("no token could be signed for the call")]
    Signing,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Client,
}

impl JiraError {
    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Unavailable { .. } | Self::TimedOut | Self::NoConnection
        )
    }
}
