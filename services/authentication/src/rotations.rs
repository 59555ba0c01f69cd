//! Installations that verified and could not be stored.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use parking_lot::RwLock;
use tally_domain::ClientKey;

use crate::synthetic::is_synthetic;

/// How long one counts as pending. The platform retries failed installations within the day.
const PENDING: Duration = Duration::hours(24);

/// Sites whose latest verified installation is not in the log: the platform may be using a secret
/// that Tally does not have, until it tries again.
#[derive(Default)]
pub struct PendingRotations {
    since: RwLock<HashMap<ClientKey, DateTime<Utc>>>,
}

impl PendingRotations {
    /// Remembers that a verified installation could not be stored.
    pub fn add(&self, key: ClientKey, now: DateTime<Utc>) {
        let mut since = self.since.write();
        since.retain(|_, since| is_pending(*since, now));
        since.insert(key, now);
    }

    /// Forgets it, since an installation of the same site was stored.
    pub fn remove(&self, key: &ClientKey) {
        self.since.write().remove(key);
    }

    /// Whether the platform may be using a secret of this site that could not be stored.
    pub fn contains(&self, key: &ClientKey, now: DateTime<Utc>) -> bool {
        self.since
            .read()
            .get(key)
            .is_some_and(|since| is_pending(*since, now))
    }

    /// The number of pending sites, synthetic ones apart.
    pub fn count(&self, now: DateTime<Utc>) -> u64 {
        let since = self.since.read();
        let pending = since
            .iter()
            .filter(|(key, since)| is_pending(**since, now) && !is_synthetic(key));
        pending.count() as u64
    }
}

fn is_pending(since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - since < PENDING
}
