//! How far the views are, and whether they run.

use tally_domain::{EventId, Position, StreamName};

use crate::partition::Partition;
use crate::view::ViewName;

/// The event at which a view stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poisoned {
    /// The event's position in the log.
    pub position: Position,
    /// The event's id.
    pub event_id: EventId,
    /// The event's stream.
    pub stream: StreamName,
    /// Why the view could not apply it, without the event's content.
    pub cause: String,
}

/// The state of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewStatus {
    /// The view's name.
    pub view: ViewName,
    /// The version that this program folds.
    pub version: u32,
    /// The version of the stored tables; absent if the view has none yet.
    pub stored_version: Option<u32>,
    /// The position of the last event that it applied; absent if it applied none.
    pub checkpoint: Option<Position>,
    /// How many events of unknown types it has passed. A later version that knows them rebuilds the
    /// view.
    pub unknown_events: u64,
    /// The event at which it stopped, if it did.
    pub poisoned: Option<Poisoned>,
}

impl ViewStatus {
    /// Whether the view applies events. Otherwise it has to be rebuilt.
    pub fn is_running(&self) -> bool {
        self.stored_version == Some(self.version) && self.poisoned.is_none()
    }
}

/// The state of one partition of the views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionStatus {
    /// The partition.
    pub partition: Partition,
    /// The position of the last event that all its running views applied; absent if there is none.
    pub checkpoint: Option<Position>,
    /// The events at which views stopped in it.
    pub poisoned: Vec<Poisoned>,
    /// Whether a process feeds it now. Always true if one process feeds all partitions.
    pub fed: bool,
}
