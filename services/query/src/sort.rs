//! The orders of a list of assets.

use std::fmt;

use strum::{EnumString, IntoStaticStr, VariantArray};

/// The key that a list of assets is ordered by. Texts are ordered without regard to case, and an
/// absent value comes before every other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum SortKey {
    /// The tag, ignoring case.
    #[default]
    Tag,
    /// The attribute `name`, ignoring case.
    Name,
    /// The attribute `type`, ignoring case.
    Type,
    /// The attribute `location`, ignoring case.
    Location,
    /// The status, in the alphabetical order of its words.
    Status,
    /// The time of the last change.
    UpdatedAt,
}

impl SortKey {
    /// Every key, in the order in which they are offered.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word that names it in a request.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the word that [`Self::as_str`] writes.
    pub fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// An order of a list of assets. The default is by tag, ascending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The key that assets are ordered by.
    pub key: SortKey,
    /// Whether the greatest value comes first.
    pub descending: bool,
}

impl Sort {
    /// Reads the word of a key, with `-` before it for descending.
    pub fn parse(text: &str) -> Option<Self> {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let key = SortKey::parse(word)?;
        Some(Self { key, descending })
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_back_as_it_is_written() {
        for &key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                assert_eq!(Sort::parse(&sort.to_string()), Some(sort));
            }
        }
        for bad in ["", "-", "--tag", "Tag", "holder"] {
            assert_eq!(Sort::parse(bad), None, "{bad}");
        }
    }
}
