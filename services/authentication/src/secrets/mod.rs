//! Tenants' secrets, opened on use.
//!
//! A secret is opened by the vault when a request needs it and stays open for a short time, so that
//! not every request reads the key store. After that time the next use opens it again, and this is
//! how a key that was destroyed elsewhere stops working here. Three rules decide what stays open:
//!
//! - **A key store that does not answer takes nothing away.** What is open stays in use past its
//!   time. Only a site whose secrets were not open is refused, and its refusal says so.
//! - **Sites that were in use during the last hour stay open.** So there are as many entries as
//!   sites seen in that hour: the bound grows with the load and ends at the number of installed
//!   tenants. A fixed size would drop a site that is in use, and during an outage that site would
//!   be refused.
//! - **A secret that an event takes away is dropped at once**, whatever the key store does.
//!
//! A map with a fixed size or a fixed time to live, as libraries have it, breaks the first two
//! rules.

mod opening;
mod site;
mod store_health;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::RwLock;
use secrecy::SecretString;
use tally_domain::TenantId;
use tally_domain::tenant::{HeldSecret, SecretState};
use tally_vault::Vault;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use self::opening::Opening;
use self::site::{Found, Site};
use self::store_health::StoreHealth;

/// How many openings ask the vault at a time. A store that hangs holds up no more threads than
/// these.
const OPENINGS: usize = 4;

/// How long a request waits for a secret to be opened again while the one that it has still serves.
const REFRESH_TIMEOUT: Duration = Duration::from_millis(200);

/// For how long a site whose secrets did not open counts as failing.
const FAILURE_MEMORY: TimeDelta = TimeDelta::minutes(5);

/// How long opened secrets are kept.
#[derive(Clone, Copy, Debug)]
pub struct SecretTerms {
    /// After this time the next use opens a secret again.
    pub time_to_live: TimeDelta,
    /// A site that was not in use for this time is dropped.
    pub keep_unused: TimeDelta,
}

impl Default for SecretTerms {
    fn default() -> Self {
        Self {
            time_to_live: TimeDelta::minutes(5),
            keep_unused: TimeDelta::hours(1),
        }
    }
}

/// A secret in the clear. It is wiped when the cache and the last request let go of it.
pub struct OpenSecret<'h> {
    /// Its fingerprint and state.
    pub stored: &'h HeldSecret,
    /// The secret in the clear.
    pub secret: Arc<SecretString>,
}

/// Why a secret is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// The key store does not answer.
    StoreFailed,
    /// The sealed form or its key is damaged, erased or of another installation.
    Damaged,
}

/// What came of opening several secrets of one site.
#[derive(Default)]
pub struct OpenedSite<'h> {
    /// Those that are open, in the order in which they were given.
    pub open: Vec<OpenSecret<'h>>,
    /// One reason for each of the others.
    pub unopened: Vec<Unopened>,
}

/// The secrets of all sites that were in use lately.
#[derive(Clone)]
pub struct OpenedSecrets(Arc<Inner>);

struct Inner {
    vault: Arc<Vault>,
    terms: SecretTerms,
    sites: RwLock<HashMap<TenantId, Arc<Site>>>,
    /// The secrets that each tenant has by its latest event, by the revision that they were sealed
    /// at. It outlives a site's opened secrets: an opening that began before the event, or with older
    /// credentials, takes in no others.
    states: RwLock<HashMap<TenantId, HashMap<u64, SecretState>>>,
    store: StoreHealth,
    openings: Semaphore,
}

impl OpenedSecrets {
    /// An empty one over `vault`.
    pub fn new(vault: Arc<Vault>, terms: SecretTerms) -> Self {
        Self(Arc::new(Inner {
            vault,
            terms,
            sites: RwLock::default(),
            states: RwLock::default(),
            store: StoreHealth::default(),
            openings: Semaphore::new(OPENINGS),
        }))
    }

