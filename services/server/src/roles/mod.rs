//! What callers may do and what people are called. Both come from the tenant's Jira and are
//! remembered for a while.
//!
//! `role` is the table of roles and actions; `jira` makes the calls. There is no user table to keep
//! in step: a role is what Jira's permissions make it.

mod jira;
mod role;

use std::collections::HashMap;
use std::time::Duration;

use moka::sync::Cache;
use tally_atlassian::outgoing::{JiraError, JiraUser};
use tally_domain::{AccountId, TenantId, refusals};
use tracing::warn;

pub use self::jira::{ConnectJira, JiraAccess};
pub use self::role::{Action, Role};
use tally_authentication::Principal;

/// How long a role is remembered. A revoked right lives on for this long at most.
const ROLE_TIME_TO_LIVE: Duration = Duration::from_secs(60);
/// How long a name is remembered.
const NAME_TIME_TO_LIVE: Duration = Duration::from_secs(600);
/// How many people are remembered at most.
const CAPACITY: u64 = 50_000;
/// The global permission that makes a user a Jira admin.
const ADMINISTER: &str = "ADMINISTER";
/// Jira's own limit for one bulk query of users.
const USERS_PER_QUERY: usize = 90;

refusals! {
    /// Why a caller may not do something.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PermissionRefusal {
        /// The caller's permissions in Jira do not allow it.
        Denied = "permission.denied" {
            kind: Forbidden,
            title: "Permission missing",
            cause: "your Jira permissions do not allow this",
            remedy: "Ask a Jira admin for the permission, or to do it for you.",
        },
        /// Jira did not answer, and then nothing is allowed.
        Unavailable = "permission.check_unavailable" {
            kind: Unavailable,
            title: "Permission not checked",
            cause: "Jira did not answer whether you may do this, so it was not done",
            remedy: "Try again in a moment.",
        },
    }
}

type ByPerson<T> = Cache<(TenantId, AccountId), T>;

/// The names of people by account, as far as they are known.
pub type Names = HashMap<AccountId, String>;

/// Roles and names of the people on all sites.
pub struct Roles {
    jira: Box<dyn JiraAccess>,
    agent_permission: String,
    roles: ByPerson<Role>,
    names: ByPerson<String>,
}

impl Roles {
    /// One that asks `jira`. `agent_permission` is the Jira global permission that makes an agent.
    pub fn new(jira: Box<dyn JiraAccess>, agent_permission: String) -> Self {
        Self {
            jira,
            agent_permission,
            roles: remember_for(ROLE_TIME_TO_LIVE),
            names: remember_for(NAME_TIME_TO_LIVE),
        }
    }

    /// The caller's role, from memory or from Jira.
    ///
    /// # Errors
    /// [`PermissionRefusal::Unavailable`] when Jira does not answer.
    pub async fn role(&self, principal: &Principal) -> Result<Role, PermissionRefusal> {
        // A synthetic tenant has no Jira. A caller who holds the probe's key is believed, and
        // changes a register that is no customer's.
        if principal.credentials().is_synthetic() {
            return Ok(Role::Agent);
        }
        let person = (principal.tenant(), principal.account().clone());
        if let Some(role) = self.roles.get(&person) {
            return Ok(role);
        }
        let role = self.ask_role(principal).await.map_err(|cause| {
            warn!(tenant = %principal.tenant(), %cause, "Jira did not answer what a caller may do");
            PermissionRefusal::Unavailable
        })?;
        self.roles.insert(person, role);
        Ok(role)
    }

    /// Checks that the caller may do `action`. What every viewer may do needs no call to Jira, so
    /// reading goes on when Jira does not answer.
    ///
    /// # Errors
    /// [`PermissionRefusal::Denied`] when the role is too low; [`PermissionRefusal::Unavailable`] when
    /// Jira does not answer.
    pub async fn permit(&self, principal: &Principal, action: Action) -> Result<(), PermissionRefusal> {
        if action.is_allowed_to(Role::Viewer) || action.is_allowed_to(self.role(principal).await?) {
            Ok(())
        } else {
            Err(PermissionRefusal::Denied)
        }
    }

    /// The display names of `accounts`, as far as Jira gives them. A missing name fails no request.
    pub async fn names(&self, principal: &Principal, accounts: &[AccountId]) -> Names {
        let mut names = Names::new();
        let mut unknown = Vec::new();
        for account in accounts {
            match self.names.get(&(principal.tenant(), account.clone())) {
                Some(name) => drop(names.insert(account.clone(), name)),
                None => unknown.push(account.as_str()),
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        let found = self.ask_names(principal, &unknown).await;
        names.extend(self.remember_names(principal, &found));
        names
    }

    /// The name that Jira gave a while ago, if it is remembered.
    pub fn remembered_name(&self, tenant: TenantId, account: &AccountId) -> Option<String> {
        self.names.get(&(tenant, account.clone()))
    }

    /// People whose name or address matches `query`, at most `limit`.
    ///
    /// # Errors
    /// Any [`JiraError`]: Jira did not answer, or did not accept the call.
    pub async fn search_people(
        &self,
        principal: &Principal,
        query: &str,
        limit: usize,
    ) -> Result<Vec<JiraUser>, JiraError> {
        let found = self.jira.search_users(principal, query, limit).await?;
        self.remember_names(principal, &found);
        Ok(found)
    }

    async fn ask_role(&self, principal: &Principal) -> Result<Role, JiraError> {
        let (account, agent) = (principal.account().as_str(), self.agent_permission.as_str());
        let permissions = [ADMINISTER, agent];
        let granted = self
            .jira
            .global_permissions(principal, account, &permissions)
            .await?;
        Ok(match (granted.contains(ADMINISTER), granted.contains(agent)) {
            (true, _) => Role::Admin,
            (false, true) => Role::Agent,
            (false, false) => Role::Viewer,
        })
    }

    async fn ask_names(&self, principal: &Principal, accounts: &[&str]) -> Vec<JiraUser> {
        let mut users = Vec::new();
        for some in accounts.chunks(USERS_PER_QUERY) {
            match self.jira.users_by_id(principal, some).await {
                Ok(found) => users.extend(found),
                Err(cause) => {
                    warn!(tenant = %principal.tenant(), %cause, "Jira did not answer what people are called");
                    break;
                }
            }
        }
        users
    }

    fn remember_names(&self, principal: &Principal, users: &[JiraUser]) -> Vec<(AccountId, String)> {
        let each = users.iter();
        let named =
            each.filter_map(|user| Some((AccountId::parse(&user.account_id)?, user.display_name.clone())));
        let named: Vec<(AccountId, String)> = named.collect();
        for (account, name) in &named {
            self.names
                .insert((principal.tenant(), account.clone()), name.clone());
        }
        named
    }
}

fn remember_for<T: Clone + Send + Sync + 'static>(time_to_live: Duration) -> ByPerson<T> {
    Cache::builder()
        .max_capacity(CAPACITY)
        .time_to_live(time_to_live)
        .build()
}
