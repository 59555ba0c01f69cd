//! People: from an account to the person that events name, and what is recorded of a person.
//!
//! The key store knows which person an account is. The account itself is recorded in the person's
//! own stream, before the first event that names the person. If the process dies between the two,
//! the next command of that person records it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use moka::sync::Cache;
use tally_domain::person::{self, PersonEvent, PersonState};
use tally_domain::{AccountId, Actor, CommandId, Context, PersonId, StreamName, TenantId, Via};
use tally_event_log::LogWriter;
use tally_vault::{Destroyed, Vault};
use uuid::Uuid;

use crate::error::{CommandError, Unavailable};
use crate::execute::{Loaded, execute_if_any, load};

/// The most people that a node remembers.
const MAX_REMEMBERED: u64 = 50_000;
/// How long a person is remembered, should the event of an erasure not arrive.
const TIME_TO_LIVE: Duration = Duration::from_secs(300);
/// How often a person is looked up who was erased in between.
const ATTEMPTS: usize = 3;

/// The people of all tenants.
pub struct People {
    log: Arc<dyn LogWriter>,
    vault: Arc<Vault>,
    remembered: Cache<(TenantId, AccountId), PersonId>,
}

impl People {
    /// Those that `vault` knows, with their streams in `log`.
    pub fn new(log: Arc<dyn LogWriter>, vault: Arc<Vault>) -> Self {
        let remembered = Cache::builder()
            .max_capacity(MAX_REMEMBERED)
            .time_to_live(TIME_TO_LIVE)
            .support_invalidation_closures()
            .build();
        Self {
            log,
            vault,
            remembered,
        }
    }

    /// The person behind `account`; a new one when the account gives a first command, or is named
    /// in one. The account is then in the person's stream.
    ///
    /// # Errors
    /// The key store or the log fails.
    pub async fn find_or_add(&self, tenant: TenantId, account: &AccountId) -> Result<PersonId, Unavailable> {
        if let Some(person) = self.remembered.get(&(tenant, account.clone())) {
            return Ok(person);
        }
        for _ in 0..ATTEMPTS {
            let found = self.vault.find_or_add_person(tenant, account).await;
            let person = found.map_err(Unavailable::of_keys)?;
            if self.complete(tenant, person, account).await? {
                return Ok(person);
            }
        }
        Err(Unavailable::of_keys(anyhow!(
            "the key store has a person who was erased"
        )))
    }

    /// The person behind `account`, whose account is then in the person's stream; `None` when the
    /// account was never seen, or only by a person who was erased.
    ///
    /// # Errors
    /// The key store or the log fails.
    pub async fn find(&self, tenant: TenantId, account: &AccountId) -> Result<Option<PersonId>, Unavailable> {
        let remembered = self.remembered.get(&(tenant, account.clone()));
        if remembered.is_some() {
            return Ok(remembered);
        }
        let found = self.vault.find_person(tenant, account).await;
        let Some(person) = found.map_err(Unavailable::of_keys)? else {
            return Ok(None);
        };
        let is_living = self.complete(tenant, person, account).await?;
        Ok(is_living.then_some(person))
    }

    /// Whether this is a person of the tenant who was not erased.
    ///
    /// # Errors
    /// The log fails.
    pub async fn is_known(&self, tenant: TenantId, person: PersonId) -> Result<bool, Unavailable> {
        let loaded = load::<PersonEvent>(&*self.log, &StreamName::person(tenant, person)).await?;
        Ok(matches!(fold(&loaded), PersonState::Known { .. }))
    }

    /// Completes what broke off of a person in the key store: the record of the account, or
    /// the erasure. Returns whether the person is known now, not erased.
    async fn complete(
        &self,
        tenant: TenantId,
        person: PersonId,
        account: &AccountId,
    ) -> Result<bool, Unavailable> {
        match self.record_account(tenant, person, account).await {
            Ok(true) => {
                self.remembered.insert((tenant, account.clone()), person);
                return Ok(true);
            }
            Ok(false) => {}
            // The key went before the account was recorded. Of an erased tenant, the next look at
            // the key store says so.
            Err(cause) if cause.is_erased() => {}
            Err(cause) => return Err(cause),
        }
        // The account is known to the key store, so the erasure broke off before its last step.
        let erased = self.vault.erase_person(tenant, person).await;
        erased.map_err(Unavailable::of_keys)?;
        self.forget(tenant, person);
        Ok(false)
    }

    /// Records that Jira gives `person` this name. Nothing happens if it is the name already, or the
    /// person is not known or was erased.
    ///
    /// # Errors
    /// The log fails.
    pub async fn rename(&self, tenant: TenantId, person: PersonId, name: &str) -> Result<(), Unavailable> {
        let command = CommandId(Uuid::new_v4());
        let decide = |state: &PersonState| person::rename(state, person, name);
        self.append(tenant, person, command, decide).await
    }

