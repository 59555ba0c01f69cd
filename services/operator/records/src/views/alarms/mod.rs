//! Alarms: when each fired and when it was resolved. Each period of firing is a row.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use tally_view_store::ViewName;

pub(crate) use apply::AlarmsView;
pub use queries::AlarmList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("alarms");

/// A period in which an alarm fired.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmPeriod {
    /// The alarm's name.
    pub alarm: String,
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// When it began to fire.
    pub fired_at: DateTime<Utc>,
    /// When it was resolved; absent while it fires.
    pub resolved_at: Option<DateTime<Utc>>,
    /// What was measured when it fired, in the unit of the alarm's signal.
    pub value: f64,
    /// The threshold: the value from which it fires.
    pub limit: f64,
    /// How many tenants it named when it fired.
    pub tenants: u64,
}
