//! All that people, pages and files call the fields of an asset: a query understands each of these
//! names, as an import does.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::built_in::{BUILT_IN, BuiltIn};
use super::synonyms::TAG_NAMES;
use crate::text;

/// A field that every asset has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommonField {
    /// The tag.
    Tag,
    /// The status.
    Status,
    /// The person who has the asset.
    Holder,
    /// The due day.
    Due,
    /// The time of registration.
    Registered,
    /// The time of the last change.
    Updated,
    /// An attribute.
    Attribute(&'static BuiltIn),
}

/// What pages and files call the fields that are no attributes, in English and German.
#[rustfmt::skip]
const OWN_LABELS: [(CommonField, &[&str]); 6] = [
    (CommonField::Tag, &["tag", "key"]),
    (CommonField::Status, &["status"]),
    (CommonField::Holder, &["holder", "Inhaber", "assigned to", "checked out to", "assignee"]),
    (CommonField::Due, &["due", "due on", "due back", "due date", "due day", "Rückgabe bis", "fällig am"]),
    (CommonField::Registered, &["registered", "created", "registered on", "Registriert"]),
    (CommonField::Updated, &["updated", "updated at", "last changed", "Geändert"]),
];

static BY_LETTERS: LazyLock<HashMap<String, CommonField>> = LazyLock::new(|| {
    let mut fields = HashMap::new();
    for (name, field) in common_names() {
        // A name that two have is that of the first.
        fields.entry(text::letters_and_digits(name)).or_insert(field);
    }
    fields
});

/// Every name of every field, in the order in which they are understood.
pub fn common_names() -> impl Iterator<Item = (&'static str, CommonField)> {
    let own = OWN_LABELS.iter();
    let own = own.flat_map(|(field, names)| names.iter().map(move |name| (*name, *field)));
    let tags = TAG_NAMES.iter().map(|name| (*name, CommonField::Tag));
    let attributes = BUILT_IN.iter();
    let attributes = attributes.flat_map(|attribute| {
        let field = CommonField::Attribute(attribute);
        attribute.names().map(move |name| (name, field))
    });
    own.chain(tags).chain(attributes)
}

/// The field that people, pages or files call so. Only letters and digits count: `Serial-No.` is
/// `serial no`.
pub fn find_common_field(name: &str) -> Option<CommonField> {
    BY_LETTERS.get(&text::letters_and_digits(name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::well_known;

    #[test]
    fn a_field_is_found_by_all_that_it_is_called() {
        let key = |name| match find_common_field(name) {
            Some(CommonField::Attribute(attribute)) => Some(attribute.key),
            _ => None,
        };
        for (name, expected) in [
            ("Serial Number", well_known::SERIAL),
            ("SERIAL-NO.", well_known::SERIAL),
            ("Purchase Date", well_known::PURCHASED_ON),
            ("Purchase Cost", well_known::PRICE),
            ("Category", well_known::TYPE),
            ("Item Name", well_known::NAME),
            ("Standort", well_known::LOCATION),
        ] {
            assert_eq!(key(name), Some(expected), "{name}");
        }
        for name in TAG_NAMES {
            assert_eq!(find_common_field(name), Some(CommonField::Tag), "{name}");
        }
        assert_eq!(find_common_field("Due back"), Some(CommonField::Due));
        assert_eq!(find_common_field("R\u{fc}ckgabe bis"), Some(CommonField::Due));
        assert_eq!(find_common_field("Ru\u{308}ckgabe bis"), Some(CommonField::Due));
        for unknown in ["seriall", "", "???", "色"] {
            assert_eq!(find_common_field(unknown), None, "{unknown}");
        }
    }
}
