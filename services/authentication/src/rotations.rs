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
    by_site: RwLock<HashMap<ClientKey, Pending>>,
}

struct Pending {
    since: DateTime<Utc>,
    /// The `iat` of the newest installation that could not be stored.
    issued_at: DateTime<Utc>,
}

impl Pending {
    fn is_current(&self, now: DateTime<Utc>) -> bool {
        now - self.since < PENDING
    }
}

impl PendingRotations {
    /// Remembers that a verified installation, issued at `issued_at`, could not be stored.
    pub fn add(&self, key: ClientKey, issued_at: DateTime<Utc>, now: DateTime<Utc>) {
        let mut by_site = self.by_site.write();
        by_site.retain(|_, pending| pending.is_current(now));
        let known = by_site.get(&key).map(|pending| pending.issued_at);
        let issued_at = known.map_or(issued_at, |known| known.max(issued_at));
        by_site.insert(
            key,
            Pending {
                since: now,
                issued_at,
            },
        );
    }

    /// Forgets it when an installation of the same site was stored that is the same or newer. An
    /// older one says nothing of the secret that the platform uses.
    pub fn remove(&self, key: &ClientKey, issued_at: DateTime<Utc>) {
        let mut by_site = self.by_site.write();
        if by_site
            .get(key)
            .is_some_and(|pending| pending.issued_at <= issued_at)
        {
            by_site.remove(key);
        }
    }

    /// Whether the platform may be using a secret of this site that could not be stored.
    pub fn contains(&self, key: &ClientKey, now: DateTime<Utc>) -> bool {
        let by_site = self.by_site.read();
        by_site.get(key).is_some_and(|pending| pending.is_current(now))
    }

    /// The number of pending sites, synthetic ones apart.
    pub fn count(&self, now: DateTime<Utc>) -> u64 {
        let by_site = self.by_site.read();
        let pending = by_site
            .iter()
            .filter(|(key, pending)| pending.is_current(now) && !is_synthetic(key));
        pending.count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn an_older_installation_that_is_stored_ends_no_pending_rotation() {
        let (pending, site) = (PendingRotations::default(), ClientKey::parse("acme").unwrap());
        pending.add(site.clone(), at(10), at(11));
        pending.remove(&site, at(9));
        assert!(pending.contains(&site, at(12)));
        pending.add(site.clone(), at(5), at(12));
        pending.remove(&site, at(9));
        assert!(pending.contains(&site, at(13)), "the newer one is still missing");
        pending.remove(&site, at(10));
        assert!(!pending.contains(&site, at(13)));
    }

    #[test]
    fn a_newer_installation_that_is_stored_ends_it_and_so_does_a_day() {
        let (pending, site) = (PendingRotations::default(), ClientKey::parse("acme").unwrap());
        pending.add(site.clone(), at(10), at(11));
        pending.remove(&site, at(20));
        assert!(!pending.contains(&site, at(21)));
        pending.add(site.clone(), at(30), at(31));
        assert!(!pending.contains(&site, at(31) + PENDING));
    }
}
