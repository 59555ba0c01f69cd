//! Unwrapped data keys that were used lately. Unwrapping may be a call to a key-management service.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::DataKey;

/// How many are kept at most. When full they are all forgotten; unwrapping again is cheap.
const KEPT_KEYS: usize = 1024;

/// How long one is kept. Whether it may still be used its row says, each time; this is how long a key that was destroyed elsewhere may stay
/// in the memory of a vault that is in use.
const KEPT_FOR: Duration = Duration::from_secs(300);

#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<Uuid, (Instant, DataKey)>>);

impl Cache {
    pub(crate) fn get(&self, id: Uuid) -> Option<DataKey> {
        let kept = self.kept();
        let (since, key) = kept.get(&id)?;
        (since.elapsed() < KEPT_FOR).then(|| key.clone())
    }

    pub(crate) fn keep(&self, id: Uuid, key: &DataKey) {
        let (mut kept, now) = (self.kept(), Instant::now());
        kept.retain(|_, (since, _)| now.duration_since(*since) < KEPT_FOR);
        if kept.len() >= KEPT_KEYS {
            kept.clear();
        }
        kept.insert(id, (now, key.clone()));
    }

    pub(crate) fn forget(&self, id: Uuid) {
        self.kept().remove(&id);
    }

    pub(crate) fn clear(&self) {
        self.kept().clear();
    }

    /// A panic elsewhere leaves nothing half done: it is a map of what can be unwrapped again.
    fn kept(&self) -> MutexGuard<'_, HashMap<Uuid, (Instant, DataKey)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
