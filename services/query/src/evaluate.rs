//! What a store of assets offers, so that queries do not depend on how assets are stored.

use chrono::{DateTime, Utc};
use tally_domain::AccountId;

use crate::budget::{Budget, OverBudget};
use crate::tree::AssetQuery;

/// A query together with what its functions depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerQuery {
    /// The query, whose functions are not resolved.
    pub query: AssetQuery,
    /// The account that `currentUser()` stands for.
    pub caller: AccountId,
    /// The time that `now()` stands for.
    pub now: DateTime<Utc>,
}

/// A store of assets that can be queried.
pub trait Evaluate {
    /// The assets that a query selects, in the form in which the store lists, counts and groups
    /// them.
    type Selection;

    /// Selects the assets that `query` finds in the register as it was recorded at `as_of`, or in
    /// the current one.
    ///
    /// # Errors
    /// [`OverBudget`] if the query is larger than `budget` allows.
    fn evaluate(
        &self,
        query: &CallerQuery,
        as_of: Option<DateTime<Utc>>,
        budget: &Budget,
    ) -> Result<Self::Selection, OverBudget>;
}
