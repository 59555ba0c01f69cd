//! The install log: lifecycle callbacks, both accepted and refused.
//!
//! A refused callback belongs to no tenant, since its claims are not proven. A tenant sees those
//! that claimed its client key, because an admin who debugs an installation looks for them there.

mod apply;
mod queries;
mod tables;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use strum::{EnumString, IntoStaticStr};
use tally_domain::refusal::Parameter;
use tally_domain::tenant::SecretFingerprint;
use tally_domain::{Position, RequestId, TenantId};
use tally_view_store::ViewName;

pub(crate) use apply::InstallLogView;
pub use queries::InstallLog;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("install_log");

/// The outcome of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum InstallOutcome {
    /// The callback was verified and processed.
    Accepted,
    /// The callback was refused; none of its claims is proven.
    Refused,
}

impl InstallOutcome {
    /// The word that is stored and displayed.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    fn parse(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// One lifecycle callback, accepted or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallLogEntry {
    /// The position of its event in the log.
    pub position: Position,
    /// When the callback was recorded.
    pub at: DateTime<Utc>,
    /// The kind of callback: `installed`, `uninstalled`, `enabled`, `disabled`.
    pub callback: String,
    /// Whether it was accepted.
    pub outcome: InstallOutcome,
    /// The tenant that is proven to have sent it; none if it was refused.
    pub tenant: Option<TenantId>,
    /// The code of the refusal.
    pub code: Option<String>,
    /// The values that the cause of the refusal names.
    pub parameters: BTreeMap<String, Parameter>,
    /// The fingerprint of the secret that an accepted callback delivered.
    pub fingerprint: Option<SecretFingerprint>,
    /// The client key that a refused callback claimed, without proof.
    pub claimed_client_key: Option<String>,
    /// The HTTP request of the callback.
    pub request: Option<RequestId>,
    /// How many refused callbacks, from any sender, were not recorded before this one.
    pub suppressed: u64,
}
