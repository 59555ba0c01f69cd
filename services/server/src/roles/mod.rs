//! People: what they may do and what they are called. Both are asked of the tenant's Jira and remembered for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use serde::Serialize;
use tally_atlassian::outgoing::{JiraError, JiraUser, TenantAccess};
use tally_domain::{AccountId, TenantId};
use thiserror::Error;
use tracing::warn;

use crate::auth::Principal;
use crate::tally::Tally;

/// How long an answer about permissions is believed. A revoked right lives on for this long at most.
const ROLE_AGE: Duration = Duration::from_secs(60);
/// How long a name is believed.
const NAME_AGE: Duration = Duration::from_secs(600);
/// How many people are remembered; beyond it everything is forgotten and asked again.
const REMEMBERED: usize = 50_000;
/// The global permission that makes somebody a Jira admin.
const ADMINISTER: &str = "ADMINISTER";

/// What somebody is to Tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anybody with a Jira account on the site.
    Viewer,
    /// Who may change many things in Jira at once.
    Agent,
    /// Who administers Jira.
    Admin,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub enum Action {
    /// See assets and their history.
    #[serde(rename = "asset.read")]
    ReadAssets,
    /// Register and change assets.
    #[serde(rename = "asset.write")]
    WriteAssets,
    /// Import files.
    #[serde(rename = "import")]
    Import,
    /// See the installation's diagnosis.
    #[serde(rename = "diagnosis.read")]
    ReadDiagnosis,
}

impl Action {
    /// The table of who may what: the least role for each action.
    pub const TABLE: [(Self, Role); 4] = [
        (Self::ReadAssets, Role::Viewer),
        (Self::WriteAssets, Role::Agent),
        (Self::Import, Role::Agent),
        (Self::ReadDiagnosis, Role::Admin),
    ];

    /// Whether `role` may do it.
    pub fn allowed_to(self, role: Role) -> bool {
        Self::TABLE
            .iter()
            .any(|(action, least)| *action == self && role >= *least)
    }

    /// Everything `role` may do.
    pub fn of(role: Role) -> Vec<Self> {
        Self::TABLE
            .iter()
            .filter(|(_, least)| role >= *least)
            .map(|(action, _)| *action)
            .collect()
    }
}

/// Why somebody may not do something.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PermissionError {
    /// Jira says no.
    #[error("your Jira permissions do not allow this")]
    Denied,
    /// Jira could not be asked, and then the answer is no.
    #[error("Jira could not be asked what you may do")]
    Unavailable,
}

/// Remembered roles.
pub struct Roles {
    agent_permission: String,
    known: Memory<Role>,
}

impl Roles {
    /// Where `agent_permission` is the Jira global permission that makes an agent.
    pub fn new(agent_permission: String) -> Self {
        Self {
            agent_permission,
            known: Memory::new(ROLE_AGE),
        }
    }
}

/// Remembered names.
pub struct People {
    known: Memory<String>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            known: Memory::new(NAME_AGE),
        }
    }
}

/// What is known of people, by tenant, for a while.
struct Memory<T> {
    age: Duration,
    entries: Mutex<HashMap<(TenantId, AccountId), (Instant, T)>>,
}

impl<T: Clone> Memory<T> {
    fn new(age: Duration) -> Self {
        Self {
            age,
            entries: Mutex::new(HashMap::new()),
        }
    }

    fn get(&self, tenant: TenantId, account: &AccountId) -> Option<T> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, value) = entries.get(&(tenant, account.clone()))?;
        (since.elapsed() < self.age).then(|| value.clone())
    }

    fn put(&self, tenant: TenantId, account: AccountId, value: T) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= REMEMBERED {
            entries.clear();
        }
        entries.insert((tenant, account), (Instant::now(), value));
    }
}

