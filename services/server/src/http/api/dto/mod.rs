//! The shapes of API v1, apart from the domain's so that neither binds the other.

mod admin;
mod asset;
mod diagnosis;
mod history;
mod import;
mod notices;
mod people;
mod words;

use serde::Serialize;
use tally_domain::AccountId;
use utoipa::ToSchema;

pub use admin::{InstallLogPage, Installation, TimelinePage};
pub use asset::{
    Asset, AssetCount, AssetFacets, AssetPage, CheckIn, CorrectAsset, EditAsset, HandOver, RegisterAsset,
    Status, WithReason,
};
pub use diagnosis::Diagnosis;
pub use history::{HOLDER, HistoryEntry, HistoryPage};
pub use import::{Import, ImportPage, ImportRow, ImportRowPage, RowVerdict, verdict};
pub use notices::{Notice, Notices};
pub use people::{App, Me, People, PersonFound, Site};

use super::read::Names;

/// Somebody, by account and by name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The Atlassian account.
    pub account_id: String,
    /// What Jira calls them now; null when Jira does not tell.
    #[schema(required)]
    pub display_name: Option<String>,
}

impl Person {
    /// With the name as far as known.
    pub fn of(account: &AccountId, names: &Names) -> Self {
        Self {
            account_id: account.to_string(),
            display_name: names.get(account).cloned(),
        }
    }
}
