//! Whether the key store answers, so that one that does not is not asked by every request.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tally_vault::VaultError;
use tracing::error;

use crate::metric;

/// How long the key store is left alone after it failed.
const REST: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct StoreHealth {
    rests_until: AtomicI64,
}

impl StoreHealth {
    /// Whether the store failed a moment ago.
    pub(super) fn is_resting(&self, now: DateTime<Utc>) -> bool {
        now.timestamp_micros() < self.rests_until.load(Ordering::Relaxed)
    }

    /// Notes that the store failed a request of `now`, after `took`. Those that came while it was
    /// asked are not to ask again: a store that hangs would hold them up one after the other.
    pub(super) fn rest(&self, cause: &VaultError, now: DateTime<Utc>, took: Duration) {
        let until = now + took + REST;
        self.rests_until
            .fetch_max(until.timestamp_micros(), Ordering::Relaxed);
        metrics::counter!(metric::SECRET_OPENINGS_FAILED, "reason" => cause.reason()).increment(1);
        error!(%cause, "the key store does not answer; secrets that are open stay in use");
    }
}
