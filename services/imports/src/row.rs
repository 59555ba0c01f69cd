//! From a row's cells to a request for an asset: a tag and attributes, or why it cannot be one.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use tally_commands::assets::AttributeChanges;
use tally_domain::Refused;
use tally_domain::asset::{AssetRefusal, AttributeKey, Tag, well_known};
use tally_domain::import::Column;

use crate::columns::{PURCHASED_AS_WRITTEN, SITE, TAG};
use crate::sheet::Row;

/// Something to check about a row that became an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowWarning {
    /// It had no tag.
    TagAllotted,
    /// It had no name; the value of this field became its name.
    NameFrom(&'static str),
    /// It had no location; its site became its location.
    LocationFromSite,
    /// Its day of purchase is kept as it was written.
    DateKeptAsWritten,
    /// The file does not say how its letters are encoded.
    LettersGuessed,
}

impl RowWarning {
    /// The code of the warning, such as `import.tag_allotted`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TagAllotted => "import.tag_allotted",
            Self::NameFrom(well_known::MODEL) => "import.name_from_model",
            Self::NameFrom(well_known::TYPE) => "import.name_from_type",
            Self::NameFrom(well_known::SERIAL) => "import.name_from_serial",
            Self::NameFrom(_) => "import.name_from_tag",
            Self::LocationFromSite => "import.location_from_site",
            Self::DateKeptAsWritten => "import.date_kept_as_written",
            Self::LettersGuessed => "import.letters_guessed",
        }
    }
}

impl fmt::Display for RowWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagAllotted => f.write_str("It has no tag, so one is allotted."),
            Self::NameFrom(field) => write!(f, "It has no name, so its {field} is its name."),
            Self::LocationFromSite => f.write_str("It has no location, so its site is its location."),
            Self::DateKeptAsWritten => write!(
                f,
                "Its day of purchase is not a date that can be read for certain, and is kept as \
                 {PURCHASED_AS_WRITTEN}."
            ),
            Self::LettersGuessed => f.write_str(
                "The file does not say how its letters are encoded; they were read as Windows-1252.",
            ),
        }
    }
}

/// Why a row is not an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRefusal {
    /// A quote in it is never closed, or text follows it.
    QuoteUnclosed(LineSpan),
    /// It has no value.
    Empty,
    /// It has another number of cells than the header.
    Ragged {
        /// The lines it is on.
        lines: LineSpan,
        /// How many cells it has.
        found: usize,
        /// How many cells the header has.
        expected: usize,
    },
    /// The rules of assets forbid it.
    Asset(AssetRefusal),
}

impl RowRefusal {
    /// The code of the refusal, such as `import.row_ragged`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::QuoteUnclosed(_) => "import.quote_unclosed",
            Self::Empty => "import.row_empty",
            Self::Ragged { .. } => "import.row_ragged",
            Self::Asset(refusal) => refusal.code(),
        }
    }
}

impl fmt::Display for RowRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuoteUnclosed(lines) => {
                write!(
                    f,
                    "{lines} has a quote that is never closed, or text behind a closed one."
                )
            }
            Self::Empty => f.write_str("The row holds nothing."),
            Self::Ragged {
                lines,
                found,
                expected,
            } => write!(f, "{lines} has {found} cells where the header has {expected}."),
            Self::Asset(refusal) => {
                let cause = refusal.to_string();
                write!(f, "{}. {}", capitalize(&cause), refusal.remedy())
            }
        }
    }
}

/// The lines of a row, 1 for the file's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSpan {
    first: u64,
    last: u64,
}

impl fmt::Display for LineSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            f.write_str("The row")
        } else {
            write!(f, "The row, on lines {} to {},", self.first, self.last)
        }
    }
}

/// Why a row was refused, with what its verdict needs besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    pub refusal: RowRefusal,
    /// The row's tag, when it has one.
    pub tag: Option<Tag>,
    /// The earlier row of the same file that has the same tag.
    pub first_row: Option<u64>,
}

impl RowFault {
    fn new(refusal: RowRefusal, tag: Option<Tag>) -> Self {
        Self {
            refusal,
            tag,
            first_row: None,
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)?;
        match self.first_row {
            Some(first) => write!(f, " Row {first} of this file has it too."),
            None => Ok(()),
        }
    }
}

fn capitalize(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next();
    first
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
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
        let found = attributes.find(|(known, _)| known.as_str() == key);
        found.and_then(|(_, value)| value.as_deref())
    }

    fn set_value(&mut self, key: &str, value: String) {
        if let Some(key) = AttributeKey::parse(key) {
            self.attributes.insert(key, Some(value));
        }
    }
}

enum Field {
    Tag,
    Attribute(AttributeKey),
}

/// How the columns of a file are read, as recorded when the import began.
pub struct Layout {
    fields: Vec<Field>,
    has_site_and_location: bool,
}

impl Layout {
    /// From the recorded columns; `None` when one of them names no field.
    pub fn from_columns(columns: &[Column]) -> Option<Self> {
        let field = |column: &Column| match column.field.as_str() {
            TAG => Some(Field::Tag),
            key => AttributeKey::parse(key).map(Field::Attribute),
        };
        let has = |field: &str| columns.iter().any(|column| column.field == field);
        Some(Self {
            fields: columns.iter().map(field).collect::<Option<_>>()?,
            has_site_and_location: has(SITE) && has(well_known::LOCATION),
        })
    }

