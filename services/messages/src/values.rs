//! Numbers, times and durations in the language of the texts.

use chrono::{DateTime, Utc};
use fluent_bundle::types::FluentNumber;

use crate::texts::Texts;

impl Texts {
    /// A number with its digits in groups: `12,345`.
    pub fn number(&self, number: impl Into<FluentNumber>) -> String {
        let number = number.into();
        let shown = self.formats.number(number.value);
        shown.unwrap_or_else(|| number.as_string().into_owned())
    }

    /// A point in time: `7 Mar 2026, 14:03 UTC`.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let moment = self.formats.moment(at);
        let moment = moment.unwrap_or_else(|| at.format("%Y-%m-%d %H:%M").to_string());
        format!("{moment} UTC")
    }

    /// A length of time in its two largest units.
    pub fn duration(&self, seconds: i64) -> String {
        let mut left = seconds.max(0);
        let mut parts = vec![];
        for (length, unit) in [
            (86_400, Self::duration_days as fn(&Self, i64) -> String),
            (3600, Self::duration_hours),
            (60, Self::duration_minutes),
            (1, Self::duration_seconds),
        ] {
            if left >= length && parts.len() < 2 {
                parts.push(unit(self, left / length));
                left %= length;
            } else if !parts.is_empty() {
                break;
            }
        }
        match parts.is_empty() {
            true => self.duration_seconds(0),
            false => parts.join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::language::Language;

    fn both(format: impl Fn(&Texts) -> String) -> [String; 2] {
        Language::ALL.map(|language| format(Texts::of(language)))
    }

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!(both(|texts| texts.number(12_345_u64)), ["12,345", "12.345"]);
        assert_eq!(both(|texts| texts.number(1.5)), ["1.5", "1,5"]);
        assert_eq!(both(|texts| texts.number(0_u64)), ["0", "0"]);
    }

    #[test]
    fn a_point_in_time_has_its_day_in_the_order_of_the_language() {
        let at = Utc.with_ymd_and_hms(2026, 3, 7, 14, 3, 59).unwrap();
        assert_eq!(
            both(|texts| texts.moment(at)),
            ["7 Mar 2026, 14:03 UTC", "07.03.2026, 14:03 UTC"]
        );
    }

    #[test]
    fn a_duration_is_given_in_two_units_at_most() {
        for (seconds, english, german) in [
            (-5, "0 s", "0 Sek."),
            (0, "0 s", "0 Sek."),
            (59, "59 s", "59 Sek."),
            (60, "1 min", "1 Min."),
            (3_725, "1 h 2 min", "1 Std. 2 Min."),
            (86_400, "1 d", "1 Tg."),
            (90_061, "1 d 1 h", "1 Tg. 1 Std."),
            (86_460, "1 d", "1 Tg."),
        ] {
            assert_eq!(both(|texts| texts.duration(seconds)), [english, german]);
        }
    }
}
