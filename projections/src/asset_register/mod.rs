//! The register: every version of every asset, valid from the event that made it to the one that
//! ended it.
//!
//! The current register consists of the versions without an end. `as_of` selects those that were
//! valid at a time instead, and works in lists, counts and facets alike. It is a time of recording:
//! the result is what the register showed then. The versions of an asset follow each other in time
//! even if the log's clock was set back: a version begins no earlier than the one before.

mod apply;
mod evaluate;
mod filter;
mod fold;
#[cfg(test)]
mod plans;
mod queries;
mod sort;
mod tables;
mod versions;

use chrono::{DateTime, NaiveDate, Utc};
use tally_domain::asset::{AssetState, AssetStatus, Attributes, Custody, Tag};
use tally_domain::{AccountId, AssetId, Revision};
use tally_view_store::ViewName;

pub use filter::Filter;
pub use queries::AssetRegister;

pub(crate) use apply::AssetRegisterView;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("asset_register");

/// An asset as the register shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// The asset's id.
    pub id: AssetId,
    /// The asset's tag.
    pub tag: Tag,
    /// The asset's status.
    pub status: AssetStatus,
    /// The holder, while the asset is checked out.
    pub holder: Option<AccountId>,
    /// The due day, if one was agreed.
    pub due_on: Option<NaiveDate>,
    /// The asset's attributes.
    pub attributes: Attributes,
    /// When the asset was registered.
    pub registered_at: DateTime<Utc>,
    /// When this version of it was recorded.
    pub updated_at: DateTime<Utc>,
    /// The revision of the event that made this version.
    pub revision: Revision,
}

impl AssetRow {
    /// The domain's state that this row was written from; `None` if no state yields such a row.
    fn to_state(&self) -> Option<AssetState> {
        let asset = tally_domain::asset::Asset {
            tag: self.tag.clone(),
            attributes: self.attributes.clone(),
            registered_at: self.registered_at,
        };
        match (self.status, &self.holder) {
            (AssetStatus::InStock, None) => Some(AssetState::InStock(asset)),
            (AssetStatus::Retired, None) => Some(AssetState::Retired(asset)),
            (AssetStatus::CheckedOut, Some(holder)) => {
                let custody = Custody {
                    holder: holder.clone(),
                    due_on: self.due_on,
                };
                Some(AssetState::CheckedOut(asset, custody))
            }
            _ => None,
        }
    }
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
    /// The counts by the account of the holder.
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
