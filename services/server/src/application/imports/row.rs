//! From a row's cells to what is wished for: a tag and attributes, or why it cannot be.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use tally_domain::Refused;
use tally_domain::asset::{AssetRefusal, AttributeKey, Tag, well_known};
use tally_domain::import::Column;

use super::columns::{PURCHASED_AS_WRITTEN, SITE, TAG};
use super::sheet::Row;
use tally_commands::assets::AttributeChanges;

/// Something about a row that became an asset and wants a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// It had no tag.
    TagAllotted,
    /// It had no name; this field lent its value.
    NameFrom(&'static str),
    /// It had no location; its site lent its own.
    LocationFromSite,
    /// Its day of purchase is kept as it was written.
    DateKeptAsWritten,
    /// The file does not say how its letters are encoded.
    LettersGuessed,
}

impl Warning {
    /// The stable code.
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

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagAllotted => f.write_str("It has no tag, so one is allotted."),
            Self::NameFrom(field) => write!(f, "It has no name, so its {field} is its name."),
            Self::LocationFromSite => f.write_str("It has no location, so its site is its location."),
            Self::DateKeptAsWritten => {
                write!(
                    f,
                    "Its day of purchase is not a day as we read them, and is kept as {PURCHASED_AS_WRITTEN}."
                )
            }
            Self::LettersGuessed => f.write_str(
                "The file does not say how its letters are encoded; they were read as Windows-1252.",
            ),
        }
    }
}

/// Why a row is not an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: String,
    /// In words.
    pub message: String,
    /// Its tag, when it has one.
    pub tag: Option<Tag>,
}

impl Fault {
    fn of_file(code: &str, message: String) -> Self {
        Self {
            code: code.to_owned(),
            message,
            tag: None,
        }
    }

    /// By the rules of assets.
    pub fn refused(refusal: &dyn Refused, tag: Option<Tag>) -> Self {
        Self {
            code: refusal.code().to_owned(),
            message: format!("{}. {}", capital(&refusal.to_string()), refusal.remedy()),
            tag,
        }
    }
}

fn capital(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// What a row wishes for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Its tag; one is allotted where it has none.
    pub tag: Option<Tag>,
    /// What is said of it.
    pub attributes: AttributeChanges,
    /// What wants a look.
    pub warnings: Vec<Warning>,
}

enum Field {
    Tag,
    Attribute(AttributeKey),
}

/// How the columns of a file are read, as recorded when the import began.
pub struct Layout {
    fields: Vec<Field>,
    site_apart: bool,
}

impl Layout {
    /// From the recorded columns; `None` when one of them names no field.
    pub fn of(columns: &[Column]) -> Option<Self> {
        let field = |column: &Column| match column.field.as_str() {
            TAG => Some(Field::Tag),
            key => AttributeKey::parse(key).map(Field::Attribute),
        };
        let has = |field: &str| columns.iter().any(|column| column.field == field);
        let site_apart = has(SITE) && has(well_known::LOCATION);
        Some(Self {
            fields: columns.iter().map(field).collect::<Option<_>>()?,
            site_apart,
        })
    }

    /// The tag of a row, as written, if it is one.
    pub fn tag_of(&self, row: &Row) -> Option<Tag> {
        let column = self.fields.iter().position(|field| matches!(field, Field::Tag))?;
        row.cells.get(column).and_then(Tag::parse)
    }

    /// Reads a row. Cells beyond the header's are let go where they are empty, and refused with the row where they are not.
    ///
    /// # Errors
    /// The fault, when it cannot become an asset whatever the register holds.
    pub fn read(&self, row: &Row) -> Result<Wish, Fault> {
        self.check_shape(row)?;
        let mut wish = Wish::default();
        for (field, cell) in self.fields.iter().zip(&row.cells) {
            match field {
                _ if cell.trim().is_empty() => {}
                Field::Tag => {
                    let tag =
                        Tag::parse(cell).ok_or_else(|| Fault::refused(&AssetRefusal::TagInvalid, None))?;
                    wish.tag = Some(tag);
                }
                Field::Attribute(key) => {
                    wish.attributes.insert(key.clone(), Some(cell.trim().to_owned()));
                }
            }
        }
        if row.guessed_letters {
            wish.warnings.push(Warning::LettersGuessed);
        }
        self.complete(&mut wish)?;
        Ok(wish)
    }

