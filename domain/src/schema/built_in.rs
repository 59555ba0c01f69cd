//! The attributes that every register has.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{synonyms, well_known};
use crate::value::{AttributeId, AttributeName};

/// The attributes by the forms of their names. A name that two of them have is that of the first.
static BY_FORM: LazyLock<HashMap<String, &'static BuiltIn>> = LazyLock::new(|| {
    let names = |attribute: &'static BuiltIn| {
        let names = [attribute.key, attribute.en, attribute.de].into_iter();
        let names = names.filter_map(AttributeName::parse);
        names.map(move |name| (name.form(), attribute))
    };
    // Collected backwards, since the last of two stays.
    BUILT_IN.iter().rev().flat_map(names).collect()
});

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of one line.
    Text,
    /// A text of several lines in a person's own words. It can be redacted.
    LongText,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A price as the user wrote it.
    Price,
}

impl Kind {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Date => "date",
            Self::Price => "price",
        }
    }
}

/// An attribute that every register has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its id. It is never given to another.
    pub id: AttributeId,
    /// Its key.
    pub key: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// Its name in German.
    pub de: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Whether every asset has one.
    pub required: bool,
    /// Whether a list of assets can be ordered by it.
    pub sortable: bool,
    /// Whether assets are counted and filtered by its values.
    pub facet: bool,
}

impl BuiltIn {
    const fn new(number: u8, key: &'static str, kind: Kind, en: &'static str, de: &'static str) -> Self {
        Self {
            id: AttributeId::built_in(number),
            key,
            en,
            de,
            kind,
            required: false,
            sortable: false,
            facet: false,
        }
    }

    /// The attribute that people or programs call so, in either language.
    pub fn find(name: &AttributeName) -> Option<&'static Self> {
        BY_FORM.get(&name.form()).copied()
    }

    /// All that it is called: the names that say more than its own, then its key, its own names, and
    /// what else other tools call it, the most specific first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let own = [self.key, self.en, self.de].into_iter();
        let telling = synonyms::telling(self.key).iter().copied();
        telling.chain(own).chain(synonyms::of(self.key).iter().copied())
    }

    const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    const fn sortable(self) -> Self {
        Self {
            sortable: true,
            ..self
        }
    }

    const fn facet(self) -> Self {
        Self { facet: true, ..self }
    }
}

/// The attributes that every register has, in the order in which a form shows them.
#[rustfmt::skip]
pub const BUILT_IN: [BuiltIn; 11] = [
    BuiltIn::new(1, well_known::NAME, Kind::Text, "Name", "Bezeichnung").required().sortable(),
    BuiltIn::new(2, well_known::TYPE, Kind::Text, "Type", "Typ").sortable().facet(),
    BuiltIn::new(3, well_known::MANUFACTURER, Kind::Text, "Manufacturer", "Hersteller"),
    BuiltIn::new(4, well_known::MODEL, Kind::Text, "Model", "Modell"),
    BuiltIn::new(5, well_known::SERIAL, Kind::Text, "Serial number", "Seriennummer"),
    BuiltIn::new(6, well_known::LOCATION, Kind::Text, "Location", "Standort").sortable().facet(),
    BuiltIn::new(7, well_known::STATUS_NOTE, Kind::Text, "Status note", "Statushinweis"),
    BuiltIn::new(8, well_known::PURCHASED_ON, Kind::Date, "Purchased on", "Kaufdatum"),
    BuiltIn::new(9, well_known::PRICE, Kind::Price, "Price", "Preis"),
    BuiltIn::new(10, well_known::SUPPLIER, Kind::Text, "Supplier", "Lieferant"),
    BuiltIn::new(11, well_known::NOTES, Kind::LongText, "Notes", "Notizen"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_attributes_are_the_well_known_ones_each_with_an_id_of_its_own() {
        assert_eq!(BUILT_IN.map(|attribute| attribute.key), well_known::ALL);
        let mut ids = BUILT_IN.map(|attribute| attribute.id).to_vec();
        ids.push(AttributeId::TAG);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), BUILT_IN.len() + 1);
        assert_eq!(BUILT_IN[0].id, AttributeId::NAME);
    }

    #[test]
    fn each_is_found_by_its_key_and_by_its_name_in_either_language() {
        for attribute in &BUILT_IN {
            for name in [attribute.key, attribute.en, attribute.de] {
                let name = AttributeName::parse(&name.to_uppercase()).unwrap();
                assert_eq!(BuiltIn::find(&name), Some(attribute), "{name}");
            }
        }
    }

    #[test]
    fn other_tools_have_names_for_each() {
        for attribute in &BUILT_IN {
            assert!(attribute.names().count() > 3, "{}", attribute.key);
        }
    }
}
