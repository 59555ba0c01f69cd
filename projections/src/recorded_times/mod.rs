//! When the events of each tenant were recorded: the index by which an instant becomes a position.
//!
//! The rule is that of [`AsOf`](tally_domain::AsOf). A row is an event after which no event of the
//! tenant was recorded at the same time or earlier. So rows ascend by time and by position alike,
//! and the answer is the last row that is not later than the instant. An event removes the rows
//! that it makes superfluous, which are none as long as clocks go forward.
//!
//! It is an index for each tenant, not for the whole log: a tenant's views come from its own streams
//! alone, and what one tenant sees must not depend on when another one was active. For the same
//! reason a row has the number of the event within its tenant: that, and not the position, is what
//! users see.

mod apply;
mod queries;
mod tables;

use tally_view_store::ViewName;

pub(crate) use apply::RecordedTimesView;
pub use queries::{PastState, RecordedTimes};

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("recorded_times");
