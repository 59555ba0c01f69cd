//! What callers may do and what people are called. Both come from the tenant's Jira and are
//! remembered for a while.
//!
//! `role` is the table of roles and actions; `jira` makes the calls. There is no user table to keep
//! in step: a role is what Jira's permissions make it.

mod jira;
mod role;

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use tally_atlassian::outgoing::{JiraError, JiraUser};
use tally_domain::{AccountId, Clock, TenantId, person, refusals};
use tracing::warn;

use crate::memories::ForgetTenant;

pub use self::jira::{ConnectJira, JiraAccess};
pub use self::role::{Action, Role};
use tally_authentication::Principal;

/// How long a role is remembered. A revoked right lives on for this long while Jira answers.
const ROLE_TIME_TO_LIVE: TimeDelta = TimeDelta::seconds(60);
/// How long the last role that Jira gave is used while Jira does not answer.
const ROLE_WITHOUT_JIRA: Duration = Duration::from_secs(3600);
/// How long Jira is not asked again for a role after it did not answer, where one is known.
const ROLE_RETRY: TimeDelta = TimeDelta::seconds(15);
/// How long a name is remembered.
const NAME_TIME_TO_LIVE: Duration = Duration::from_secs(600);
/// How long Jira is not asked again for a name that it did not give.
const QUESTION_TIME_TO_LIVE: Duration = Duration::from_secs(30);
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

refusals! {
    /// Why an asset is not handed to an account.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RecipientRefusal {
        /// The site's Jira has no such account.
        Unknown = "person.not_in_jira" {
            kind: Invalid,
            title: "Person not in Jira",
            cause: "the Jira of this site knows no account with this id",
            remedy: "Choose the person from the list, or check the account id.",
            field: "to",
        },
    }
}

/// Why an account could not be checked, or is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UncheckedAccount {
    /// Jira does not know it.
    Refused(RecipientRefusal),
    /// Jira did not answer.
    Unanswered(JiraError),
}

type ByPerson<T> = Cache<(TenantId, AccountId), T>;

/// What became of the question for the name of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    UnderWay,
    /// Jira failed, or gave no name.
    InVain,
}

/// A role that Jira gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GivenRole {
    role: Role,
    /// When Jira gave it.
    given_at: DateTime<Utc>,
    /// When Jira last failed to answer, since then.
    unanswered_at: Option<DateTime<Utc>>,
}

/// A caller's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRole {
    /// The role.
    pub role: Role,
    /// Whether Jira answers. Otherwise it is the role that Jira gave last.
    pub jira_answers: bool,
}

impl GivenRole {
    fn to_known(self) -> KnownRole {
        KnownRole {
            role: self.role,
            jira_answers: self.unanswered_at.is_none(),
        }
    }

    /// Whether it is to be used without asking Jira.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        let paused = |at| now - at < ROLE_RETRY;
        now - self.given_at < ROLE_TIME_TO_LIVE || self.unanswered_at.is_some_and(paused)
    }
}

/// Roles and names of the people on all sites.
pub struct Roles {
    jira: Box<dyn JiraAccess>,
    agent_permission: String,
    clock: Clock,
    roles: ByPerson<GivenRole>,
    names: ByPerson<String>,
    questions: ByPerson<Question>,
}

impl Roles {
    /// One that asks `jira`. `agent_permission` is the Jira global permission that makes an agent.
    pub fn new(jira: Box<dyn JiraAccess>, agent_permission: String, clock: Clock) -> Self {
        Self {
            jira,
            agent_permission,
            clock,
            roles: remember_for(ROLE_WITHOUT_JIRA),
            names: remember_for(NAME_TIME_TO_LIVE),
            questions: remember_for(QUESTION_TIME_TO_LIVE),
        }
    }

    /// The caller's role, from memory or from Jira. While Jira does not answer it is the one that
    /// Jira gave last, for an hour.
    ///
    /// # Errors
    /// [`PermissionRefusal::Unavailable`] when Jira does not answer, and gave no role lately.
    pub async fn find_role(&self, principal: &Principal) -> Result<KnownRole, PermissionRefusal> {
        // A synthetic tenant has no Jira. A caller who holds the probe's key is believed, and
        // changes a register that is no customer's.
        if principal.credentials().is_synthetic() {
            return Ok(KnownRole {
                role: Role::Agent,
                jira_answers: true,
            });
        }
        let person = (principal.tenant(), principal.account().clone());
        let known = self.roles.get(&person);
        let now = self.clock.now();
        if let Some(fresh) = known.filter(|known| known.is_fresh(now)) {
            return Ok(fresh.to_known());
        }
        let answer = self.ask_role(principal).await;
        if let Err(cause) = &answer {
            warn!(tenant = %principal.tenant(), %cause, "Jira did not answer what a caller may do");
        }
        let given = match (answer, known) {
            (Ok(role), _) => GivenRole {
                role,
                given_at: now,
                unanswered_at: None,
            },
            (Err(cause), Some(known)) if is_silence(&cause) && is_kept(known, now) => GivenRole {
                unanswered_at: Some(now),
                ..known
            },
            (Err(_), _) => return Err(PermissionRefusal::Unavailable),
        };
        self.roles.insert(person, given);
        Ok(given.to_known())
    }

