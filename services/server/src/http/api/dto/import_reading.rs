//! How the file of an import is read.

use serde::Serialize;
use tally_domain::import::{DayOrder, Reading};
use utoipa::ToSchema;

/// How a file is read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReading {
    /// The encoding, by its name in the WHATWG standard.
    #[schema(example = "windows-1252")]
    pub encoding: String,
    /// Whether neither the file nor the caller said which encoding it is.
    pub encoding_guessed: bool,
    /// What stands between cells.
    #[schema(value_type = ImportSeparator)]
    pub separator: &'static str,
    /// The line with the names of the columns, 1 for the first of the file.
    pub header_line: u64,
    /// How dates such as `03/04/2024` are read; null where that is not known.
    #[schema(value_type = Option<ImportDayOrder>, required)]
    pub day_order: Option<&'static str>,
}

impl ImportReading {
    /// From what is recorded.
    pub fn of(reading: &Reading) -> Self {
        Self {
            encoding: reading.encoding.clone(),
            encoding_guessed: reading.encoding_guessed,
            separator: separator_name(reading.separator),
            header_line: reading.header_line,
            day_order: reading.day_order.map(day_order_name),
        }
    }
}

/// What stands between the cells of a file.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum ImportSeparator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

const SEPARATORS: [(&str, char); 4] = [("comma", ','), ("semicolon", ';'), ("tab", '\t'), ("pipe", '|')];

fn separator_name(separator: char) -> &'static str {
    let mut known = SEPARATORS.into_iter();
    known
        .find(|(_, known)| *known == separator)
        .map_or("comma", |(name, _)| name)
}

/// The separator with the name `text`.
pub fn separator_of(text: &str) -> Option<char> {
    let mut known = SEPARATORS.into_iter();
    known
        .find(|(name, _)| *name == text)
        .map(|(_, separator)| separator)
}

/// Which of two numbers comes first in a date.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum ImportDayOrder {
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

/// The word of an order.
pub fn day_order_name(order: DayOrder) -> &'static str {
    match order {
        DayOrder::DayFirst => "day_first",
        DayOrder::MonthFirst => "month_first",
    }
}

/// The order with the name `text`.
pub fn day_order_of(text: &str) -> Option<DayOrder> {
    let mut orders = [DayOrder::DayFirst, DayOrder::MonthFirst].into_iter();
    orders.find(|order| day_order_name(*order) == text)
}
