//! The name by which people know an attribute.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::AttributeKey;
use crate::text;

/// The name of an attribute as it was written: 1 to 100 characters, none of them a control character
/// or one that turns the direction of text. A key is a name too.
///
/// Two names are the same if their normal forms are, where `_` counts as a space: `Serial No`,
/// `serial  no` and `serial_no`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeName(String);

impl AttributeName {
    /// The longest name, in characters.
    pub const MAX_LEN: usize = 100;

    /// Takes `text` as a name, or `None` when it is not one. What cannot be seen at its ends is not
    /// part of it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text::trim(text);
        let is_plain = !text.chars().any(char::is_control) && text::find_forbidden(text).is_none();
        let fits = text.chars().count() <= Self::MAX_LEN && is_plain;
        (fits && !to_form(text).is_empty()).then(|| Self(text.to_owned()))
    }

    /// The name that comes closest to a foreign header: without the characters that no name has, and
    /// cut where it is too long.
    pub fn from_header(header: &str) -> Option<Self> {
        let plain: String = header.chars().filter_map(to_plain).collect();
        let plain = text::trim(&plain);
        let beginning: String = plain.chars().take(Self::MAX_LEN).collect();
        Self::parse(&beginning)
    }

    /// The form in which two names are compared.
    pub fn form(&self) -> String {
        to_form(&self.0)
    }

    /// The key made of the name; `attribute` where the name has neither a letter nor a digit.
    pub fn to_key(&self) -> AttributeKey {
        AttributeKey::from_name(&self.0)
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The character as a name can have it; `None` if a name cannot.
fn to_plain(c: char) -> Option<char> {
    if c.is_control() {
        return Some(' ');
    }
    text::find_forbidden(c.encode_utf8(&mut [0; 4]))
        .is_none()
        .then_some(c)
}

fn to_form(text: &str) -> String {
    text::normal_form(&text.replace(['_', '＿'], " "))
}

impl fmt::Display for AttributeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> AttributeName {
        AttributeName::parse(text).unwrap()
    }

    #[test]
    fn a_name_is_kept_as_written_without_white_space_around_it() {
        for (text, written) in [
            (" Rack (U) ", "Rack (U)"),
            ("型号", "型号"),
            ("serial_no", "serial_no"),
        ] {
            assert_eq!(name(text).as_str(), written);
        }
    }

    #[test]
    fn what_cannot_be_read_on_one_line_is_no_name() {
        for bad in [
            "",
            "  ",
            "\u{200B}",
            "\u{2800}",
            "_",
            "a\nb",
            "a\u{202E}b",
            &"é".repeat(101),
        ] {
            assert_eq!(AttributeName::parse(bad), None, "{bad:?}");
        }
        assert_eq!(name(&"é".repeat(100)).as_str().chars().count(), 100);
    }

    #[test]
    fn an_underscore_counts_as_a_space_when_names_are_compared() {
        let forms =
            ["Serial No", "serial_no", "SERIAL  NO ", "Serial\u{AD} No"].map(|text| name(text).form());
        assert_eq!(forms, ["serial no"; 4]);
        assert_ne!(name("Größe").form(), name("Grüße").form());
        assert_ne!(name("Rack (U)").form(), name("rack_u").form());
    }

    #[test]
    fn a_header_becomes_the_closest_name() {
        for (header, expected) in [
            ("Rack\nUnit", Some("Rack Unit")),
            ("\u{202A}Rack\u{202C}\u{200B}", Some("Rack")),
            ("  Größe (cm) ", Some("Größe (cm)")),
            ("???", Some("???")),
            ("\u{FEFF}", None),
            ("", None),
        ] {
            let found = AttributeName::from_header(header);
            assert_eq!(found.as_ref().map(AttributeName::as_str), expected, "{header:?}");
        }
        let long = AttributeName::from_header(&"long header ".repeat(20)).unwrap();
        assert_eq!(long.as_str().len(), AttributeName::MAX_LEN);
    }

    proptest! {
        #[test]
        fn every_name_has_a_key(text in any::<String>()) {
            if let Some(name) = AttributeName::from_header(&text) {
                let key = name.to_key();
                prop_assert_eq!(AttributeKey::parse(key.as_str()), Some(key));
            }
        }

        #[test]
        fn a_name_that_reads_as_a_key_made_of_a_name_is_that_key(text in "[a-zA-Z0-9_ ()ß]{1,100}") {
            if let Some(name) = AttributeName::parse(&text) {
                let key = name.to_key();
                prop_assert_eq!(self::name(key.as_str()).to_key(), key);
            }
        }
    }
}