    /// Checks that the caller may do `action`. What every viewer may do needs no call to Jira, so
    /// reading goes on when Jira does not answer.
    ///
    /// # Errors
    /// [`PermissionRefusal::Denied`] when the role is too low; [`PermissionRefusal::Unavailable`] when
    /// Jira does not answer.
    pub async fn permit(&self, principal: &Principal, action: Action) -> Result<(), PermissionRefusal> {
        if action.is_allowed_to(Role::Viewer) || action.is_allowed_to(self.find_role(principal).await?.role) {
            Ok(())
        } else {
            Err(PermissionRefusal::Denied)
        }
    }

    /// Those of `accounts` whose names Jira is to be asked for: none is remembered, and Jira was not
    /// asked in vain a moment ago. One who does not wait for the answer leaves out those that are
    /// being asked for.
    pub fn find_unnamed(&self, tenant: TenantId, accounts: Vec<AccountId>, waits: bool) -> Vec<AccountId> {
        let is_unnamed = |account: &AccountId| {
            let key = (tenant, account.clone());
            let may_ask = match self.questions.get(&key) {
                None => true,
                Some(Question::UnderWay) => waits,
                Some(Question::InVain) => false,
            };
            may_ask && !self.names.contains_key(&key)
        };
        accounts.into_iter().filter(is_unnamed).collect()
    }

    /// Asks Jira what `accounts` are called, and remembers the answer. A name that is missing fails
    /// no request.
    pub async fn ask_names(
        &self,
        principal: &Principal,
        accounts: Vec<AccountId>,
    ) -> Vec<(AccountId, String)> {
        let tenant = principal.tenant();
        for account in &accounts {
            self.questions
                .insert((tenant, account.clone()), Question::UnderWay);
        }
        let found = self.users_by_id(principal, &accounts).await;
        let named = self.remember_names(principal, &found);
        let given: HashSet<&AccountId> = named.iter().map(|(account, _)| account).collect();
        for account in accounts {
            match given.contains(&account) {
                true => self.questions.invalidate(&(tenant, account)),
                false => self.questions.insert((tenant, account), Question::InVain),
            }
        }
        named
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

    /// Checks with Jira that there is such an account on the caller's site, unless Jira named it a
    /// moment ago. A synthetic tenant has no Jira, and its people are believed.
    ///
    /// # Errors
    /// [`UncheckedAccount`].
    pub async fn check_account(
        &self,
        principal: &Principal,
        account: &AccountId,
    ) -> Result<(), UncheckedAccount> {
        let is_named = self.remembered_name(principal.tenant(), account).is_some();
        if is_named || principal.credentials().is_synthetic() {
            return Ok(());
        }
        let found = match self.jira.users_by_id(principal, &[account.as_str()]).await {
            Ok(found) => found,
            // How Jira answers to what cannot be an account.
            Err(JiraError::BadRequest | JiraError::NotFound) => vec![],
            Err(cause) => return Err(UncheckedAccount::Unanswered(cause)),
        };
        self.remember_names(principal, &found);
        match found.iter().any(|user| user.account_id == account.as_str()) {
            true => Ok(()),
            false => Err(UncheckedAccount::Refused(RecipientRefusal::Unknown)),
        }
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

    async fn users_by_id(&self, principal: &Principal, accounts: &[AccountId]) -> Vec<JiraUser> {
        let accounts: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
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

    /// Remembers the names of `users`, and returns them as they are stored. A blank one is no name:
    /// it would hide the one that is known.
    fn remember_names(&self, principal: &Principal, users: &[JiraUser]) -> Vec<(AccountId, String)> {
        let name_of = |user: &JiraUser| {
            Some((
                AccountId::parse(&user.account_id)?,
                person::stored_name(&user.display_name)?,
            ))
        };
        let named: Vec<(AccountId, String)> = users.iter().filter_map(name_of).collect();
        for (account, name) in &named {
            self.names
                .insert((principal.tenant(), account.clone()), name.clone());
        }
        named
    }
}

/// Whether Jira gave no answer to the question, rather than one that denies it.
fn is_silence(cause: &JiraError) -> bool {
    matches!(
        cause,
        JiraError::RateLimited { .. }
            | JiraError::Unavailable { .. }
            | JiraError::TimedOut
            | JiraError::NoConnection
            | JiraError::UnexpectedAnswer(_)
    )
}

fn is_kept(known: GivenRole, now: DateTime<Utc>) -> bool {
    (now - known.given_at)
        .to_std()
        .is_ok_and(|age| age < ROLE_WITHOUT_JIRA)
}

impl ForgetTenant for Roles {
    fn forget_tenant(&self, tenant: TenantId) {
        forget(&self.roles, tenant);
        forget(&self.names, tenant);
        forget(&self.questions, tenant);
    }
}

fn forget<T: Clone + Send + Sync + 'static>(memory: &ByPerson<T>, tenant: TenantId) {
    // The only error is a cache without this feature; its entries end with their time to live.
    drop(memory.invalidate_entries_if(move |key, _| key.0 == tenant));
}

fn remember_for<T: Clone + Send + Sync + 'static>(time_to_live: Duration) -> ByPerson<T> {
    Cache::builder()
        .max_capacity(CAPACITY)
        .time_to_live(time_to_live)
        .support_invalidation_closures()
        .build()
}
