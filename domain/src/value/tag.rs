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
    /// The version of the rule by which tags are compared. Claims are named by it for good. It is not
    /// that of all texts: the characters that a tag can have are in one form under each of them.
    pub const RULE: u32 = 1;

    /// Takes `text` as a tag, or `None` when it is not one. Surrounding white space, and characters
    /// that cannot be seen, are not part of it.
    pub fn parse(text: &str) -> Option<Self> {
        if text::find_forbidden(text).is_some() {
            return None;
        }
        let text = text::without_invisible(text);
        let fits = !text.is_empty() && text.len() <= Self::MAX_LEN;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._/-".contains(&b);
        (fits && text.bytes().all(allowed)).then(|| Self(text.into_owned()))
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
    fn a_tag_is_without_what_cannot_be_seen() {
        for text in [
            "NV-7\u{200B}",
            "\u{FEFF}NV-7",
            "N\u{AD}V-7",
            "\u{200E}NV-7 \u{200E}",
        ] {
            assert_eq!(Tag::parse(text).unwrap().as_str(), "NV-7", "{text:?}");
        }
        for bad in ["\u{2800}", "\u{202E}NV-7", "NV-7\u{2066}", "NV\u{0}7"] {
            assert_eq!(Tag::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_rule_of_tags_is_that_of_their_claims() {
        let all = (' '..='~').filter_map(|c| Tag::parse(&c.to_string()));
        let forms: String = all.map(|tag| tag.normal_form()).collect();
        let digits_and_letters = "0123456789abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz";
        let expected = (1, format!("-./{digits_and_letters}"));
        assert_eq!(
            (Tag::RULE, forms),
            expected,
            "tags would be found under other claims: raise RULE, and claim every tag under it"
        );
    }

    #[test]
    fn a_tag_refuses_blanks_and_what_is_too_long() {
        for bad in ["", "  ", "a b", "é", "Ａ", &"x".repeat(65)] {
            assert_eq!(Tag::parse(bad), None, "{bad:?}");
        }
    }
}
