//! What a user chose about the reading of a file, in place of what Tally finds.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use tally_domain::import::{DayOrder, Reading};

use crate::separator::SEPARATORS;

/// What a user chose; what is absent is found in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The encoding.
    pub encoding: Option<&'static Encoding>,
    /// Whether the encoding is the guess of an earlier reading.
    pub encoding_guessed: bool,
    /// The character between cells.
    pub separator: Option<u8>,
    /// The line where the header begins, 1 for the first.
    pub header_line: Option<u64>,
    /// Which of two numbers is the day in dates that do not show it.
    pub day_order: Option<DayOrder>,
    /// The fields of columns, by their places in the file, 1 for the first: `tag`, the key of an
    /// attribute, or `-` for an attribute of the column's own.
    pub fields: BTreeMap<u32, String>,
}

impl Choices {
    /// What reads a file as it was read before; `None` when this version cannot.
    pub(crate) fn from_reading(reading: &Reading) -> Option<Self> {
        Some(Self {
            encoding: Some(parse_encoding(&reading.encoding)?),
            encoding_guessed: reading.encoding_guessed,
            separator: Some(parse_separator(reading.separator)?),
            header_line: Some(reading.header_line),
            day_order: reading.day_order,
            fields: BTreeMap::new(),
        })
    }
}

/// The encoding that `label` names in the WHATWG standard.
pub fn parse_encoding(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// The separator that a character is.
pub fn parse_separator(character: char) -> Option<u8> {
    let separators = SEPARATORS.into_iter();
    let mut found = separators.filter(|separator| char::from(*separator) == character);
    found.next()
}
