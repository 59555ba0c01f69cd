//! Moments that depend on when they are asked for.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

/// `startOfMonth(-1M)`: a moment, shifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub name: Name,
    pub offset: Offset,
}

/// Which moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Now,
    StartOf(Span),
    EndOf(Span),
}

/// A span of the calendar. Weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Day,
    Week,
    Month,
    Year,
}

/// By how much: months of the calendar, then exact time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset {
    pub months: i32,
    pub minutes: i64,
}

/// The functions that are a moment, by their names.
pub(super) const NAMES: [(&str, Name); 9] = [
    ("now", Name::Now),
    ("startOfDay", Name::StartOf(Span::Day)),
    ("endOfDay", Name::EndOf(Span::Day)),
    ("startOfWeek", Name::StartOf(Span::Week)),
    ("endOfWeek", Name::EndOf(Span::Week)),
    ("startOfMonth", Name::StartOf(Span::Month)),
    ("endOfMonth", Name::EndOf(Span::Month)),
    ("startOfYear", Name::StartOf(Span::Year)),
    ("endOfYear", Name::EndOf(Span::Year)),
];

/// The largest number in an offset.
const MAX_AMOUNT: i64 = 9999;

impl Function {
    /// The moment that is meant at `now`.
    pub fn at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self.name {
            Name::Now => self.offset.after(now),
            Name::StartOf(span) => self.offset.after(span.start(now)),
            // Of the next one's start, so that the end of a month is its last day, however many it has.
            Name::EndOf(span) => self.offset.after(span.next(now)) - TimeDelta::microseconds(1),
        }
    }
}

impl Offset {
    /// Reads `-1y 2M`: numbers with `y M w d h m` for years, months, weeks, days, hours and minutes; a sign holds until the next one.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut offset, mut sign) = (Self::default(), 1);
        for part in text.split_whitespace() {
            let unsigned = part.trim_start_matches(['-', '+']);
            sign = match part.len() - unsigned.len() {
                0 => sign,
                1 if part.starts_with('-') => -1,
                1 => 1,
                _ => return None,
            };
            let unit = unsigned.chars().next_back()?;
            let amount: i64 = unsigned.strip_suffix(unit)?.parse().ok()?;
            if !(0..=MAX_AMOUNT).contains(&amount) {
                return None;
            }
            offset.add(sign * amount, unit)?;
        }
        Some(offset)
    }

    fn add(&mut self, amount: i64, unit: char) -> Option<()> {
        let months = i32::try_from(amount).ok()?;
        match unit {
            'y' => self.months = self.months.checked_add(months * 12)?,
            'M' => self.months = self.months.checked_add(months)?,
            'w' => self.minutes += amount * 7 * 24 * 60,
            'd' => self.minutes += amount * 24 * 60,
            'h' => self.minutes += amount * 60,
            'm' => self.minutes += amount,
            _ => return None,
        }
        Some(())
    }

    /// What lies beyond the calendar is as far as it goes.
    fn after(self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let months = Months::new(self.months.unsigned_abs());
        let shifted = if self.months < 0 {
            moment.checked_sub_months(months)
        } else {
            moment.checked_add_months(months)
        };
        let shifted = shifted.unwrap_or(moment);
        shifted
            .checked_add_signed(TimeDelta::minutes(self.minutes))
            .unwrap_or(shifted)
    }
}

impl Span {
    /// When the one that `moment` is in began.
    fn start(self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let day = moment.date_naive();
        let first = match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
            Self::Month => day.with_day(1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        };
        first.unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
    }

    /// When the next one begins.
    fn next(self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let start = self.start(moment);
        let next = match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
            Self::Year => start.checked_add_months(Months::new(12)),
        };
        next.unwrap_or(start)
    }
}