impl Tally {
    /// The caller's role, from memory or from Jira.
    ///
    /// # Errors
    /// [`PermissionError::Unavailable`] when Jira cannot be asked.
    pub async fn role(&self, principal: &Principal) -> Result<Role, PermissionError> {
        // There is no Jira to ask: whoever holds the probe's key says who they are, and changes a register of nobody's.
        if principal.credentials.is_synthetic() {
            return Ok(Role::Agent);
        }
        if let Some(role) = self.roles.known.get(principal.tenant, &principal.account) {
            return Ok(role);
        }
        let (account, agent) = (principal.account.as_str(), self.roles.agent_permission.as_str());
        let asked = self
            .ask_jira(principal, async |site| {
                self.jira
                    .global_permissions(site, account, &[ADMINISTER, agent])
                    .await
            })
            .await;
        let granted = asked.map_err(|cause| {
            warn!(tenant = %principal.tenant, %cause, "Jira could not be asked for permissions");
            PermissionError::Unavailable
        })?;
        let role = match (granted.contains(ADMINISTER), granted.contains(agent)) {
            (true, _) => Role::Admin,
            (false, true) => Role::Agent,
            (false, false) => Role::Viewer,
        };
        self.roles
            .known
            .put(principal.tenant, principal.account.clone(), role);
        Ok(role)
    }

    /// Asks the tenant's Jira. When it accepts none of the secrets that the caller's request came with, the platform may have issued another
    /// since; then once more with what is known by now.
    async fn ask_jira<T>(
        &self,
        principal: &Principal,
        ask: impl AsyncFn(&TenantAccess) -> Result<T, JiraError>,
    ) -> Result<T, JiraError> {
        let known = &principal.credentials;
        let access = known.access(Utc::now()).ok_or(JiraError::Unauthorized)?;
        let mut asked = ask(&access).await;
        if matches!(asked, Err(JiraError::Unauthorized)) {
            let newer = self.newer(known).await;
            // Without news all is tried again: the platform may have gone from one to the other between two tries.
            let again = newer.or_else(|| (!access.others.is_empty()).then(|| known.clone()));
            if let Some(access) = again.and_then(|known| known.access(Utc::now())) {
                asked = ask(&access).await;
            }
        }
        self.seen.answered(principal.tenant, &asked, Utc::now());
        asked
    }

    /// Whether the caller may do `action`. What everybody may is not asked of Jira, so that reading goes on when Jira does not answer.
    ///
    /// # Errors
    /// The caller may not, or Jira could not be asked.
    pub async fn permit(&self, principal: &Principal, action: Action) -> Result<(), PermissionError> {
        if action.allowed_to(Role::Viewer) {
            return Ok(());
        }
        let role = self.role(principal).await?;
        if action.allowed_to(role) {
            Ok(())
        } else {
            Err(PermissionError::Denied)
        }
    }

    /// The display names of `accounts`, as far as Jira tells. Names are never worth failing a request for.
    pub async fn names(&self, principal: &Principal, accounts: &[AccountId]) -> HashMap<AccountId, String> {
        let mut names = HashMap::new();
        let mut asked = Vec::new();
        for account in accounts {
            match self.people.known.get(principal.tenant, account) {
                Some(name) => {
                    names.insert(account.clone(), name);
                }
                None => asked.push(account.as_str()),
            }
        }
        asked.sort_unstable();
        asked.dedup();
        for user in self.ask_names(principal, &asked).await {
            if let Some(account) = AccountId::parse(&user.account_id) {
                self.people
                    .known
                    .put(principal.tenant, account.clone(), user.display_name.clone());
                names.insert(account, user.display_name);
            }
        }
        names
    }

    async fn ask_names(&self, principal: &Principal, asked: &[&str]) -> Vec<JiraUser> {
        let mut users = Vec::new();
        // Jira's own limit for one bulk question.
        for some in asked.chunks(90) {
            let asked = self
                .ask_jira(principal, async |site| self.jira.users_by_id(site, some).await)
                .await;
            match asked {
                Ok(found) => users.extend(found),
                Err(cause) => {
                    warn!(tenant = %principal.tenant, %cause, "Jira could not be asked for names");
                    break;
                }
            }
        }
        users
    }

    /// People whose name or address matches `query`.
    ///
    /// # Errors
    /// Jira could not be asked.
    pub async fn search_people(
        &self,
        principal: &Principal,
        query: &str,
        limit: usize,
    ) -> Result<Vec<JiraUser>, JiraError> {
        let found = self
            .ask_jira(principal, async |site| {
                self.jira.search_users(site, query, limit).await
            })
            .await?;
        for user in &found {
            if let Some(account) = AccountId::parse(&user.account_id) {
                self.people
                    .known
                    .put(principal.tenant, account, user.display_name.clone());
            }
        }
        Ok(found)
    }
}
