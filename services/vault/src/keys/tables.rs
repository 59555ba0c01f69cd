//! The tables that hold wrapped keys.

/// A table that holds wrapped keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Table {
    /// The keys of tenants.
    DataKeys,
    /// The people of tenants, each with a key.
    People,
    /// The keys of free texts.
    Texts,
}

impl Table {
    /// All of them, in the order in which rows are added and copied: a tenant's own key first.
    pub(crate) const ALL: [Self; 3] = [Self::DataKeys, Self::People, Self::Texts];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DataKeys => "data_keys",
            Self::People => "people",
            Self::Texts => "text_keys",
        }
    }

    /// What a wrapped key is bound to, besides its row.
    pub(crate) fn wrapping_domain(self) -> &'static str {
        match self {
            Self::DataKeys => "tally/data-key/v1",
            Self::People => "tally/person-key/v1",
            Self::Texts => "tally/text-key/v1",
        }
    }
}
