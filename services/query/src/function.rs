//! Functions that stand for a time relative to now.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

/// `startOfMonth(-1M)`: a time relative to now, shifted by an offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeFunction {
    /// The time before it is shifted.
    pub name: FunctionName,
    /// How far the time is shifted.
    pub offset: TimeOffset,
}

/// The name of a function, without its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionName {
    /// `now()`: the time at which the query runs.
    Now,
    /// `startOfDay()` and its relatives: the first microsecond of the unit.
    StartOf(CalendarUnit),
    /// `endOfDay()` and its relatives: the last microsecond of the unit.
    EndOf(CalendarUnit),
}

/// A unit of the calendar. Weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarUnit {
    /// From midnight to midnight, UTC.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// A year of the calendar.
    Year,
}

/// A shift in time: first by months of the calendar, then by exact minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeOffset {
    /// Months of the calendar.
    pub months: i32,
    /// Exact minutes, added after the months.
    pub minutes: i64,
}

/// The functions by their names, as they are offered.
pub(crate) const NAMES: [(&str, FunctionName); 9] = [
    ("now", FunctionName::Now),
    ("startOfDay", FunctionName::StartOf(CalendarUnit::Day)),
    ("endOfDay", FunctionName::EndOf(CalendarUnit::Day)),
    ("startOfWeek", FunctionName::StartOf(CalendarUnit::Week)),
    ("endOfWeek", FunctionName::EndOf(CalendarUnit::Week)),
    ("startOfMonth", FunctionName::StartOf(CalendarUnit::Month)),
    ("endOfMonth", FunctionName::EndOf(CalendarUnit::Month)),
    ("startOfYear", FunctionName::StartOf(CalendarUnit::Year)),
    ("endOfYear", FunctionName::EndOf(CalendarUnit::Year)),
];

/// The first second of the year 0000 and the last of the year 9999, from 1970.
const FIRST_SECOND: i64 = -62_167_219_200;
const LAST_SECOND: i64 = 253_402_300_799;

/// The largest number that an offset can contain.
const MAX_AMOUNT: i64 = 9999;

impl TimeFunction {
    /// The time that the function stands for at `now`. Beyond the years of four digits it is the
    /// first or the last of their moments.
    pub fn at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let moment = self.unbounded_at(now);
        match moment.year() {
            ..0 => DateTime::from_timestamp(FIRST_SECOND, 0).unwrap_or(moment),
            0..=9999 => moment,
            10_000.. => DateTime::from_timestamp(LAST_SECOND, 999_999_000).unwrap_or(moment),
        }
    }

    fn unbounded_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self.name {
            FunctionName::Now => self.offset.shift(now),
            FunctionName::StartOf(unit) => self.offset.shift(unit.start(now)),
            // Shifted from the start of the next unit, so that the end of a month is its last day.
            FunctionName::EndOf(unit) => self.offset.shift(unit.next_start(now)) - TimeDelta::microseconds(1),
        }
    }
}

impl TimeOffset {
    /// Reads `-1y 2M`: numbers with `y M w d h m` for years, months, weeks, days, hours and
    /// minutes. A sign holds until the next one.
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

    /// `moment` shifted by this offset; where that is beyond the calendar, not shifted.
    fn shift(self, moment: DateTime<Utc>) -> DateTime<Utc> {
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

impl CalendarUnit {
    /// The start of the unit that contains `moment`.
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

    /// The start of the unit after the one that contains `moment`.
    fn next_start(self, moment: DateTime<Utc>) -> DateTime<Utc> {
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
