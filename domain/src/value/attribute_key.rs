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

    /// The key that comes closest to a foreign header: of its normal form, runs of other characters
    /// become one `_`.
    pub fn from_header(header: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let mapped = text::normal_form(header).replace(|c| !is_plain(c), "_");
        let parts: Vec<&str> = mapped.split('_').filter(|part| !part.is_empty()).collect();
        Self::parse(&parts.join("_"))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
