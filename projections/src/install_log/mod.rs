//! The install log: lifecycle callbacks, those that were accepted and those that were refused.
//!
//! A refused callback belongs to nobody: what it claims is not proved. A tenant sees those that claimed its client key, since
//! whoever debugs an installation looks for them there.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use tally_domain::tenant::SecretFingerprint;
use tally_domain::{Position, RequestId, TenantId};
use tally_view_store::ViewName;

pub(crate) use apply::InstallLogView;
pub use queries::InstallLog;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("install_log");

/// What came of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstallOutcome {
    /// It was verified and taken in.
    Accepted,
    /// It was refused; nothing in it is proved.
    Refused,
}

impl InstallOutcome {
    /// The stored and displayed word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Accepted, Self::Refused]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// One callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallLogEntry {
    /// The place of its event in the log.
    pub position: Position,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Which callback: `installed`, `uninstalled`, `enabled`, `disabled`.
    pub callback: String,
    /// What came of it.
    pub outcome: InstallOutcome,
    /// The tenant that was proved to have sent it; none when it was refused.
    pub tenant: Option<TenantId>,
    /// The code of its refusal.
    pub code: Option<String>,
    /// The cause of its refusal, in words.
    pub cause: Option<String>,
    /// What to do about its refusal.
    pub remedy: Option<String>,
    /// The secret it brought, when it was accepted and brought one.
    pub fingerprint: Option<SecretFingerprint>,
    /// The client key that a refused callback claimed, unproved.
    pub claimed_client_key: Option<String>,
    /// The request it came by.
    pub request: Option<RequestId>,
    /// How many refused callbacks, of whomever, went unwritten before this one.
    pub suppressed: u64,
}
