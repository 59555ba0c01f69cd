//! The history of an asset: a row for every event of its stream, of the kinds this version does not know too, so that no revision is
//! ever missing.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::{Actor, Position, RequestId, Revision};
use tally_view_store::ViewName;

pub(crate) use apply::AssetHistoryView;
pub use queries::AssetHistory;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("asset_history");

/// One event of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its place in the asset's stream.
    pub revision: Revision,
    /// Its place in the log.
    pub position: Position,
    /// Its type, such as `asset.checked_out`.
    pub event_type: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Since when it is true, where that was given.
    pub effective_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub actor: Actor,
    /// What it changed.
    pub changes: Vec<FieldChange>,
    /// The remark made with it.
    pub note: Option<String>,
    /// Why, where that was given.
    pub reason: Option<String>,
    /// The request it came by.
    pub request: Option<RequestId>,
}

/// One field's change: an attribute by its key, or `tag`, `status`, `holder`, `due_on`. `None` is "not there".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub field: String,
    /// Its value before.
    pub from: Option<String>,
    /// Its value after.
    pub to: Option<String>,
}