    /// Opens secrets of a tenant that requests may verify with. One that does not open is an error
    /// in the log and counts in [`Self::failing_sites`].
    pub async fn open<'h>(
        &self,
        tenant: TenantId,
        wanted: &[&'h HeldSecret],
        now: DateTime<Utc>,
    ) -> OpenedSite<'h> {
        let site = self.site(tenant);
        site.touch(now);
        let opened = self.open_at(&site, tenant, wanted, now).await;
        if !opened.unopened.is_empty() {
            site.set_failed(now);
        }
        opened
    }

    /// Opens secrets of a tenant that are no longer accepted, to recognise what is signed with one.
    /// They are dropped after their time to live, and none of them makes a site count as failing.
    pub async fn open_superseded<'h>(
        &self,
        tenant: TenantId,
        wanted: &[&'h HeldSecret],
        now: DateTime<Utc>,
    ) -> OpenedSite<'h> {
        self.open_at(&self.site(tenant), tenant, wanted, now).await
    }

    async fn open_at<'h>(
        &self,
        site: &Arc<Site>,
        tenant: TenantId,
        wanted: &[&'h HeldSecret],
        now: DateTime<Utc>,
    ) -> OpenedSite<'h> {
        let mut found = site.find(wanted, &self.0.terms, now);
        if found.iter().any(Found::needs_opening) && !self.0.store.is_resting(now) {
            self.reopen(site, tenant, wanted, &found, now).await;
            found = site.find(wanted, &self.0.terms, now);
        }
        to_opened_site(wanted, found)
    }

    /// Has the vault open what is missing or past its time. One task does so for a site at a time;
    /// a request that has all it needs, if past its time, does not wait for it longer than a
    /// moment.
    async fn reopen(
        &self,
        site: &Arc<Site>,
        tenant: TenantId,
        wanted: &[&HeldSecret],
        found: &[Found],
        now: DateTime<Utc>,
    ) {
        let must_wait = found.iter().any(|found| matches!(found, Found::Missing));
        let turn = match must_wait {
            true => Some(site.turn().lock_owned().await),
            false => site.turn().try_lock_owned().ok(),
        };
        let Some(turn) = turn else { return };
        let opening = Opening {
            inner: self.0.clone(),
            site: site.clone(),
            tenant,
            wanted: wanted.iter().map(|stored| (*stored).clone()).collect(),
            now,
            turn,
        };
        let task = tokio::spawn(opening.run());
        let wait = if must_wait { Duration::MAX } else { REFRESH_TIMEOUT };
        // Either way the site is looked at again; a task that goes on serves the requests after
        // this.
        drop(timeout(wait, task).await);
    }

    /// Drops the opened forms of all secrets of a tenant that are not among those that it has
    /// `stored` now.
    pub fn retain(&self, tenant: TenantId, stored: &[HeldSecret]) {
        let states: HashMap<u64, SecretState> = stored.iter().map(|s| (s.sealed_at, s.state)).collect();
        // Before the site: what is taken in from here on knows of the event.
        self.0.states.write().insert(tenant, states.clone());
        let site = self.0.sites.read().get(&tenant).cloned();
        if let Some(site) = site {
            site.retain(&states);
        }
    }

    /// Drops the opened forms of all secrets of a tenant that was erased, and its keys.
    pub fn forget(&self, tenant: TenantId) {
        self.retain(tenant, &[]);
        self.0.vault.forget_tenant(tenant);
    }

    /// The number of sites whose secrets did not open lately.
    pub fn failing_sites(&self, now: DateTime<Utc>) -> u64 {
        let sites = self.0.sites.read();
        let failing = sites
            .values()
            .filter(|site| site.failed_since(now - FAILURE_MEMORY));
        failing.count() as u64
    }

    /// The number of sites with an open secret, or with one that was tried.
    pub fn len(&self) -> usize {
        self.0.sites.read().len()
    }

    /// Whether nothing is open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Drops what is not needed any more: secrets that are not accepted and past their time, and
    /// sites that were not in use for a while. The latter only while the key store answers, for
    /// they would be missed.
    pub async fn sweep(&self, now: DateTime<Utc>) {
        let unused_since = now - self.0.terms.keep_unused;
        let sites: Vec<Arc<Site>> = self.0.sites.read().values().cloned().collect();
        for site in &sites {
            site.drop_unaccepted(self.0.terms.time_to_live, now);
        }
        let any_unused = sites.iter().any(|site| !site.used_since(unused_since));
        if any_unused && !self.0.store.is_resting(now) && self.0.check_store(now).await {
            self.0
                .sites
                .write()
                .retain(|_, site| site.used_since(unused_since));
        }
    }

    fn site(&self, tenant: TenantId) -> Arc<Site> {
        if let Some(site) = self.0.sites.read().get(&tenant) {
            return site.clone();
        }
        self.0.sites.write().entry(tenant).or_default().clone()
    }
}

impl Inner {
    /// The state of a secret by the tenant's latest event; none when that took it away.
    fn state_of(&self, tenant: TenantId, stored: &HeldSecret) -> Option<SecretState> {
        match self.states.read().get(&tenant) {
            Some(states) => states.get(&stored.sealed_at).copied(),
            None => Some(stored.state),
        }
    }

    async fn check_store(&self, now: DateTime<Utc>) -> bool {
        let vault = self.vault.clone();
        let started = std::time::Instant::now();
        match tokio::task::spawn_blocking(move || vault.check_store()).await {
            Ok(Ok(())) => true,
            Ok(Err(cause)) => {
                self.store.rest(&cause, now, started.elapsed());
                false
            }
            Err(_) => false,
        }
    }
}

/// Whether a request may verify with a secret of this state.
pub(crate) fn is_accepted(state: &SecretState, now: DateTime<Utc>) -> bool {
    match state {
        SecretState::Current | SecretState::Candidate => true,
        SecretState::Previous { until } => now < *until,
        SecretState::Superseded => false,
    }
}

fn to_opened_site<'h>(wanted: &[&'h HeldSecret], found: Vec<Found>) -> OpenedSite<'h> {
    let mut opened = OpenedSite::default();
    for (stored, found) in wanted.iter().zip(found) {
        match found {
            Found::Fresh(secret) | Found::Late(secret) => opened.open.push(OpenSecret { stored, secret }),
            Found::Missing => opened.unopened.push(Unopened::StoreFailed),
            Found::Damaged => opened.unopened.push(Unopened::Damaged),
        }
    }
    opened
}