    /// Records a name that Jira gave `person` a while ago. Nothing happens if another is known.
    ///
    /// # Errors
    /// The log fails.
    pub async fn name_first(
        &self,
        tenant: TenantId,
        person: PersonId,
        name: &str,
    ) -> Result<(), Unavailable> {
        let command = CommandId(Uuid::new_v4());
        let decide = |state: &PersonState| person::name_first(state, person, name);
        self.append(tenant, person, command, decide).await
    }

    /// Erases a person, as the operator orders: the event first, by which every node forgets the
    /// person and views drop account and name; then the row in the key store, which holds the key
    /// under which both are sealed. The same call completes an erasure that broke off, and then it
    /// records the event again: a node may have read the row since. Returns what this call
    /// destroyed.
    ///
    /// # Errors
    /// The log or the key store fails, and then the call is to be repeated.
    pub async fn erase(&self, tenant: TenantId, person: PersonId) -> Result<Destroyed, Unavailable> {
        let is_first = self.record_erasure(tenant, person, person::erase).await?;
        let destroyed = self.vault.erase_person(tenant, person).await;
        let destroyed = destroyed.map_err(Unavailable::of_keys)?;
        if destroyed.people > 0 && !is_first {
            self.record_erasure(tenant, person, person::erase_again).await?;
        }
        self.forget(tenant, person);
        Ok(destroyed)
    }

    /// Whether an event was appended.
    async fn record_erasure(
        &self,
        tenant: TenantId,
        person: PersonId,
        decide: impl Fn(&PersonState) -> Vec<PersonEvent>,
    ) -> Result<bool, Unavailable> {
        let command = CommandId(Uuid::new_v4());
        let context = Context::new(Some(tenant), Actor::without_person(Via::Operator), command);
        let appended = self.append_with(tenant, person, &context, decide).await?;
        Ok(appended > 0)
    }

    /// Forgets a person who was erased, and has the key store forget the key: the account, when it
    /// comes back, is another person.
    pub fn forget(&self, tenant: TenantId, person: PersonId) {
        let is_erased =
            move |key: &(TenantId, AccountId), value: &PersonId| key.0 == tenant && *value == person;
        self.vault.forget_person(tenant, person);
        // The only error is a cache without this feature; its entries end with their time to live.
        drop(self.remembered.invalidate_entries_if(is_erased));
    }

    /// Forgets all people of a tenant that was erased.
    pub fn forget_tenant(&self, tenant: TenantId) {
        let is_theirs = move |key: &(TenantId, AccountId), _: &PersonId| key.0 == tenant;
        drop(self.remembered.invalidate_entries_if(is_theirs));
    }

    /// Whether the account of `person` is recorded now; not if the person was erased meanwhile.
    async fn record_account(
        &self,
        tenant: TenantId,
        person: PersonId,
        account: &AccountId,
    ) -> Result<bool, Unavailable> {
        // Named by the person, so that two nodes append it once.
        let command = CommandId(Uuid::new_v5(&person.0, b"known"));
        let decide = |state: &PersonState| person::know(state, person, account);
        self.append(tenant, person, command, decide).await?;
        let loaded = load::<PersonEvent>(&*self.log, &StreamName::person(tenant, person)).await?;
        Ok(fold(&loaded) != PersonState::Erased)
    }

    async fn append(
        &self,
        tenant: TenantId,
        person: PersonId,
        command: CommandId,
        decide: impl Fn(&PersonState) -> Vec<PersonEvent>,
    ) -> Result<(), Unavailable> {
        let context = Context::new(Some(tenant), Actor::without_person(Via::App), command);
        self.append_with(tenant, person, &context, decide).await.map(drop)
    }

    /// Returns how many events it appended.
    async fn append_with(
        &self,
        tenant: TenantId,
        person: PersonId,
        context: &Context,
        decide: impl Fn(&PersonState) -> Vec<PersonEvent>,
    ) -> Result<usize, Unavailable> {
        let stream = StreamName::person(tenant, person);
        let decide = |loaded: &Loaded<PersonEvent>| Ok(decide(&fold(loaded)));
        let done = execute_if_any::<PersonEvent, Infallible>(&*self.log, &stream, context, None, decide);
        match done.await {
            Ok(done) => Ok(done.map_or(0, |done| done.appended)),
            Err(CommandError::Refused(never)) => match never {},
            Err(CommandError::Unavailable(cause)) => Err(cause),
            Err(cause @ (CommandError::Precondition { .. } | CommandError::KeyReused)) => {
                Err(Unavailable::new(cause))
            }
        }
    }
}

fn fold(loaded: &Loaded<PersonEvent>) -> PersonState {
    PersonState::fold(loaded.events.iter().map(|recorded| &recorded.event))
}
