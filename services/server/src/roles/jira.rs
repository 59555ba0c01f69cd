//! Calls to a tenant's Jira on behalf of a caller.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tally_atlassian::outgoing::{JiraClient, JiraError, TenantAccess};
use tally_observations::observer::Observer;

use tally_authentication::{Authenticator, Principal};

/// What a call needs.
pub(super) struct Jira {
    pub(super) client: JiraClient,
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) observer: Arc<dyn Observer>,
}

impl Jira {
    /// Calls the tenant's Jira. When it accepts none of the secrets that are known, the platform
    /// may have issued another since the caller's request verified: then it is called once more
    /// with the newest.
    pub(super) async fn call<T>(
        &self,
        principal: &Principal,
        now: DateTime<Utc>,
        call: impl AsyncFn(&TenantAccess) -> Result<T, JiraError>,
    ) -> Result<T, JiraError> {
        let known = principal.credentials();
        let access = self.authenticator.access(known, now).await;
        let access = access.ok_or(JiraError::Unauthorized)?;
        let mut answer = call(&access).await;
        if matches!(answer, Err(JiraError::Unauthorized)) {
            let newer = self.authenticator.find_newer(known).await;
            // Without news all is tried again: the platform may have gone from one secret to the
            // other between two calls.
            let retry = newer.or_else(|| (!access.others.is_empty()).then(|| known.clone()));
            if let Some(known) = retry
                && let Some(access) = self.authenticator.access(&known, now).await
            {
                answer = call(&access).await;
            }
        }
        self.observer
            .note_answer(principal.tenant(), answer.as_ref().map(drop), now);
        answer
    }
}
