//! The status of a registered asset.

/// The status of a registered asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetStatus {
    /// In use, and no person holds it.
    InStock,
    /// In use, held by a person.
    CheckedOut,
    /// Out of use.
    Retired,
}

impl AssetStatus {
    /// Every status, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::InStock, Self::CheckedOut, Self::Retired];

    /// The word that is stored and displayed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::CheckedOut => "checked_out",
            Self::Retired => "retired",
        }
    }

    /// Reads the word that [`Self::as_str`] writes.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}
