//! From a row's cells to a request for an asset: a tag and attributes, or why it cannot be one.

use chrono::{Datelike, NaiveDate};
use tally_commands::assets::AttributeChanges;
use tally_domain::asset::{AssetRefusal, AttributeName, Tag, well_known};
use tally_domain::import::{Column, DayOrder};
use tally_domain::refusals;
use tally_domain::text::{is_blank, normal_form};
use tally_domain::value::{Amount, Typed, parse_typed_day};

use crate::columns::{PURCHASED_AS_WRITTEN, SITE, TAG, find_position};
use crate::facts::find_decimal_sign;
use crate::sheet::{Row, Sheet};
use crate::warning::{NameSource, RowWarning};

refusals! {
    /// Why a row of the file cannot be read as an asset.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RowRefusal {
        /// A quote in it is never closed, or text follows it.
        QuoteUnclosed {
            /// The line of the file where it ends.
            last_line: u64,
        } = "import.quote_unclosed" {
            kind: Invalid,
            title: "Quote not closed",
            cause: "the row, which ends on line {last_line}, has a quote that is never closed, or text behind a closed one",
            remedy: "Close the quote, and write a quote within a value twice.",
        },
        /// It has letters that are none in the encoding of the file.
        LettersUnreadable {
            /// The line of the file where it ends.
            last_line: u64,
        } = "import.letters_unreadable" {
            kind: Invalid,
            title: "Letters unreadable",
            cause: "the row, which ends on line {last_line}, has letters that cannot be read in the encoding of the file",
            remedy: "Write the letters again, or choose the encoding in which the file was saved.",
        },
        /// It has no value.
        Empty = "import.row_empty" {
            kind: Invalid,
            title: "Row empty",
            cause: "the row holds nothing",
            remedy: "Delete the row, or fill it in.",
        },
        /// It has more cells than the header.
        Ragged {
            /// The line of the file where it ends.
            last_line: u64,
            /// How many cells it has.
            found: usize,
            /// How many cells the header has.
            expected: usize,
        } = "import.row_ragged" {
            kind: Invalid,
            title: "Row of another length",
            cause: "the row, which ends on line {last_line}, has {found} cells where the header has {expected}",
            remedy: "Give the row no more cells than the header has.",
        },
    }
}

/// Why a row is not an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowError {
    /// It cannot be read.
    Row(RowRefusal),
    /// The rules of assets forbid it.
    Asset(AssetRefusal),
}

/// Why a row was refused, with what its verdict needs besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    pub error: RowError,
    /// The row's tag, when it has one.
    pub tag: Option<Tag>,
    /// The earlier row of the same file that has the same tag.
    pub first_row: Option<u64>,
}

impl RowFault {
    fn new(error: RowError, tag: Option<Tag>) -> Self {
        Self {
            error,
            tag,
            first_row: None,
        }
    }
}

/// The asset that a row asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowRequest {
    /// Its tag; one is allotted where it has none.
    pub tag: Option<Tag>,
    pub attributes: AttributeChanges,
    pub warnings: Vec<RowWarning>,
}

impl RowRequest {
    fn value(&self, key: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| is_field(known.as_str(), key));
        found.and_then(|(_, value)| value.as_deref())
    }

    fn set_value(&mut self, key: &str, value: String) {
        if let Some(name) = AttributeName::parse(key) {
            self.attributes.insert(name, Some(value));
        }
    }
}

enum Field {
    Tag,
    Attribute(AttributeName),
}

/// How the columns of a file are read, as recorded when the import began.
pub struct Layout {
    /// Each field with the index of its column in a row.
    fields: Vec<(usize, Field)>,
    /// How many cells the header has.
    width: usize,
    has_site_and_location: bool,
    day_order: Option<DayOrder>,
    /// The decimal sign of prices, where the column shows it.
    decimal_sign: Option<char>,
}

