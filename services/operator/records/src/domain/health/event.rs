//! What happens to a tenant's health. The names and fields are a storage contract.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::stored_names;

/// What is known when a tenant is found failing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The refusal's code, such as `jwt.signature_invalid`; the latest when there were several.
    pub code: String,
    /// The first request that was refused with none verified since.
    pub since: DateTime<Utc>,
    /// How many were refused since then, when this was written.
    pub refusals: u64,
    /// The last request that verified before, if one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_good_at: Option<DateTime<Utc>>,
}

/// An event of a tenant's health stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HealthEvent {
    /// Signed requests of the site are refused, and none verified since the first of them.
    Failing {
        /// What is known of it.
        failure: Failure,
    },
    /// A request verified again.
    Recovered {
        /// Since when it had failed.
        failing_since: DateTime<Utc>,
    },
    /// The site uninstalled Tally while it failed, so nothing more is to be expected of it.
    Left {
        /// Since when it had failed.
        failing_since: DateTime<Utc>,
    },
}

stored_names! {
    HealthEvent {
        Failing = "health.failing" @ 1,
        Recovered = "health.recovered" @ 1,
        Left = "health.left" @ 1,
    }
}
