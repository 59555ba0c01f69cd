//! The register: every version of every asset, valid from the event that made it to the one that
//! ended it.
//!
//! The current register consists of the versions without an end. A state of the past consists of
//! those that were valid at its position ([`AsOf`](tally_domain::AsOf)), in lists, counts and facets
//! alike. Lists, counts and facets are offered by [`Evaluate`](tally_query::Evaluate) alone.

mod apply;
mod evaluate;
mod filter;
mod fold;
#[cfg(test)]
mod plans;
mod queries;
mod selection;
mod sort;
mod tables;
mod versions;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use tally_domain::asset::{AssetState, AssetStatus, AttributeId, Attributes, Custody, Tag};
use tally_domain::{AssetId, PersonId, Revision};
use tally_view_store::ViewName;

use crate::people::PersonRow;

pub use queries::{AssetRegister, TenantRegister};
pub use selection::AssetSelection;

pub(crate) use apply::AssetRegisterView;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("asset_register");

/// An asset as the register shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// The asset's id.
    pub id: AssetId,
    /// The asset's number in the register.
    pub number: u64,
    /// The asset's tag.
    pub tag: Tag,
    /// The asset's status.
    pub status: AssetStatus,
    /// The holder, while the asset is checked out.
    pub holder: Option<PersonId>,
    /// The due day, if one was agreed.
    pub due_on: Option<NaiveDate>,
    /// The texts of the asset's attributes.
    pub attributes: BTreeMap<AttributeId, String>,
    /// When the asset was registered.
    pub registered_at: DateTime<Utc>,
    /// When this version of it was recorded.
    pub updated_at: DateTime<Utc>,
    /// The revision of the event that made this version.
    pub revision: Revision,
}

/// An asset with what is known of its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldAsset {
    /// The asset.
    pub asset: AssetRow,
    /// The holder, while the asset is checked out. Also in a state of the past it is the person as
    /// known now, so that one who was erased since is not shown.
    pub holder: Option<PersonRow>,
}

impl AssetRow {
    fn to_attributes(&self) -> Attributes {
        let texts = self.attributes.iter();
        texts.map(|(id, text)| (*id, text.as_str().into())).collect()
    }

    /// The domain's state that this row was written from; `None` if no state yields such a row.
    fn to_state(&self) -> Option<AssetState> {
        let asset = tally_domain::asset::Asset {
            number: self.number,
            tag: self.tag.clone(),
            attributes: self.to_attributes(),
            registered_at: self.registered_at,
        };
        match (self.status, self.holder) {
            (AssetStatus::InStock, None) => Some(AssetState::InStock(asset)),
            (AssetStatus::Retired, None) => Some(AssetState::Retired(asset)),
            (AssetStatus::CheckedOut, Some(holder)) => {
                let custody = Custody {
                    holder,
                    due_on: self.due_on,
                };
                Some(AssetState::CheckedOut(asset, custody))
            }
            _ => None,
        }
    }
}