    /// The tag of a row, as written, if it is one.
    pub fn tag_of(&self, row: &Row) -> Option<Tag> {
        let column = self.fields.iter().position(|field| matches!(field, Field::Tag))?;
        row.cells.get(column).and_then(Tag::parse)
    }

    /// Reads a row. Cells beyond the header's are ignored where they are empty, and refused with
    /// the row where they are not.
    ///
    /// # Errors
    /// The fault, when the row cannot become an asset whatever the register holds.
    pub fn read_row(&self, row: &Row) -> Result<RowRequest, RowFault> {
        self.check_shape(row)
            .map_err(|refusal| RowFault::new(refusal, None))?;
        let mut request = RowRequest::default();
        for (field, cell) in self.fields.iter().zip(&row.cells) {
            match field {
                _ if cell.trim().is_empty() => {}
                Field::Tag => request.tag = Some(parse_tag(cell)?),
                Field::Attribute(key) => {
                    request
                        .attributes
                        .insert(key.clone(), Some(cell.trim().to_owned()));
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
        let lines = LineSpan {
            first: row.line,
            last: row.last_line,
        };
        let is_empty = |cell: &str| cell.trim().is_empty();
        if row.unclosed {
            return Err(RowRefusal::QuoteUnclosed(lines));
        }
        if row.cells.iter().all(is_empty) {
            return Err(RowRefusal::Empty);
        }
        let (found, expected) = (row.cells.len(), self.fields.len());
        let has_more = !row.cells.iter().skip(expected).all(is_empty);
        if found < expected || has_more {
            return Err(RowRefusal::Ragged {
                lines,
                found,
                expected,
            });
        }
        Ok(())
    }

    /// Fills in what the row leaves out and another of its values can stand for.
    fn complete(&self, request: &mut RowRequest) -> Result<(), RowFault> {
        complete_purchase_day(request);
        if self.has_site_and_location
            && request.value(well_known::LOCATION).is_none()
            && let Some(site) = request.value(SITE).map(str::to_owned)
        {
            request.set_value(well_known::LOCATION, site);
            request.warnings.push(RowWarning::LocationFromSite);
        }
        if request.value(well_known::NAME).is_none() {
            let Some((field, name)) = substitute_name(request) else {
                let refusal = RowRefusal::Asset(AssetRefusal::NameEmpty);
                return Err(RowFault::new(refusal, request.tag.clone()));
            };
            request.set_value(well_known::NAME, name);
            request.warnings.push(RowWarning::NameFrom(field));
        }
        if request.tag.is_none() {
            request.warnings.push(RowWarning::TagAllotted);
        }
        Ok(())
    }
}

fn parse_tag(cell: &str) -> Result<Tag, RowFault> {
    let refusal = RowRefusal::Asset(AssetRefusal::TagInvalid);
    Tag::parse(cell).ok_or_else(|| RowFault::new(refusal, None))
}

/// The name of an asset whose row has none: its model, else its type, serial number or tag.
fn substitute_name(request: &RowRequest) -> Option<(&'static str, String)> {
    if let Some(model) = request.value(well_known::MODEL) {
        let maker = request.value(well_known::MANUFACTURER);
        let maker = maker.filter(|maker| !model.starts_with(maker));
        let name = maker.map_or_else(|| model.to_owned(), |maker| format!("{maker} {model}"));
        return Some((well_known::MODEL, name));
    }
    let mut fields = [well_known::TYPE, well_known::SERIAL].into_iter();
    let other = fields.find_map(|field| Some((field, request.value(field)?.to_owned())));
    other.or_else(|| request.tag.as_ref().map(|tag| (TAG, tag.to_string())))
}

/// Brings a day of purchase into the one form that is stored; one that cannot be read for certain
/// is kept as it was written.
fn complete_purchase_day(request: &mut RowRequest) {
    let Some(written) = request.value(well_known::PURCHASED_ON).map(str::to_owned) else {
        return;
    };
    if let Some(day) = parse_day(&written) {
        request.set_value(well_known::PURCHASED_ON, day.to_string());
        return;
    }
    let is_purchase_day = |key: &AttributeKey| key.as_str() == well_known::PURCHASED_ON;
    request.attributes.retain(|key, _| !is_purchase_day(key));
    request.set_value(PURCHASED_AS_WRITTEN, written);
    request.warnings.push(RowWarning::DateKeptAsWritten);
}

/// Reads only what has one meaning: year first, or days and months parted by dots. `03/04/2024` is
/// March or April, by country.
fn parse_day(text: &str) -> Option<NaiveDate> {
    let mut forms = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"].into_iter();
    let plain = forms.find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    plain
        .or_else(|| parse_midnight(text))
        .filter(|day| (1900..2200).contains(&day.year()))
}

/// A time at the beginning of a day, as spreadsheets write a date.
fn parse_midnight(text: &str) -> Option<NaiveDate> {
    let zoned = DateTime::parse_from_rfc3339(text).ok();
    let time = zoned.map(|time| time.naive_local()).or_else(|| {
        let mut forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"].into_iter();
        forms.find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    })?;
    (time.time() == NaiveTime::MIN).then(|| time.date())
}

#[cfg(test)]
mod tests;
