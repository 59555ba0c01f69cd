//! Tenant health: since when a tenant's requests have been refused, and when that ended. One row a spell.

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
    /// Which.
    pub tenant: TenantId,
    /// The first request that was refused with none verified since.
    pub since: DateTime<Utc>,
    /// The refusal's code.
    pub code: String,
    /// How many were refused when it was noted.
    pub refusals: u64,
    /// The last request that verified before, if one is known.
    pub last_good_at: Option<DateTime<Utc>>,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
}

/// A time in which a tenant's requests were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthSpell {
    /// Its beginning.
    pub since: DateTime<Utc>,
    /// Its end; absent while it lasts.
    pub until: Option<DateTime<Utc>>,
    /// The refusal's code.
    pub code: String,
    /// How many were refused when it was noted.
    pub refusals: u64,
    /// How it ended.
    pub ended: Option<SpellEnd>,
}

/// How a spell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpellEnd {
    /// A request verified.
    Recovered,
    /// The site uninstalled Tally.
    Left,
}

impl SpellEnd {
    /// The stored and displayed word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Left => "left",
        }
    }
}
