//! What formats the numbers and times of a language.

use chrono::{DateTime, Datelike, Timelike, Utc};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{YMD, YMDT};
use icu_datetime::input::{DateTime as LocalDateTime, Time};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::{Locale, locale};

use crate::language::Language;

/// What formats the numbers and times of a language. The data for both languages is in the binary,
/// so that each formatter is there.
pub(crate) struct Formats {
    numbers: Option<DecimalFormatter>,
    moments: Option<FixedCalendarDateTimeFormatter<Gregorian, YMDT>>,
}

impl Formats {
    pub(crate) fn of(language: Language) -> Self {
        let locale = locale_of(language);
        Self {
            numbers: DecimalFormatter::try_new((&locale).into(), Default::default()).ok(),
            moments: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::medium().with_time_hm())
                .ok(),
        }
    }

    /// A number with its digits in groups.
    pub(crate) fn number(&self, number: f64) -> Option<String> {
        let decimal: Decimal = number.to_string().parse().ok()?;
        Some(self.numbers.as_ref()?.format(&decimal).to_string())
    }

    /// A point in time, to the minute.
    pub(crate) fn moment(&self, at: DateTime<Utc>) -> Option<String> {
        let (month, day) = (u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?);
        let (hour, minute) = (u8::try_from(at.hour()).ok()?, u8::try_from(at.minute()).ok()?);
        let moment = LocalDateTime {
            date: Date::try_new_gregorian(at.year(), month, day).ok()?,
            time: Time::try_new(hour, minute, 0, 0).ok()?,
        };
        Some(self.moments.as_ref()?.format(&moment).to_string())
    }
}

/// English dates with the day first and the month in letters, which no reader takes for another day.
fn locale_of(language: Language) -> Locale {
    match language {
        Language::English => locale!("en-GB"),
        Language::German => locale!("de"),
    }
}
