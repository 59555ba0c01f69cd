//! The opened secrets of one site.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::RwLock;
use secrecy::SecretString;
use tally_domain::tenant::{HeldSecret, SecretState};
use tokio::sync::Mutex;

use super::{SecretTerms, is_accepted};

/// After this time a secret that did not open is tried again.
const RETRY_DAMAGED: TimeDelta = TimeDelta::seconds(30);

/// What is known of one wanted secret.
pub(super) enum Found {
    /// Open, and not past its time.
    Fresh(Arc<SecretString>),
    /// Open, and past its time: to be opened again, and good until that was possible.
    Late(Arc<SecretString>),
    /// Not open, and not tried lately.
    Missing,
    /// It was tried a moment ago and does not open.
    Damaged,
}

impl Found {
    pub(super) fn needs_opening(&self) -> bool {
        matches!(self, Self::Late(_) | Self::Missing)
    }
}

/// What is open of one site, and when it was used.
#[derive(Default)]
pub(super) struct Site {
    state: RwLock<SiteState>,
    turn: Arc<Mutex<()>>,
    used_at: AtomicI64,
    failed_at: AtomicI64,
}

#[derive(Default)]
struct SiteState {
    /// By the revision that a secret was sealed at, which names it within its tenant.
    entries: HashMap<u64, Entry>,
}

struct Entry {
    secret: Option<Arc<SecretString>>,
    since: DateTime<Utc>,
    state: SecretState,
}

impl Site {
    /// Held by the one task that has the vault open secrets of this site.
    pub(super) fn turn(&self) -> Arc<Mutex<()>> {
        self.turn.clone()
    }

    pub(super) fn touch(&self, now: DateTime<Utc>) {
        self.used_at.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    pub(super) fn used_since(&self, then: DateTime<Utc>) -> bool {
        self.used_at.load(Ordering::Relaxed) > then.timestamp_micros()
    }

    pub(super) fn set_failed(&self, now: DateTime<Utc>) {
        self.failed_at
            .fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    pub(super) fn clear_failed(&self) {
        self.failed_at.store(0, Ordering::Relaxed);
    }

    pub(super) fn failed_since(&self, then: DateTime<Utc>) -> bool {
        self.failed_at.load(Ordering::Relaxed) > then.timestamp_micros().max(0)
    }

    pub(super) fn find(&self, wanted: &[&HeldSecret], terms: &SecretTerms, now: DateTime<Utc>) -> Vec<Found> {
        let state = self.state.read();
        let each = wanted.iter().map(|stored| {
            let Some(entry) = state.entries.get(&stored.sealed_at) else {
                return Found::Missing;
            };
            let age = now - entry.since;
            match &entry.secret {
                Some(secret) if age < terms.time_to_live => Found::Fresh(secret.clone()),
                Some(secret) => Found::Late(secret.clone()),
                None if age < RETRY_DAMAGED => Found::Damaged,
                None => Found::Missing,
            }
        });
        each.collect()
    }

    /// Takes in what opening the secret sealed at `sealed_at` yielded; none for one that is damaged.
    /// `find_state` answers none for a secret that an event took away in the meantime, which is left
    /// out. It is asked while nothing can be dropped here, so that no event comes in between.
    pub(super) fn put(
        &self,
        sealed_at: u64,
        find_state: impl FnOnce() -> Option<SecretState>,
        secret: Option<SecretString>,
        now: DateTime<Utc>,
    ) {
        let mut site = self.state.write();
        if let Some(state) = find_state() {
            let entry = Entry {
                secret: secret.map(Arc::new),
                since: now,
                state,
            };
            site.entries.insert(sealed_at, entry);
        }
    }

    pub(super) fn retain(&self, states: &HashMap<u64, SecretState>) {
        self.state.write().entries.retain(|sealed_at, entry| {
            let state = states.get(sealed_at);
            if let Some(state) = state {
                entry.state = *state;
            }
            state.is_some()
        });
    }

    /// Drops what no request may verify with any more, once its time to live is over.
    pub(super) fn drop_unaccepted(&self, time_to_live: TimeDelta, now: DateTime<Utc>) {
        let is_due = |entry: &Entry| !is_accepted(&entry.state, now) && entry.since <= now - time_to_live;
        if self.state.read().entries.values().any(is_due) {
            self.state.write().entries.retain(|_, entry| !is_due(entry));
        }
    }
}
