//! What is asked of a store of assets.

use chrono::{DateTime, Utc};
use tally_domain::AccountId;
use tally_domain::asset::AssetStatus;

use crate::tree::AssetQuery;

/// Conditions on assets, which must all hold: a typed tree, and beside it a search text and a
/// choice for each facet. The choices are apart, because a facet's counts ignore its own choice.
/// The default has no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A search text. Each of its words must occur in the tag or in an attribute's value, ignoring
    /// case.
    pub q: Option<String>,
    /// The attribute `type`, ignoring case.
    pub asset_type: Option<String>,
    /// The asset's status.
    pub status: Option<AssetStatus>,
    /// The account of the holder.
    pub holder: Option<AccountId>,
    /// The attribute `location`, ignoring case.
    pub location: Option<String>,
    /// A query in the query language.
    pub query: Option<CallerQuery>,
}

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
