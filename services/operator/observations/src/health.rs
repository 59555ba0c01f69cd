//! What is remembered of each tenant's signed requests: one entry for each tenant that was ever
//! installed.
//!
//! A request that verifies costs one lookup in a map and a few atomic stores. Only a tenant in
//! trouble takes a lock.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};

use chrono::{DateTime, Utc};
use parking_lot::{Mutex, RwLock};
use tally_domain::TenantId;
use tally_operator_records::domain::health::Failure;

use super::streak::{Streak, Trouble};
use crate::observer::{RequestKind, Standing};

/// What is remembered of one tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantHealth {
    /// When a page was last served.
    pub last_page: Option<DateTime<Utc>>,
    /// When a call to the API last verified.
    pub last_call: Option<DateTime<Utc>>,
    /// When a request of any kind last verified.
    pub last_good: Option<DateTime<Utc>>,
    /// When the site was last known to be in use: a request verified, or it installed. One that is not
    /// known is that of the start of this memory.
    pub last_used: Option<DateTime<Utc>>,
    /// Which secret verified that request.
    pub standing: Option<Standing>,
    /// What is wrong, if anything is.
    pub trouble: Trouble,
}

/// Which secret verified a tenant's last good request, and when.
pub type LastGood = (Option<Standing>, Option<DateTime<Utc>>);

/// The memory of all tenants.
pub struct HealthMemory {
    /// When it began.
    begun: DateTime<Utc>,
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
    used: AtomicI64,
    standing: AtomicU8,
    previous_until: AtomicI64,
    troubled: AtomicBool,
    trouble: Mutex<Trouble>,
}

impl HealthMemory {
    /// An empty memory that begins at `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            begun: now,
            tenants: RwLock::default(),
        }
    }

    /// A request of the tenant verified.
    pub fn note_verified(&self, tenant: TenantId, kind: RequestKind, standing: Standing, now: DateTime<Utc>) {
        let entry = self.entry(tenant);
        let at = now.timestamp_micros();
        entry.good.fetch_max(at, Ordering::Relaxed);
        entry.used.fetch_max(at, Ordering::Relaxed);
        if kind == RequestKind::Api {
            entry.call.fetch_max(at, Ordering::Relaxed);
        }
        entry.set_standing(standing);
        if entry.troubled.load(Ordering::Acquire) {
            entry.end_streaks(kind, now);
        }
    }

    /// The tenant installed.
    pub fn note_installed(&self, tenant: TenantId, now: DateTime<Utc>) {
        let used = &self.entry(tenant).used;
        used.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// A page of the tenant was served.
    pub fn note_page(&self, tenant: TenantId, now: DateTime<Utc>) {
        let page = &self.entry(tenant).page;
        page.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// No secret verified a request of the tenant that was right in every other way.
    pub fn note_refused(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.entry(tenant)
            .change_trouble(|trouble| Streak::extend(&mut trouble.refused, code, now));
    }

    /// A correctly signed request of the tenant was refused for its time or its address.
    pub fn note_turned_away(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.entry(tenant)
            .change_trouble(|trouble| Streak::extend(&mut trouble.turned_away, code, now));
    }

    /// A user of the tenant saw a failure.
    pub fn note_failure_seen(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.entry(tenant)
            .change_trouble(|trouble| Streak::extend(&mut trouble.seen, code, now));
    }

    /// Restores a failing tenant after a restart from what the log has; `noted_at` is when that was
    /// written. It was in use when it began to fail, or it would not be in the log.
    pub fn restore(&self, tenant: TenantId, failure: &Failure, noted_at: DateTime<Utc>) {
        let entry = self.entry(tenant);
        if let Some(good) = failure.last_good_at {
            entry.good.fetch_max(good.timestamp_micros(), Ordering::Relaxed);
        }
        let since = failure.since.timestamp_micros();
        entry.used.fetch_max(since, Ordering::Relaxed);
        entry.change_trouble(|trouble| {
            let streak = trouble
                .refused
                .get_or_insert_with(|| Streak::from_failure(failure, noted_at));
            streak.first = streak.first.min(failure.since);
        });
    }

    /// Another node wrote that the tenant fails. Ignored when a request verified here since the
    /// failures began.
    pub fn note_failing_elsewhere(&self, tenant: TenantId, failure: &Failure, noted_at: DateTime<Utc>) {
        let good = self.find(tenant).and_then(|entry| to_time(&entry.good));
        if good.is_none_or(|good| good < failure.since) {
            self.restore(tenant, failure, noted_at);
        }
    }

    /// Another node wrote that the tenant's failures ended `at` that time. What was refused here
    /// later goes on.
    pub fn note_recovered_elsewhere(&self, tenant: TenantId, at: DateTime<Utc>) {
        if let Some(entry) = self.find(tenant) {
            let mut trouble = entry.trouble.lock();
            Streak::end(&mut trouble.refused, at);
            entry.troubled.store(!trouble.is_none(), Ordering::Release);
        }
    }

    /// Forgets the trouble of tenants that uninstalled: it says nothing about them when they come
    /// back.
    pub fn forget_trouble<'a>(&self, left: impl Iterator<Item = &'a TenantId>) {
        let tenants = self.tenants.read();
        for entry in left.filter_map(|tenant| tenants.get(tenant)) {
            if entry.troubled.load(Ordering::Acquire) {
                let mut trouble = entry.trouble.lock();
                *trouble = Trouble::default();
                entry.troubled.store(false, Ordering::Release);
            }
        }
    }

    /// What is remembered of a tenant.
    pub fn of(&self, tenant: TenantId) -> TenantHealth {
        self.find(tenant)
            .map_or_else(TenantHealth::default, |entry| entry.to_health(self.begun))
    }

    /// Calls `visit` for each of `tenants` that is remembered, in one pass over the map. Only a
    /// tenant in trouble comes with all that is remembered of it.
    pub fn visit(
        &self,
        tenants: impl Iterator<Item = TenantId>,
        mut visit: impl FnMut(TenantId, LastGood, Option<TenantHealth>),
    ) {
        let known = self.tenants.read();
        for tenant in tenants {
            if let Some(entry) = known.get(&tenant) {
                let troubled = entry.troubled.load(Ordering::Acquire);
                let last_good = (entry.to_standing(), to_time(&entry.good));
                visit(tenant, last_good, troubled.then(|| entry.to_health(self.begun)));
            }
        }
    }

    fn find(&self, tenant: TenantId) -> Option<Arc<Entry>> {
        self.tenants.read().get(&tenant).cloned()
    }

    fn entry(&self, tenant: TenantId) -> Arc<Entry> {
        if let Some(found) = self.find(tenant) {
            return found;
        }
        self.tenants.write().entry(tenant).or_default().clone()
    }
}

