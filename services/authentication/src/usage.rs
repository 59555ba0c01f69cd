//! When secrets and pages were used, counted in memory since this process started.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use parking_lot::RwLock;
use tally_domain::TenantId;
use tally_domain::tenant::SecretFingerprint;

/// How often and when one thing was used.
#[derive(Default)]
pub struct Use {
    count: AtomicU64,
    last: AtomicI64,
}

impl Use {
    fn add(&self, now: DateTime<Utc>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.last.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// The number of uses since this process started.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// The time of the last use; none before the first.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.last.load(Ordering::Relaxed)).filter(|_| self.count() > 0)
    }
}

/// The uses of secrets and of pages, by tenant.
#[derive(Default)]
pub struct Usage {
    secrets: RwLock<HashMap<(TenantId, SecretFingerprint), Arc<Use>>>,
    pages: RwLock<HashMap<TenantId, Arc<Use>>>,
}

impl Usage {
    /// Counts a request that a secret verified.
    pub fn add_secret_use(&self, tenant: TenantId, fingerprint: &SecretFingerprint, now: DateTime<Utc>) {
        find_or_add(&self.secrets, (tenant, fingerprint.clone())).add(now);
    }

    /// Counts a page that was served.
    pub fn add_page(&self, tenant: TenantId, now: DateTime<Utc>) {
        find_or_add(&self.pages, tenant).add(now);
    }

    /// The uses of one secret.
    pub fn of_secret(&self, tenant: TenantId, fingerprint: &SecretFingerprint) -> Arc<Use> {
        find_or_add(&self.secrets, (tenant, fingerprint.clone()))
    }

    /// The pages served to one tenant.
    pub fn of_pages(&self, tenant: TenantId) -> Arc<Use> {
        find_or_add(&self.pages, tenant)
    }
}

fn find_or_add<K: Hash + Eq>(map: &RwLock<HashMap<K, Arc<Use>>>, key: K) -> Arc<Use> {
    if let Some(found) = map.read().get(&key) {
        return found.clone();
    }
    map.write().entry(key).or_default().clone()
}
