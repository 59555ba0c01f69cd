//! Where `recorded_at` comes from.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// A source of the time of recording. The system's clock unless something else is set: demonstration data, a test.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::from_fn(Utc::now)
    }

    /// Whatever `now` says.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time to record after an event of `last`, to the microsecond. A clock set back by a little (time synchronisation does that)
    /// does not turn the log's times around; one set back by more than a minute is believed, or a log once written
    /// with a clock far ahead would stand still for years.
    pub(crate) fn next(&self, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
        let now = (self.0)();
        let now = now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now);
        match last {
            Some(last) if last > now && last - now <= TimeDelta::minutes(1) => last,
            _ => now,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 123_456_789).unwrap()
    }

    #[test]
    fn times_are_cut_to_the_microsecond() {
        let clock = Clock::from_fn(|| at(1_000));
        assert_eq!(clock.next(None).timestamp_subsec_nanos(), 123_456_000);
    }

    #[test]
    fn a_clock_set_back_by_seconds_stands_still_and_one_set_back_by_hours_is_believed() {
        let clock = Clock::from_fn(|| at(1_000));
        assert_eq!(clock.next(Some(at(1_030))), at(1_030));
        assert_eq!(clock.next(Some(at(900))).timestamp(), 1_000);
        assert_eq!(clock.next(Some(at(8_200))).timestamp(), 1_000);
    }
}
