//! Time spans as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

const LONGEST: u64 = 31 * 86_400;

/// A time span of 1 second to 31 days: `90s`, `5m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSpan(pub Duration);

impl FromStr for TimeSpan {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write a number with s, m, h or d, such as 5m, from 1 second to 31 days";
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            _ => return Err(wrong),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong)?;
        let seconds = number
            .checked_mul(unit)
            .filter(|seconds| (1..=LONGEST).contains(seconds));
        seconds.map(|s| Self(Duration::from_secs(s))).ok_or(wrong)
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_are_read_as_people_write_them() {
        let seconds = |text: &str| text.parse::<TimeSpan>().ok().map(|span| span.0.as_secs());
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!((seconds("24h"), seconds("1d")), (Some(86_400), Some(86_400)));
        for wrong in [
            "",
            "5",
            "m",
            "0s",
            "-1s",
            "32d",
            "5 m",
            "99999999999999999999h",
            "5µ",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