impl Layout {
    /// From the recorded columns of a file and the order of its days; `None` when one of the
    /// columns names no field.
    pub fn new(sheet: &Sheet, columns: &[Column], day_order: Option<DayOrder>) -> Option<Self> {
        let field = |(index, column): (usize, &Column)| {
            let field = match column.field.as_str() {
                TAG => Field::Tag,
                name => Field::Attribute(AttributeName::parse(name)?),
            };
            Some((find_position(column, index), field))
        };
        let has = |field: &str| columns.iter().any(|column| is_field(&column.field, field));
        let mut places = columns.iter().enumerate();
        let price = places.find(|(_, column)| column.field == well_known::PRICE);
        let price = price.map(|(index, column)| find_position(column, index));
        Some(Self {
            fields: columns.iter().enumerate().map(field).collect::<Option<_>>()?,
            width: sheet.headers().len(),
            has_site_and_location: has(SITE) && has(well_known::LOCATION),
            day_order,
            decimal_sign: price.and_then(|price| find_decimal_sign(sheet, price)),
        })
    }

    /// The tag of a row, as written, if it is one.
    pub fn tag_of(&self, row: &Row) -> Option<Tag> {
        let mut fields = self.fields.iter();
        let (index, _) = fields.find(|(_, field)| matches!(field, Field::Tag))?;
        row.cells.get(*index).and_then(Tag::parse)
    }

    /// Reads a row. Cells that are missing at its end are blank. Cells beyond the header's are
    /// ignored where they are empty, and refused with the row where they are not.
    ///
    /// # Errors
    /// The fault, when the row cannot become an asset whatever the register holds.
    pub fn read_row(&self, row: &Row) -> Result<RowRequest, RowFault> {
        self.check_shape(row)
            .map_err(|refusal| RowFault::new(RowError::Row(refusal), self.tag_of(row)))?;
        let mut request = RowRequest::default();
        for (index, field) in &self.fields {
            let cell = row.cells.get(*index).unwrap_or_default();
            match field {
                _ if is_blank(cell) => {}
                Field::Tag => request.tag = Some(parse_tag(cell)?),
                Field::Attribute(name) => {
                    request
                        .attributes
                        .insert(name.clone(), Some(cell.trim().to_owned()));
                }
            }
        }
        if row.guessed_letters {
            request.warnings.push(RowWarning::LettersGuessed);
        }
        self.complete(&mut request)?;
        Ok(request)
    }

    fn check_shape(&self, row: &Row) -> Result<(), RowRefusal> {
        let last_line = row.last_line;
        if row.unclosed {
            return Err(RowRefusal::QuoteUnclosed { last_line });
        }
        if row.unreadable {
            return Err(RowRefusal::LettersUnreadable { last_line });
        }
        if self.is_empty(row) {
            return Err(RowRefusal::Empty);
        }
        let (found, expected) = (row.cells.len(), self.width);
        if !row.cells.iter().skip(expected).all(is_blank) {
            return Err(RowRefusal::Ragged {
                last_line,
                found,
                expected,
            });
        }
        Ok(())
    }

    /// Whether a row has content in none of its columns, nor behind them.
    fn is_empty(&self, row: &Row) -> bool {
        let is_nothing = |index: usize| row.cells.get(index).is_none_or(is_blank);
        let beyond = row.cells.iter().skip(self.width);
        self.fields.iter().all(|(index, _)| is_nothing(*index)) && beyond.into_iter().all(is_blank)
    }

