//! Exact decimal numbers.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number of any sign with at most [`Decimal::MAX_DIGITS`] digits. Nothing of it is ever
/// rounded: two numbers are equal if they are the same number, however each was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// The digits before the point, without zeros at the front.
    integer: String,
    /// The digits behind the point, without zeros at the end.
    fraction: String,
}

impl Decimal {
    /// The most digits of a number.
    pub const MAX_DIGITS: usize = 100;

    /// The number that `text` is, as programs write numbers: digits with at most one point between
    /// them, and perhaps a minus before them.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text),
        };
        let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let fits = unsigned.len() <= Self::MAX_DIGITS + 1 && is_digits(integer) && is_digits(fraction);
        fits.then(|| Self::of(negative, integer, fraction))
    }

    /// The number of digits before and behind the point.
    pub(super) fn of(negative: bool, integer: &str, fraction: &str) -> Self {
        let integer = integer.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let is_zero = integer.is_empty() && fraction.is_empty();
        Self {
            negative: negative && !is_zero,
            integer,
            fraction,
        }
    }

    /// A text in ASCII whose byte order is the order of numbers, and which is the same for equal
    /// numbers.
    pub fn order_key(&self) -> String {
        let magnitude = format!("{:03}{}{}", self.integer.len(), self.integer, self.fraction);
        if self.negative {
            // The greater the magnitude, the less the number; `~` comes after every digit.
            let mirrored = magnitude.bytes().map(|b| char::from(b'0' + b'9' - b));
            format!("0{}~", mirrored.collect::<String>())
        } else {
            format!("1{magnitude}")
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order_key().cmp(&other.order_key())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As [`Decimal::parse`] reads it.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let integer = if self.integer.is_empty() {
            "0"
        } else {
            &self.integer
        };
        let point = if self.fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{integer}{point}{}", self.fraction)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for same in [
            ["750", "750.00"],
            ["0750", "750"],
            ["-0", "0.000"],
            ["1.10", "1.1"],
        ] {
            let [one, other] = same.map(number);
            assert_eq!(one, other);
            assert_eq!(one.order_key(), other.order_key());
        }
    }

    #[test]
    fn no_digit_is_lost() {
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("1234567890123456789.01") < number("1234567890123456789.02"));
    }

    #[test]
    fn what_programs_do_not_write_as_a_number_is_none() {
        for bad in [
            "",
            "-",
            "1,5",
            ".5",
            "5.",
            "1.2.3",
            "1e3",
            "+1",
            " 1",
            "٣",
            &"9".repeat(102),
        ] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_keys_are_ordered_as_the_numbers_are(a in -10_000_000_i64..10_000_000, b in -10_000_000_i64..10_000_000) {
            let written = |n: i64| {
                let sign = if n < 0 { "-" } else { "" };
                number(&format!("{sign}{}.{:03}", n.abs() / 1000, n.abs() % 1000))
            };
            prop_assert_eq!(written(a).cmp(&written(b)), a.cmp(&b));
            prop_assert_eq!(written(a) == written(b), a == b);
        }

        #[test]
        fn a_number_reads_back_as_it_is_shown(text in "-?[0-9]{1,30}(\\.[0-9]{1,30})?") {
            let read = number(&text);
            prop_assert_eq!(number(&read.to_string()), read);
        }
    }
}
