//! Who did something lately.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How many are remembered at most.
const MAX: usize = 1000;

/// Names with when they were last noted, for a while and bounded.
pub struct Recent {
    window: TimeDelta,
    noted: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Recent {
    /// One that remembers for `window`.
    pub fn new(window: TimeDelta) -> Self {
        Self {
            window,
            noted: Mutex::default(),
        }
    }

    /// Notes a name. When there are too many, more are not noted: the number is grave enough.
    pub fn note(&self, name: &str, now: DateTime<Utc>) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < MAX || noted.contains_key(name) {
            noted.insert(name.to_owned(), now);
        }
    }

    /// Forgets a name.
    pub fn forget(&self, name: &str) {
        self.noted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
    }

    /// How many were noted within the window.
    pub fn count(&self, now: DateTime<Utc>) -> u64 {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, at| now - *at < self.window);
        noted.len() as u64
    }
}
