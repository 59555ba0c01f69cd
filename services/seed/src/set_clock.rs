//! A clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use tally_domain::Clock;

/// The clock of the log while seeding: it shows the time that it was set to.
#[derive(Default)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    /// Sets the clock.
    pub fn set(&self, at: DateTime<Utc>) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }

    /// A clock that shows the time of this one.
    pub fn to_clock(&self) -> Clock {
        let shown = self.0.clone();
        Clock::from_fn(move || {
            DateTime::from_timestamp_micros(shown.load(Ordering::SeqCst)).unwrap_or_default()
        })
    }
}
