//! The tag on an asset: what people call it by, unique within a tenant.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// An asset tag: 1 to 64 characters of `A-Z a-z 0-9 . _ / -`. Unique within a tenant, ignoring
/// case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// The longest tag, in characters.
    pub const MAX_LEN: usize = 64;

    /// Takes `text` as a tag, or `None` when it is not one. Surrounding white space is not part of
    /// it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.len() <= Self::MAX_LEN;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._/-".contains(&b);
        (fits && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The tag allotted for a reserved number: `A-000042`.
    pub fn from_number(number: u64) -> Self {
        Self(format!("A-{number:06}"))
    }

    /// The form in which two tags are compared.
    pub fn normal_form(&self) -> String {
        text::normal_form(&self.0)
    }

    /// The tag as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_keeps_its_case_and_is_compared_without() {
        let tag = Tag::parse(" Lap-01 ").unwrap();
        assert_eq!((tag.as_str(), tag.normal_form().as_str()), ("Lap-01", "lap-01"));
    }

    #[test]
    fn a_tag_refuses_blanks_and_what_is_too_long() {
        for bad in ["", "  ", "a b", "é", &"x".repeat(65)] {
            assert_eq!(Tag::parse(bad), None, "{bad:?}");
        }
    }
}
