//! The shapes of API v1, apart from the domain's so that neither binds the other.

mod admin;
mod as_of;
mod asset;
mod diagnosis;
mod history;
mod import;
mod notices;
mod people;
mod words;

use std::collections::HashMap;

use serde::Serialize;
use tally_domain::AccountId;
use utoipa::ToSchema;

pub use admin::{InstallLogPage, TimelinePage};
pub use as_of::AsOf;
pub use asset::{
    Asset, AssetCount, AssetFacets, AssetPage, CheckIn, CorrectAsset, EditAsset, HandOver, RegisterAsset,
    Status, WithReason,
};
pub use diagnosis::Diagnosis;
pub use history::{HistoryEntry, HistoryPage};
pub use import::{Import, ImportPage, ImportRow, ImportRowPage, RowVerdict, parse_verdict};
pub use notices::{Notice, Notices};
pub use people::{App, Me, People, PersonFound, Site};

/// The names of people by account, as far as they are known.
pub type Names = HashMap<AccountId, String>;

/// A person, by account and by name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The account id in Jira.
    pub account_id: String,
    /// The name in Jira now; null when Jira does not give it.
    #[schema(required)]
    pub display_name: Option<String>,
}

impl Person {
    /// With the name, if it is known.
    pub fn of(account: &AccountId, names: &Names) -> Self {
        Self {
            account_id: account.to_string(),
            display_name: names.get(account).cloned(),
        }
    }
}
