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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// How many assets have each value of one field. All counts together are the number of assets under
/// the filter without its condition on this field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// The 200 most frequent values at most, the most frequent first, then by value.
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
