//! The name by which programs know an attribute.

use std::fmt;

use icu_properties::props::{EnumeratedProperty, GeneralCategory, GeneralCategoryGroup};
use serde::{Deserialize, Serialize};

use crate::text;

/// The key of an attribute: 1 to 64 letters and digits of any script in their normal form, with `_`
/// between words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeKey(String);

impl AttributeKey {
    /// The longest key, in characters.
    pub const MAX_LEN: usize = 64;

    /// Takes `text` as a key, or `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.chars().count() <= Self::MAX_LEN;
        let allowed = |c: char| c == '_' || is_word_character(c);
        let is_key = fits && text.chars().all(allowed) && text::normal_form(text) == text;
        is_key.then(|| Self(text.to_owned()))
    }

    /// The key that comes closest to a name: of its normal form, runs of other characters become one
    /// `_`, and what is too long is cut. A name that is a key stays as it is; one without any
    /// character of a key becomes `attribute`.
    pub(super) fn from_name(name: &str) -> Self {
        if let Some(key) = Self::parse(name) {
            return key;
        }
        let mapped = text::normal_form(name).replace(|c| !is_word_character(c), "_");
        let parts: Vec<&str> = mapped.split('_').filter(|part| !part.is_empty()).collect();
        let closest = Self::parse(&cut(&parts.join("_"), Self::MAX_LEN));
        closest.unwrap_or_else(|| Self("attribute".to_owned()))
    }

    /// This key with a number at its end, such as `rack_u_2`.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let suffix = format!("_{number}");
        let room = Self::MAX_LEN.saturating_sub(suffix.len());
        Self(format!("{}{suffix}", cut(&self.0, room)))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether words of some script have the character: letters, digits, and the marks on letters.
fn is_word_character(c: char) -> bool {
    c.is_alphanumeric()
        || (!c.is_ascii() && GeneralCategoryGroup::Mark.contains(GeneralCategory::for_char(c)))
}

/// The first `length` characters.
fn cut(key: &str, length: usize) -> String {
    key.chars().take(length).collect()
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
