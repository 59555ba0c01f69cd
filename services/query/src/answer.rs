//! What a store of assets answers with.

/// A page of a list of assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPage<A> {
    /// The assets, in the list's order.
    pub items: Vec<A>,
    /// The cursor of the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

/// The assets under one filter, counted by their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// The counts by status.
    pub status: Facet,
    /// The counts by type.
    pub asset_type: Facet,
    /// The counts by location.
    pub location: Facet,
    /// The counts by the id of the holder.
    pub holder: Facet,
}

/// A field by whose values assets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetField {
    /// The status.
    Status,
    /// The type.
    Type,
    /// The location.
    Location,
    /// The holder.
    Holder,
}

impl FacetField {
    /// Every field, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Type, Self::Location, Self::Status, Self::Holder];

    /// The name that a request gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Type => "type",
            Self::Location => "location",
            Self::Holder => "holder",
        }
    }

    /// Reads the name that [`Self::as_str`] writes.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// Which values of one field are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetSearch {
    /// The field.
    pub field: FacetField,
    /// What occurs in the value, ignoring case; in the name of a person. An empty text is in all.
    pub text: String,
}

/// How many assets have each value of one field. All counts together are the number of assets under
/// the filter without its condition on this field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// The 200 most frequent values, the most frequent first, then by value; and those that the
    /// filter chooses.
    pub values: Vec<FacetValue>,
    /// How many assets have no value.
    pub without: u64,
    /// How many assets have a value that is not among `values`.
    pub beyond: u64,
}

/// How many assets have one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The value. Of spellings that differ only in case, the first in the order of their
    /// characters.
    pub value: String,
    /// How many assets have the value, ignoring case.
    pub count: u64,
}
