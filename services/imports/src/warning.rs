//! What to check about a row that became an asset.

use std::fmt;

use tally_domain::asset::well_known;

use crate::columns::{PURCHASED_AS_WRITTEN, TAG};

/// Something to check about a row that became an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowWarning {
    /// It had no tag.
    TagAllotted,
    /// It had no name; another of its values became its name.
    NameFrom(NameSource),
    /// It had no location; its site became its location.
    LocationFromSite,
    /// Its day of purchase is kept as it was written.
    DateKeptAsWritten,
    /// The file does not say how its letters are encoded.
    LettersGuessed,
    /// Its price is no amount.
    PriceUnreadable,
    /// Its price can be read as two amounts.
    PriceAmbiguous,
}

/// The value that became the name of an asset without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameSource {
    /// The model, with its maker.
    Model,
    /// The type.
    Type,
    /// The serial number.
    Serial,
    /// The tag.
    Tag,
}

impl NameSource {
    /// The field that has the value.
    pub fn field(self) -> &'static str {
        match self {
            Self::Model => well_known::MODEL,
            Self::Type => well_known::TYPE,
            Self::Serial => well_known::SERIAL,
            Self::Tag => TAG,
        }
    }
}

impl RowWarning {
    /// Every warning.
    pub const ALL: [Self; 10] = [
        Self::TagAllotted,
        Self::NameFrom(NameSource::Model),
        Self::NameFrom(NameSource::Type),
        Self::NameFrom(NameSource::Serial),
        Self::NameFrom(NameSource::Tag),
        Self::LocationFromSite,
        Self::DateKeptAsWritten,
        Self::LettersGuessed,
        Self::PriceUnreadable,
        Self::PriceAmbiguous,
    ];

    /// The stable code of the warning.
    pub fn code(self) -> &'static str {
        match self {
            Self::TagAllotted => "import.tag_allotted",
            Self::NameFrom(NameSource::Model) => "import.name_from_model",
            Self::NameFrom(NameSource::Type) => "import.name_from_type",
            Self::NameFrom(NameSource::Serial) => "import.name_from_serial",
            Self::NameFrom(NameSource::Tag) => "import.name_from_tag",
            Self::LocationFromSite => "import.location_from_site",
            Self::DateKeptAsWritten => "import.date_kept_as_written",
            Self::LettersGuessed => "import.letters_guessed",
            Self::PriceUnreadable => "import.price_unreadable",
            Self::PriceAmbiguous => "import.price_ambiguous",
        }
    }
}

impl fmt::Display for RowWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagAllotted => f.write_str("It has no tag, so one is allotted."),
            Self::NameFrom(source) => write!(f, "It has no name, so its {} is its name.", source.field()),
            Self::LocationFromSite => f.write_str("It has no location, so its site is its location."),
            Self::DateKeptAsWritten => write!(
                f,
                "Its day of purchase is not a date that can be read for certain, and is kept as \
                 {PURCHASED_AS_WRITTEN}."
            ),
            Self::LettersGuessed => f.write_str(
                "The file does not say how its letters are encoded, so their encoding is a guess.",
            ),
            Self::PriceUnreadable => f.write_str(
                "Its price is not an amount, so it is kept as written and no comparison finds it.",
            ),
            Self::PriceAmbiguous => f.write_str(
                "Its price can be read as two amounts: it is not known whether a comma or a point is its \
                 decimal sign. It is kept as written.",
            ),
        }
    }
}
