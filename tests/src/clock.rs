//! A clock that a test sets forward instead of waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::Clock;

/// The machine's clock, ahead of it by as much as the test has set it forward. A clone is the same
/// clock.
#[derive(Clone, Debug, Default)]
pub struct MovableClock(Arc<AtomicI64>);

impl MovableClock {
    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        self.to_clock().now()
    }

    /// Sets the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_seconds(), Ordering::SeqCst);
    }

    /// How many seconds it is ahead of the machine's clock, by which tokens are issued.
    pub fn seconds_ahead(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// The same clock, as Tally takes it.
    pub fn to_clock(&self) -> Clock {
        let (machine, clock) = (Clock::system(), self.clone());
        Clock::from_fn(move || machine.now() + TimeDelta::seconds(clock.seconds_ahead()))
    }
}
