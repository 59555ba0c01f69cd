//! The time that the log records for an event.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use tally_domain::Clock;

/// The time to record after an event of `last`, to the microsecond.
///
/// A clock that was set back by a little (time synchronisation does that) does not turn the log's
/// times around. One that was set back by more than a minute is followed: a log once written with a
/// clock far ahead would otherwise show the same time for years.
pub(crate) fn recording_time(clock: &Clock, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let now = clock.now();
    let now = now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now);
    match last {
        Some(last) if last > now && last - now <= TimeDelta::minutes(1) => last,
        Some(_) | None => now,
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
        let clock = Clock::fixed(at(1_000));
        assert_eq!(recording_time(&clock, None).timestamp_subsec_nanos(), 123_456_000);
    }

    #[test]
    fn a_clock_set_back_by_seconds_stands_still_and_one_set_back_by_hours_is_followed() {
        let clock = Clock::fixed(at(1_000));
        let next = |last| recording_time(&clock, Some(last));
        assert_eq!(next(at(1_030)), at(1_030));
        assert_eq!(next(at(900)).timestamp(), 1_000);
        assert_eq!(next(at(8_200)).timestamp(), 1_000);
    }
}
