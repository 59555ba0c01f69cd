//! Unwrapped data keys that were used lately. Unwrapping may be a call to a key-management service.

use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;

use crate::DataKey;

/// How many are kept at most.
const CAPACITY: u64 = 1024;

/// How long one is kept. Its row says each time whether it may still be used; this is how long a
/// key that another node destroyed may stay in the memory of this one.
const TIME_TO_LIVE: Duration = Duration::from_secs(300);

/// Data keys by their id. Each is wiped when it leaves.
pub(crate) struct UnwrappedKeys(Cache<Uuid, DataKey>);

impl Default for UnwrappedKeys {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(TIME_TO_LIVE)
            .build();
        Self(cache)
    }
}

impl UnwrappedKeys {
    pub(crate) fn get(&self, id: Uuid) -> Option<DataKey> {
        self.0.get(&id)
    }

    pub(crate) fn keep(&self, id: Uuid, key: DataKey) {
        self.0.insert(id, key);
    }

    /// Drops a key now, not when the cache next tidies up.
    pub(crate) fn forget(&self, id: Uuid) {
        self.0.invalidate(&id);
        self.0.run_pending_tasks();
    }

    /// Drops all keys now.
    pub(crate) fn clear(&self) {
        self.0.invalidate_all();
        self.0.run_pending_tasks();
    }
}
