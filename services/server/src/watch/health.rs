//! What is remembered of each tenant's signed requests, in memory and bounded: one entry a tenant that was ever installed.
//!
//! A request that verified costs a look into a map and a few atomic stores. Only a tenant in trouble takes a lock.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use tally_domain::TenantId;
use tally_domain::health::Failure;
use tally_domain::tenant::SecretState;

pub use super::spell::{Spell, Trouble};

/// What verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request that Jira signed: a page or a callback.
    Signed,
    /// A call of our own front end.
    Call,
}

/// Which secret verified last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The one in force.
    Current,
    /// One that was displaced and is accepted until then.
    Previous {
        /// The end of its grace.
        until: DateTime<Utc>,
    },
    /// One of an installation that came late.
    Candidate,
}

impl From<SecretState> for Standing {
    fn from(state: SecretState) -> Self {
        match state {
            SecretState::Previous { until } => Self::Previous { until },
            SecretState::Candidate => Self::Candidate,
            SecretState::Current | SecretState::Superseded => Self::Current,
        }
    }
}

/// What is remembered of one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantHealth {
    /// The last page that was served.
    pub last_page: Option<DateTime<Utc>>,
    /// The last call that verified.
    pub last_call: Option<DateTime<Utc>>,
    /// The last request of any kind that verified.
    pub last_good: Option<DateTime<Utc>>,
    /// Which secret verified it.
    pub standing: Option<Standing>,
    /// What is wrong since.
    pub trouble: Trouble,
}

/// Which secret verified last, and when.
pub(super) type Stands = (Option<Standing>, Option<DateTime<Utc>>);

/// All tenants.
#[derive(Default)]
pub struct Health {
    tenants: RwLock<HashMap<TenantId, Arc<Entry>>>,
}

const CURRENT: u8 = 1;
const PREVIOUS: u8 = 2;
const CANDIDATE: u8 = 3;

#[derive(Default)]
struct Entry {
    page: AtomicI64,
    call: AtomicI64,
    good: AtomicI64,
    standing: AtomicU8,
    previous_until: AtomicI64,
    troubled: AtomicBool,
    trouble: Mutex<Trouble>,
}

impl Health {
    /// A request of the tenant verified.
    pub fn good(&self, tenant: TenantId, kind: Kind, standing: Standing, now: DateTime<Utc>) {
        let entry = self.entry(tenant);
        let at = now.timestamp_micros();
        entry.good.fetch_max(at, Ordering::Relaxed);
        if kind == Kind::Call {
            entry.call.fetch_max(at, Ordering::Relaxed);
        }
        entry.stand(standing);
        if entry.troubled.load(Ordering::Acquire) {
            entry.mend(kind, now);
        }
    }

    /// A page of the tenant was served.
    pub fn page(&self, tenant: TenantId, now: DateTime<Utc>) {
        let page = &self.entry(tenant).page;
        page.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// No secret verified a request of the tenant, which was right in every other way.
    pub fn refused(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.entry(tenant)
            .trouble(|trouble| Spell::note(&mut trouble.refused, code, now));
    }

    /// A request of the tenant, truly signed, was refused for its time or its address.
    pub fn turned_away(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.entry(tenant)
            .trouble(|trouble| Spell::note(&mut trouble.turned_away, code, now));
    }

    /// Somebody at the tenant saw a failure.
    pub fn seen(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.entry(tenant)
            .trouble(|trouble| Spell::note(&mut trouble.seen, code, now));
    }

    /// Takes up again what was known of a failing tenant before a restart; `noted_at` is when that was written.
    pub fn restore(&self, tenant: TenantId, failure: &Failure, noted_at: DateTime<Utc>) {
        let entry = self.entry(tenant);
        if let Some(good) = failure.last_good_at {
            entry.good.fetch_max(good.timestamp_micros(), Ordering::Relaxed);
        }
        entry.trouble(|trouble| {
            let spell = trouble
                .refused
                .get_or_insert_with(|| Spell::of(failure, noted_at));
            spell.first = spell.first.min(failure.since);
        });
    }

    /// It is written that the tenant fails, as some node saw it. Nothing when a request verified here since that began.
    pub(super) fn hear_failing(&self, tenant: TenantId, failure: &Failure, noted_at: DateTime<Utc>) {
        let good = self.find(tenant).and_then(|entry| time(&entry.good));
        if good.is_none_or(|good| good < failure.since) {
            self.restore(tenant, failure, noted_at);
        }
    }

    /// It is written that the tenant failed no more `at` that time. What was refused here later goes on.
    pub(super) fn hear_over(&self, tenant: TenantId, at: DateTime<Utc>) {
        if let Some(entry) = self.find(tenant) {
            let mut trouble = entry.locked();
            Spell::over(&mut trouble.refused, at);
            entry.troubled.store(!trouble.is_none(), Ordering::Release);
        }
    }

    /// Forgets what was wrong with tenants that left: when they come back, that says nothing.
    pub(super) fn forget<'a>(&self, left: impl Iterator<Item = &'a TenantId>) {
        let known = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        for entry in left.filter_map(|tenant| known.get(tenant)) {
            if entry.troubled.load(Ordering::Acquire) {
                let mut trouble = entry.locked();
                *trouble = Trouble::default();
                entry.troubled.store(false, Ordering::Release);
            }
        }
    }

