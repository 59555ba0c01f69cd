//! What happened to an asset.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::WayIn;
use super::Names;

/// Who did something.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The Atlassian account; null where no person did it.
    #[schema(required)]
    pub account_id: Option<String>,
    /// What Jira calls them now.
    #[schema(required)]
    pub display_name: Option<String>,
    /// By which way in: `user`, `import`, `platform`, `app` or `operator`.
    #[schema(value_type = WayIn)]
    pub via: &'static str,
}

impl Actor {
    fn of(actor: &tally_domain::Actor, names: &Names) -> Self {
        Self {
            account_id: actor.account.as_ref().map(ToString::to_string),
            display_name: actor
                .account
                .as_ref()
                .and_then(|account| names.get(account).cloned()),
            via: actor.via.as_str(),
        }
    }
}

/// A field before and after.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// An attribute's key, or `tag`, `status`, `holder`, `due_on`.
    pub field: String,
    /// Before; null when there was none. A holder is an account.
    #[schema(required)]
    pub from: Option<String>,
    /// After; null when there is none.
    #[schema(required)]
    pub to: Option<String>,
    /// The name of the holder before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_display_name: Option<String>,
    /// The name of the holder after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_display_name: Option<String>,
}

/// The field of a change that holds an account.
pub const HOLDER: &str = "holder";

impl Change {
    fn of(change: tally_projections::FieldChange, names: &Names) -> Self {
        let name = |account: &Option<String>| {
            let account = account
                .as_deref()
                .filter(|_| change.field == HOLDER)
                .and_then(tally_domain::AccountId::parse)?;
            names.get(&account).cloned()
        };
        let (from_display_name, to_display_name) = (name(&change.from), name(&change.to));
        Self {
            field: change.field,
            from: change.from,
            to: change.to,
            from_display_name,
            to_display_name,
        }
    }
}

/// One event of an asset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Which version of the asset it made.
    pub revision: u64,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "asset.checked_out")]
    pub event_type: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Since when it is true, where that is not when it was recorded.
    #[schema(required)]
    pub effective_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub actor: Actor,
    /// What changed.
    pub changes: Vec<Change>,
    /// A remark.
    #[schema(required)]
    pub note: Option<String>,
    /// Why.
    #[schema(required)]
    pub reason: Option<String>,
    /// The request it came by, as in the logs.
    #[schema(required)]
    pub request_id: Option<String>,
}

impl HistoryEntry {
    /// From the view's.
    pub fn of(entry: tally_projections::HistoryEntry, names: &Names) -> Self {
        Self {
            revision: entry.revision,
            event_type: entry.event_type,
            at: entry.at,
            effective_at: entry.effective_at,
            actor: Actor::of(&entry.actor, names),
            changes: entry
                .changes
                .into_iter()
                .map(|change| Change::of(change, names))
                .collect(),
            note: entry.note,
            reason: entry.reason,
            request_id: entry.request.map(|id| id.to_string()),
        }
    }
}

/// A page of an asset's history, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The events.
    pub items: Vec<HistoryEntry>,
    /// Where the next page begins; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