impl Entry {
    fn change_trouble(&self, change: impl FnOnce(&mut Trouble)) {
        let mut trouble = self.trouble.lock();
        change(&mut trouble);
        self.troubled.store(true, Ordering::Release);
    }

    /// Ends the streaks that began before a success. Only a call to the API ends what users saw: a
    /// page that is served may still not start.
    fn end_streaks(&self, kind: RequestKind, now: DateTime<Utc>) {
        let mut trouble = self.trouble.lock();
        let before = |streak: &mut Streak| streak.first <= now;
        trouble.refused.take_if(before);
        trouble.turned_away.take_if(before);
        if kind == RequestKind::Api {
            trouble.seen.take_if(before);
        }
        self.troubled.store(!trouble.is_none(), Ordering::Release);
    }

    fn set_standing(&self, standing: Standing) {
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

    fn to_standing(&self) -> Option<Standing> {
        match self.standing.load(Ordering::Relaxed) {
            CURRENT => Some(Standing::Current),
            CANDIDATE => Some(Standing::Candidate),
            PREVIOUS => to_time(&self.previous_until).map(|until| Standing::Previous { until }),
            _ => None,
        }
    }

    fn to_health(&self, begun: DateTime<Utc>) -> TenantHealth {
        TenantHealth {
            last_page: to_time(&self.page),
            last_call: to_time(&self.call),
            last_good: to_time(&self.good),
            last_used: to_time(&self.used).max(Some(begun)),
            standing: self.to_standing(),
            trouble: self.trouble.lock().clone(),
        }
    }
}

fn to_time(at: &AtomicI64) -> Option<DateTime<Utc>> {
    let micros = at.load(Ordering::Relaxed);
    (micros != 0)
        .then(|| DateTime::from_timestamp_micros(micros))
        .flatten()
}
