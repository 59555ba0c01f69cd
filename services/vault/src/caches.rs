//! Keys in memory. Unwrapping may be a call to a key-management service, and the key store may be
//! down while what is here goes on working.
//!
//! What is sealed for tenants, people and texts is opened without a look at the store: an erasure is
//! an event that every node follows, and each drops the keys when it sees that event. The data keys
//! of shared secrets are checked against their rows at each use instead.

use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::RwLock;
use tally_domain::{AccountId, PersonId, TenantId, TextId};
use uuid::Uuid;

use crate::DataKey;
use crate::subkeys::RootKey;

const DATA_KEYS: u64 = 1024;
const TENANTS: u64 = 16_384;
const PEOPLE: u64 = 32_768;
const TEXTS: u64 = 16_384;
const ACCOUNTS: u64 = 131_072;

/// How long the key of a text or of a shared secret is kept, and that something was erased. For a shared secret this is how long one that another node destroyed may stay in the
/// memory of this one.
const TIME_TO_LIVE: Duration = Duration::from_secs(300);
/// How long the key of a tenant or of a person, and whose account an id is, is kept. It bounds how long an erasure
/// can be missed, and how long a node goes on without the key store.
const LONG_TIME_TO_LIVE: Duration = Duration::from_secs(3600);

/// Whose key seals events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Tenant(TenantId),
    Person(TenantId, PersonId),
    Text(TenantId, TextId),
}

impl Owner {
    /// The tenant whose it is.
    pub(crate) fn tenant(self) -> TenantId {
        match self {
            Self::Tenant(tenant) | Self::Person(tenant, _) | Self::Text(tenant, _) => tenant,
        }
    }
}

/// What is known of an owner's key.
#[derive(Clone)]
pub(crate) enum KnownKey {
    Living(Arc<RootKey>),
    /// It was destroyed, and never lives again.
    Erased,
}

/// The state of the caches when a look at the store began.
#[derive(Clone, Copy)]
pub(crate) struct Generation(u64);

/// Each key is wiped when it leaves.
pub(crate) struct Caches {
    data_keys: Cache<Uuid, DataKey>,
    tenants: Cache<TenantId, KnownKey>,
    people: Cache<(TenantId, PersonId), KnownKey>,
    texts: Cache<(TenantId, TextId), KnownKey>,
    accounts: Cache<(TenantId, AccountId), PersonId>,
    /// Grows with each erasure. What was read from the store before an erasure is not kept after
    /// it. What is read later may still be there, since the event of an erasure comes before its
    /// rows are destroyed; so that something was erased is kept in the place of its key.
    generation: RwLock<u64>,
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            data_keys: build(DATA_KEYS, TIME_TO_LIVE),
            tenants: build(TENANTS, LONG_TIME_TO_LIVE),
            people: build(PEOPLE, LONG_TIME_TO_LIVE),
            texts: build(TEXTS, TIME_TO_LIVE),
            accounts: build(ACCOUNTS, LONG_TIME_TO_LIVE),
            generation: RwLock::default(),
        }
    }
}

fn build<K, V>(capacity: u64, time_to_live: Duration) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    // What was just made or read is the next to be used, however often others were.
    Cache::builder()
        .max_capacity(capacity)
        .eviction_policy(EvictionPolicy::lru())
        .time_to_live(time_to_live)
        .build()
}

impl Caches {
    pub(crate) fn generation(&self) -> Generation {
        Generation(*self.generation.read())
    }

    pub(crate) fn data_key(&self, id: Uuid) -> Option<DataKey> {
        self.data_keys.get(&id)
    }

    pub(crate) fn keep_data_key(&self, id: Uuid, key: DataKey) {
        self.data_keys.insert(id, key);
    }

    pub(crate) fn forget_data_key(&self, id: Uuid) {
        self.data_keys.invalidate(&id);
        self.data_keys.run_pending_tasks();
    }

    pub(crate) fn forget_data_keys(&self) {
        self.data_keys.invalidate_all();
        self.data_keys.run_pending_tasks();
    }

    pub(crate) fn key_of(&self, owner: Owner) -> Option<KnownKey> {
        match owner {
            Owner::Tenant(tenant) => self.tenants.get(&tenant),
            Owner::Person(tenant, person) => self.people.get(&(tenant, person)),
            Owner::Text(tenant, text) => self.texts.get(&(tenant, text)),
        }
    }

    pub(crate) fn keep(&self, since: Generation, owner: Owner, key: KnownKey) {
        let generation = self.generation.read();
        if *generation != since.0 || self.is_erased(owner) {
            return;
        }
        match owner {
            Owner::Tenant(tenant) => self.tenants.insert(tenant, key),
            Owner::Person(tenant, person) => self.people.insert((tenant, person), key),
            Owner::Text(tenant, text) => self.texts.insert((tenant, text), key),
        }
    }

    /// Whether it, or the tenant whose it is, was erased.
    pub(crate) fn is_erased(&self, owner: Owner) -> bool {
        let tenant = Owner::Tenant(owner.tenant());
        [owner, tenant]
            .iter()
            .any(|owner| matches!(self.key_of(*owner), Some(KnownKey::Erased)))
    }

    pub(crate) fn person_of(&self, tenant: TenantId, account: &AccountId) -> Option<PersonId> {
        self.accounts.get(&(tenant, account.clone()))
    }

    pub(crate) fn keep_person(
        &self,
        since: Generation,
        tenant: TenantId,
        account: &AccountId,
        person: PersonId,
    ) {
        let generation = self.generation.read();
        if *generation == since.0 && !self.is_erased(Owner::Person(tenant, person)) {
            self.accounts.insert((tenant, account.clone()), person);
        }
    }

    pub(crate) fn forget_tenant(&self, tenant: TenantId) {
        let mut generation = self.generation.write();
        *generation += 1;
        self.tenants.insert(tenant, KnownKey::Erased);
        forget_where(&self.people, |(of, _), _| *of == tenant);
        forget_where(&self.texts, |(of, _), _| *of == tenant);
        forget_where(&self.accounts, |(of, _), _| *of == tenant);
        self.tenants.run_pending_tasks();
    }

    pub(crate) fn forget_person(&self, tenant: TenantId, person: PersonId) {
        let mut generation = self.generation.write();
        *generation += 1;
        self.people.insert((tenant, person), KnownKey::Erased);
        forget_where(&self.accounts, |(of, _), known| *of == tenant && *known == person);
        self.people.run_pending_tasks();
    }

    /// That something was erased stays known.
    pub(crate) fn forget_living(&self) {
        let mut generation = self.generation.write();
        *generation += 1;
        forget_where(&self.tenants, |_, known| matches!(known, KnownKey::Living(_)));
        forget_where(&self.people, |_, known| matches!(known, KnownKey::Living(_)));
        forget_where(&self.texts, |_, known| matches!(known, KnownKey::Living(_)));
        self.accounts.invalidate_all();
        self.accounts.run_pending_tasks();
    }

    pub(crate) fn forget_text(&self, text: TextId) {
        let mut generation = self.generation.write();
        *generation += 1;
        forget_where(&self.texts, |(_, of), _| *of == text);
    }
}

/// Drops entries now, not when the cache next tidies up. Erasures are rare, so that all entries are
/// looked at costs nothing that matters.
fn forget_where<K, V>(cache: &Cache<K, V>, forget: impl Fn(&K, &V) -> bool)
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    for (key, value) in cache {
        if forget(&key, &value) {
            cache.invalidate(key.as_ref());
        }
    }
    cache.run_pending_tasks();
}
