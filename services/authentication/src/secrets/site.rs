//! The opened secrets of one site.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::RwLock;
use secrecy::SecretString;
use tally_domain::tenant::{HeldSecret, SecretState};
use tokio::sync::Mutex;

use super::SecretTerms;

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
    /// The secrets that the tenant has by its latest event, once one came: no others are taken in.
    stored: Option<HashSet<u64>>,
}

struct Entry {
    secret: Option<Arc<SecretString>>,
    since: DateTime<Utc>,
    superseded: bool,
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

    /// Takes in what opening a secret yielded; none for one that is damaged. A secret that an event
    /// took away in the meantime is left out.
    pub(super) fn put(&self, stored: &HeldSecret, secret: Option<SecretString>, now: DateTime<Utc>) {
        let mut state = self.state.write();
        let is_held = state
            .stored
            .as_ref()
            .is_none_or(|all| all.contains(&stored.sealed_at));
        if is_held {
            let entry = Entry {
                secret: secret.map(Arc::new),
                since: now,
                superseded: stored.state == SecretState::Superseded,
            };
            state.entries.insert(stored.sealed_at, entry);
        }
    }

    pub(super) fn retain(&self, stored: &[HeldSecret]) {
        let mut state = self.state.write();
        let by_revision: HashMap<u64, &HeldSecret> =
            stored.iter().map(|stored| (stored.sealed_at, stored)).collect();
        state.entries.retain(|sealed_at, entry| {
            let stored = by_revision.get(sealed_at);
            entry.superseded |= stored.is_some_and(|stored| stored.state == SecretState::Superseded);
            stored.is_some()
        });
        state.stored = Some(by_revision.into_keys().collect());
    }

    pub(super) fn drop_superseded(&self, opened_before: DateTime<Utc>) {
        let is_due = |entry: &Entry| entry.superseded && entry.since <= opened_before;
        if self.state.read().entries.values().any(is_due) {
            self.state.write().entries.retain(|_, entry| !is_due(entry));
        }
    }
}