    /// Fills in what the row leaves out and another of its values can stand for.
    fn complete(&self, request: &mut RowRequest) -> Result<(), RowFault> {
        complete_purchase_day(request, self.day_order);
        self.check_price(request);
        if self.has_site_and_location
            && request.value(well_known::LOCATION).is_none()
            && let Some(site) = request.value(SITE).map(str::to_owned)
        {
            request.set_value(well_known::LOCATION, site);
            request.warnings.push(RowWarning::LocationFromSite);
        }
        if request.value(well_known::NAME).is_none() {
            let Some((source, name)) = substitute_name(request) else {
                let error = RowError::Asset(AssetRefusal::NameEmpty);
                return Err(RowFault::new(error, request.tag.clone()));
            };
            request.set_value(well_known::NAME, name);
            request.warnings.push(RowWarning::NameFrom(source));
        }
        if request.tag.is_none() {
            request.warnings.push(RowWarning::TagAllotted);
        }
        Ok(())
    }

    /// Warns of a price that is no amount, or two. Where its column shows the decimal sign, an
    /// amount that could be two is written as the one that it is.
    fn check_price(&self, request: &mut RowRequest) {
        let Some(written) = request.value(well_known::PRICE) else {
            return;
        };
        match (Amount::parse(written), self.decimal_sign) {
            (Typed::One(_), _) => {}
            (Typed::None, _) => request.warnings.push(RowWarning::PriceUnreadable),
            (Typed::Two(by_point, by_comma), Some(sign)) => {
                let amount = if sign == '.' { by_point } else { by_comma };
                let currency = amount
                    .currency
                    .map_or_else(String::new, |word| format!(" {word}"));
                request.set_value(well_known::PRICE, format!("{}{currency}", amount.number));
            }
            (Typed::Two(..), None) => request.warnings.push(RowWarning::PriceAmbiguous),
        }
    }
}

/// Whether the attribute of a column is the one with this key: `Site` is `site`.
fn is_field(written: &str, key: &str) -> bool {
    written == key || normal_form(written) == key
}

fn parse_tag(cell: &str) -> Result<Tag, RowFault> {
    let error = RowError::Asset(AssetRefusal::TagInvalid);
    Tag::parse(cell).ok_or_else(|| RowFault::new(error, None))
}

/// The name of an asset whose row has none: its model, else its type, serial number or tag.
fn substitute_name(request: &RowRequest) -> Option<(NameSource, String)> {
    if let Some(model) = request.value(well_known::MODEL) {
        let maker = request.value(well_known::MANUFACTURER);
        let maker = maker.filter(|maker| !model.starts_with(maker));
        let name = maker.map_or_else(|| model.to_owned(), |maker| format!("{maker} {model}"));
        return Some((NameSource::Model, name));
    }
    let mut sources = [NameSource::Type, NameSource::Serial].into_iter();
    let other = sources.find_map(|source| Some((source, request.value(source.field())?.to_owned())));
    other.or_else(|| request.tag.as_ref().map(|tag| (NameSource::Tag, tag.to_string())))
}

/// Brings a day of purchase into the one form that is stored; one that cannot be read for certain
/// is kept as it was written.
fn complete_purchase_day(request: &mut RowRequest, order: Option<DayOrder>) {
    let Some(written) = request.value(well_known::PURCHASED_ON).map(str::to_owned) else {
        return;
    };
    if let Some(day) = read_day(&written, order) {
        request.set_value(well_known::PURCHASED_ON, day.to_string());
        return;
    }
    let is_purchase_day = |name: &AttributeName| name.as_str() == well_known::PURCHASED_ON;
    request.attributes.retain(|name, _| !is_purchase_day(name));
    request.set_value(PURCHASED_AS_WRITTEN, written);
    request.warnings.push(RowWarning::DateKeptAsWritten);
}

/// Reads only what has one meaning. `03/04/2024` is March or April, by country: it is read where the
/// column shows which.
fn read_day(text: &str, order: Option<DayOrder>) -> Option<NaiveDate> {
    let day = match (parse_typed_day(text), order) {
        (Typed::One(day), _)
        | (Typed::Two(day, _), Some(DayOrder::DayFirst))
        | (Typed::Two(_, day), Some(DayOrder::MonthFirst)) => day,
        (Typed::Two(..), None) | (Typed::None, _) => return None,
    };
    (1900..2200).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests;
