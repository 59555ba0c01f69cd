//! Who asks a tenant's Jira, and with which proof.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tally_atlassian::outgoing::{JiraClient, JiraError, JiraUser, TenantAccess};
use tally_domain::Clock;
use tally_observations::observer::Observer;

use tally_authentication::{Authenticator, Principal};

/// What Tally asks the Jira of a caller's site. How a question is signed depends on the host by
/// which the site has Tally; those who ask do not know it.
#[async_trait(?Send)]
pub trait JiraAccess: Send + Sync {
    /// Which of the `permissions` global permissions the person with this account has.
    ///
    /// # Errors
    /// Any [`JiraError`]; to be taken as "none".
    async fn global_permissions(
        &self,
        caller: &Principal,
        account: &str,
        permissions: &[&str],
    ) -> Result<BTreeSet<String>, JiraError>;

    /// People whose name or address matches `query`, at most `limit`.
    ///
    /// # Errors
    /// Any [`JiraError`].
    async fn search_users(
        &self,
        caller: &Principal,
        query: &str,
        limit: usize,
    ) -> Result<Vec<JiraUser>, JiraError>;

    /// The people with these accounts, as far as Jira gives them.
    ///
    /// # Errors
    /// Any [`JiraError`].
    async fn users_by_id(&self, caller: &Principal, accounts: &[&str]) -> Result<Vec<JiraUser>, JiraError>;
}

/// Asks as the Connect app, with tokens signed by the secrets that Jira and Tally share.
pub struct ConnectJira {
    client: JiraClient,
    authenticator: Arc<Authenticator>,
    observer: Arc<dyn Observer>,
    clock: Clock,
}

#[async_trait(?Send)]
impl JiraAccess for ConnectJira {
    async fn global_permissions(
        &self,
        caller: &Principal,
        account: &str,
        permissions: &[&str],
    ) -> Result<BTreeSet<String>, JiraError> {
        let ask = async |site: &_| self.client.global_permissions(site, account, permissions).await;
        self.call(caller, self.clock.now(), ask).await
    }

    async fn search_users(
        &self,
        caller: &Principal,
        query: &str,
        limit: usize,
    ) -> Result<Vec<JiraUser>, JiraError> {
        let ask = async |site: &_| self.client.search_users(site, query, limit).await;
        self.call(caller, self.clock.now(), ask).await
    }

    async fn users_by_id(&self, caller: &Principal, accounts: &[&str]) -> Result<Vec<JiraUser>, JiraError> {
        let ask = async |site: &_| self.client.users_by_id(site, accounts).await;
        self.call(caller, self.clock.now(), ask).await
    }
}

impl ConnectJira {
    /// One that calls by `client`, with the secrets that `authenticator` opens.
    pub fn new(
        client: JiraClient,
        authenticator: Arc<Authenticator>,
        observer: Arc<dyn Observer>,
        clock: Clock,
    ) -> Self {
        Self {
            client,
            authenticator,
            observer,
            clock,
        }
    }

    /// Calls the tenant's Jira. When it accepts none of the secrets that are known, the platform
    /// may have issued another since the caller's request verified: then it is called once more
    /// with the newest.
    async fn call<T>(
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
