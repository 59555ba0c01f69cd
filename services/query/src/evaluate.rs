//! What a store of assets offers, so that questions do not depend on how assets are stored.

use tally_domain::AsOf;

use crate::answer::{FacetSearch, Facets, FoundPage};
use crate::budget::{Budget, OverBudget};
use crate::filter::Filter;
use crate::sort::Sort;

/// The assets of one tenant, as far as they can be queried.
pub trait Evaluate {
    /// The assets that a filter selects.
    type Selection: Selection;

    /// Selects the assets that `filter` finds in the state `as_of`, or now. Nothing is read yet.
    /// Functions of its query are relative to the instant of that state.
    ///
    /// # Errors
    /// [`OverBudget`] if the filter is larger than `budget` allows.
    fn evaluate(
        &self,
        filter: &Filter,
        as_of: Option<AsOf>,
        budget: &Budget,
    ) -> Result<Self::Selection, OverBudget>;
}

/// Selected assets: a page of them, their number, their facets. Each is read when it is asked for.
pub trait Selection {
    /// An asset as the store shows it.
    type Asset;
    /// Why there is no answer.
    type Error;

    /// A page of at most `limit` assets in the order of `sort`, after `cursor`.
    ///
    /// # Errors
    /// The store's error if it fails, or if the cursor is of another list or order.
    fn page(
        &self,
        sort: Sort,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<FoundPage<Self::Asset>, Self::Error>;

    /// How many assets there are.
    ///
    /// # Errors
    /// The store's error if it fails.
    fn count(&self) -> Result<u64, Self::Error>;

    /// The assets counted by the values of each field. The counts of a field ignore the filter's
    /// choice for it: they show what another choice would find. With `search` only its field is
    /// counted, by the values that it finds.
    ///
    /// # Errors
    /// The store's error if it fails.
    fn facets(&self, search: Option<&FacetSearch>) -> Result<Facets, Self::Error>;
}