    /// What is remembered of a tenant.
    pub fn of(&self, tenant: TenantId) -> TenantHealth {
        self.find(tenant)
            .map_or_else(TenantHealth::default, |entry| entry.told())
    }

    /// What is remembered of all of `tenants` about which anything is, under one look at the map.
    pub(super) fn survey(
        &self,
        tenants: impl Iterator<Item = TenantId>,
        mut tell: impl FnMut(TenantId, Stands, Option<TenantHealth>),
    ) {
        let known = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        for tenant in tenants {
            if let Some(entry) = known.get(&tenant) {
                let troubled = entry.troubled.load(Ordering::Acquire);
                let stands = (entry.standing(), time(&entry.good));
                tell(tenant, stands, troubled.then(|| entry.told()));
            }
        }
    }

    fn find(&self, tenant: TenantId) -> Option<Arc<Entry>> {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        tenants.get(&tenant).cloned()
    }

    fn entry(&self, tenant: TenantId) -> Arc<Entry> {
        if let Some(found) = self.find(tenant) {
            return found;
        }
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        tenants.entry(tenant).or_default().clone()
    }
}

impl Entry {
    fn locked(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trouble(&self, note: impl FnOnce(&mut Trouble)) {
        let mut trouble = self.locked();
        note(&mut trouble);
        self.troubled.store(true, Ordering::Release);
    }

    /// A success ends what began before it. What people saw is ended by a call of theirs only: a page that is served may still not start.
    fn mend(&self, kind: Kind, now: DateTime<Utc>) {
        let mut trouble = self.locked();
        let before = |spell: &mut Spell| spell.first <= now;
        trouble.refused.take_if(before);
        trouble.turned_away.take_if(before);
        if kind == Kind::Call {
            trouble.seen.take_if(before);
        }
        self.troubled.store(!trouble.is_none(), Ordering::Release);
    }

    fn stand(&self, standing: Standing) {
        let word = match standing {
            Standing::Current => CURRENT,
            Standing::Candidate => CANDIDATE,
            Standing::Previous { until } => {
                self.previous_until
                    .store(until.timestamp_micros(), Ordering::Relaxed);
                PREVIOUS
            }
        };
        self.standing.store(word, Ordering::Relaxed);
    }

    fn standing(&self) -> Option<Standing> {
        match self.standing.load(Ordering::Relaxed) {
            CURRENT => Some(Standing::Current),
            CANDIDATE => Some(Standing::Candidate),
            PREVIOUS => time(&self.previous_until).map(|until| Standing::Previous { until }),
            _ => None,
        }
    }

    fn told(&self) -> TenantHealth {
        TenantHealth {
            last_page: time(&self.page),
            last_call: time(&self.call),
            last_good: time(&self.good),
            standing: self.standing(),
            trouble: self.locked().clone(),
        }
    }
}

fn time(at: &AtomicI64) -> Option<DateTime<Utc>> {
    let micros = at.load(Ordering::Relaxed);
    (micros != 0)
        .then(|| DateTime::from_timestamp_micros(micros))
        .flatten()
}
