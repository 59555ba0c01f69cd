//! Names that were noted within a time window, bounded.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;

/// How many names are remembered at most. The alarm fires long before that.
const CAPACITY: u64 = 1000;

/// Remembers when each name was last noted.
pub(super) struct RecentNames {
    window: TimeDelta,
    noted: Cache<String, DateTime<Utc>>,
}

impl RecentNames {
    /// Remembers each name for `window`.
    pub fn new(window: Duration) -> Self {
        Self {
            window: TimeDelta::from_std(window).unwrap_or(TimeDelta::MAX),
            noted: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(window)
                .build(),
        }
    }

    /// Remembers that `name` was seen at `now`.
    pub fn note(&self, name: &str, now: DateTime<Utc>) {
        self.noted.insert(name.to_owned(), now);
    }

    /// Removes `name`.
    pub fn forget(&self, name: &str) {
        self.noted.invalidate(name);
    }

    /// How many names were noted within the window before `now`.
    pub fn count(&self, now: DateTime<Utc>) -> u64 {
        let recent = self.noted.iter().filter(|(_, at)| now - *at < self.window);
        recent.count() as u64
    }
}