    fn check_shape(&self, row: &Row) -> Result<(), Fault> {
        if row.unclosed {
            let message = format!("{} a quote that is never closed, or goes on behind it.", has(row));
            return Err(Fault::of_file("import.quote_unclosed", message));
        }
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            return Err(Fault::of_file(
                "import.row_empty",
                "The row holds nothing.".to_owned(),
            ));
        }
        let (found, wanted) = (row.cells.len(), self.fields.len());
        let beyond = row.cells.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
        if found < wanted || beyond {
            let message = format!("{} {found} cells where the header has {wanted}.", has(row));
            return Err(Fault::of_file("import.row_ragged", message));
        }
        Ok(())
    }

    fn complete(&self, wish: &mut Wish) -> Result<(), Fault> {
        complete_day(wish);
        if self.site_apart
            && said(wish, well_known::LOCATION).is_none()
            && let Some(site) = said(wish, SITE).map(str::to_owned)
        {
            say(wish, well_known::LOCATION, site);
            wish.warnings.push(Warning::LocationFromSite);
        }
        if said(wish, well_known::NAME).is_none() {
            let (field, name) =
                other_name(wish).ok_or_else(|| Fault::refused(&AssetRefusal::NameEmpty, wish.tag.clone()))?;
            say(wish, well_known::NAME, name);
            wish.warnings.push(Warning::NameFrom(field));
        }
        if wish.tag.is_none() {
            wish.warnings.push(Warning::TagAllotted);
        }
        Ok(())
    }
}

fn has(row: &Row) -> String {
    if row.line == row.last_line {
        "The row has".to_owned()
    } else {
        format!("The row, on lines {} to {}, has", row.line, row.last_line)
    }
}

fn said<'a>(wish: &'a Wish, key: &str) -> Option<&'a str> {
    wish.attributes
        .iter()
        .find(|(known, _)| known.as_str() == key)
        .and_then(|(_, value)| value.as_deref())
}

fn say(wish: &mut Wish, key: &str, value: String) {
    if let Some(key) = AttributeKey::parse(key) {
        wish.attributes.insert(key, Some(value));
    }
}

/// What something without a name can be called: by its model, else its type, serial number or tag.
fn other_name(wish: &Wish) -> Option<(&'static str, String)> {
    if let Some(model) = said(wish, well_known::MODEL) {
        let maker = said(wish, well_known::MANUFACTURER).filter(|maker| !model.starts_with(maker));
        let name = maker.map_or_else(|| model.to_owned(), |maker| format!("{maker} {model}"));
        return Some((well_known::MODEL, name));
    }
    let other = [well_known::TYPE, well_known::SERIAL]
        .into_iter()
        .find_map(|field| Some((field, said(wish, field)?.to_owned())));
    other.or_else(|| wish.tag.as_ref().map(|tag| (TAG, tag.to_string())))
}

/// A day of purchase in the one form we store; one that cannot be told for certain is kept as it was written.
fn complete_day(wish: &mut Wish) {
    let Some(written) = said(wish, well_known::PURCHASED_ON).map(str::to_owned) else {
        return;
    };
    match day(&written) {
        Some(day) => say(wish, well_known::PURCHASED_ON, day.to_string()),
        None => {
            wish.attributes
                .retain(|key, _| key.as_str() != well_known::PURCHASED_ON);
            say(wish, PURCHASED_AS_WRITTEN, written);
            wish.warnings.push(Warning::DateKeptAsWritten);
        }
    }
}

/// Reads only what has one meaning: year first, or days and months parted by dots. `03/04/2024` is March or April, by country.
fn day(text: &str) -> Option<NaiveDate> {
    let plain = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let midnight = || {
        let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
        let zoned = DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|time| time.naive_local());
        let time = zoned.or_else(|| {
            forms
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        })?;
        (time.time() == NaiveTime::MIN).then(|| time.date())
    };
    plain
        .or_else(midnight)
        .filter(|day| (1900..2200).contains(&day.year()))
}

#[cfg(test)]
mod tests;
