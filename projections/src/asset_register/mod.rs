//! The register: every version of every asset, each valid from the event that made it to the one that ended it.
//!
//! The current register is what has no end yet. `as_of` asks for what was valid at a moment instead and changes nothing else, so
//! lists, counts and facets all take it. The moment is one of recorded time: what the register showed then. An asset's versions
//! follow one another in time even where the log's clock was set back: a version begins no earlier than the one before.

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
    /// Which asset.
    pub id: AssetId,
    /// Its tag.
    pub tag: Tag,
    /// How it stands.
    pub status: AssetStatus,
    /// Who has it; only when checked out.
    pub holder: Option<AccountId>,
    /// By when it should be back.
    pub due_on: Option<NaiveDate>,
    /// What is said of it.
    pub attributes: Attributes,
    /// When it entered the register.
    pub registered_at: DateTime<Utc>,
    /// When this version of it was recorded.
    pub updated_at: DateTime<Utc>,
    /// The revision of its stream that made this version.
    pub revision: Revision,
}

impl AssetRow {
    /// The domain's state this row was written from; `None` for a row that no state has, such as one checked out to nobody.
    fn state(&self) -> Option<AssetState> {
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

/// Assets under one filter, counted by their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facets {
    /// By status.
    pub status: Facet,
    /// By type.
    pub asset_type: Facet,
    /// By location.
    pub location: Facet,
    /// By the account of whoever has them.
    pub holder: Facet,
}

/// How many assets have each value of one field. `without`, `beyond` and the values' counts add up to the assets there are under the
/// filter without its condition on this field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// The most frequent values, most frequent first, then by value; at most 200.
    pub values: Vec<FacetValue>,
    /// Assets that have no value.
    pub without: u64,
    /// Assets whose value is not among `values`.
    pub beyond: u64,
}

/// How many assets have one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The value; of spellings that differ in case only, the first in the order of their characters.
    pub value: String,
    /// How many assets have it, in any case.
    pub count: u64,
}
