//! The name by which programs know an attribute.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// The key of an attribute: 1 to 64 characters of `a-z 0-9 _`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeKey(String);

impl AttributeKey {
    /// The longest key, in characters.
    pub const MAX_LEN: usize = 64;

    /// Takes `text` as a key, or `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX_LEN;
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        (fits && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The key that comes closest to a name: of its normal form, runs of other characters become one
    /// `_`, and what is too long is cut. A name that is a key stays as it is; one without any
    /// character of a key becomes `attribute`.
    pub(super) fn from_name(name: &str) -> Self {
        if let Some(key) = Self::parse(name) {
            return key;
        }
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let mapped = text::normal_form(name).replace(|c| !is_plain(c), "_");
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

/// The first `length` characters.
fn cut(key: &str, length: usize) -> String {
    key.chars().take(length).collect()
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
