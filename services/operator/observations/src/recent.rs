//! Names that were noted within a time window, bounded.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::policy::EvictionPolicy;
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
                .eviction_policy(EvictionPolicy::lru())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_memory_forgets_the_oldest_name_and_takes_the_newest() {
        let names = RecentNames::new(Duration::from_secs(3600));
        let now = DateTime::UNIX_EPOCH;
        for number in 0..2 * CAPACITY {
            names.note(&number.to_string(), now);
        }
        names.noted.run_pending_tasks();
        assert!(names.count(now) <= CAPACITY);
        assert!(names.noted.contains_key(&(2 * CAPACITY - 1).to_string()));
        assert!(!names.noted.contains_key("0"));
    }
}
