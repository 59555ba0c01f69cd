//! What happens to an alarm. The names and fields are a storage contract.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use tally_domain::TenantId;
use tally_domain::stored_names;

/// What made an alarm fire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The alarm's name, such as `TenantsFailing`.
    pub alarm: String,
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// What was measured when it fired, in the unit of the alarm's signal.
    pub value: f64,
    /// From which value on it fires.
    pub limit: f64,
    /// The tenants it is about, where it is about tenants; at most [`Firing::MAX_TENANTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<TenantId>,
}

impl Firing {
    /// How many tenants one event names at most.
    pub const MAX_TENANTS: usize = 1000;
}

/// An event of an alarm's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlarmEvent {
    /// It began to fire.
    Fired {
        /// What made it.
        firing: Firing,
    },
    /// Its condition holds no more.
    Resolved {
        /// Since when it had fired.
        firing_since: DateTime<Utc>,
    },
}

stored_names! {
    AlarmEvent {
        Fired = "alarm.fired" @ 1,
        Resolved = "alarm.resolved" @ 1,
    }
}
