//! Tenant health: since when a tenant's requests have been refused, and until when. Each period of
//! refusals is a row.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::TenantId;
use tally_view_store::ViewName;

pub(crate) use apply::TenantHealthView;
pub use queries::HealthList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("tenant_health");

/// A tenant whose requests are refused now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingTenant {
    /// The tenant's id.
    pub tenant: TenantId,
    /// The time of the first refused request since the last one that verified.
    pub since: DateTime<Utc>,
    /// The refusal's code.
    pub code: String,
    /// How many requests were refused before the failure was noted.
    pub refusals: u64,
    /// The time of the last request that verified before, if known.
    pub last_good_at: Option<DateTime<Utc>>,
    /// When the failure was noted in the log.
    pub noted_at: DateTime<Utc>,
}

/// A period in which a tenant's requests were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthPeriod {
    /// The start of the period.
    pub since: DateTime<Utc>,
    /// The end of the period; absent while it lasts.
    pub until: Option<DateTime<Utc>>,
    /// The refusal's code.
    pub code: String,
    /// How many requests were refused before the failure was noted.
    pub refusals: u64,
    /// How the period ended, if it did.
    pub ended: Option<PeriodEnd>,
}

/// How a period of refusals ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodEnd {
    /// A request verified.
    Recovered,
    /// The site uninstalled Tally.
    Left,
}

impl PeriodEnd {
    /// The word that is stored and displayed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Left => "left",
        }
    }
}
