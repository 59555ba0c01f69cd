//! The history of an asset: a row for every event of its stream, including those of types that this
//! version does not know, so that no revision is missing.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use tally_domain::asset::FieldChange;
use tally_domain::{Actor, EventId, Position, RequestId, Revision};
use tally_view_store::ViewName;

pub(crate) use apply::AssetHistoryView;
pub use queries::AssetHistory;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("asset_history");

/// One event of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The event's revision in the asset's stream.
    pub revision: Revision,
    /// The event's position in the log.
    pub position: Position,
    /// The event's type, such as `asset.checked_out`.
    pub event_type: String,
    /// When the event was recorded.
    pub at: DateTime<Utc>,
    /// Since when it is true, if that differs from the time of recording.
    pub effective_at: Option<DateTime<Utc>>,
    /// The actor of the command.
    pub actor: Actor,
    /// The fields that it changed.
    pub changes: Vec<FieldChange>,
    /// The note that was entered with it.
    pub note: Option<String>,
    /// The reason, if one was given.
    pub reason: Option<String>,
    /// The event that it takes back, if it takes one back.
    pub reverts: Option<EventId>,
    /// The HTTP request that caused it.
    pub request: Option<RequestId>,
}
