//! Tenant credentials: every tenant as the domain folds it, with its secrets, sealed. What verification starts from.
//!
//! This is the only view whose tables hold sealed secrets. `Debug` of what it yields prints none of them.

mod apply;
mod queries;
mod tables;

use std::collections::BTreeMap;
use tally_view_store::ViewName;

use chrono::{DateTime, Utc};
use tally_domain::tenant::{SecretFingerprint, Tenant};
use tally_domain::{Position, Revision, StreamName, TenantId};

pub(crate) use apply::TenantCredentialsView;
pub use queries::CredentialList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("tenant_credentials");

/// A tenant and its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantCredentials {
    /// Which tenant.
    pub id: TenantId,
    /// Its stream, which its secrets' seals are bound to.
    pub stream: StreamName,
    /// The domain's fold of its stream, complete, to the microsecond.
    pub tenant: Tenant,
    /// Since when each of its secrets stands as it does.
    pub standings: BTreeMap<SecretFingerprint, Since>,
    /// When its first installation was recorded.
    pub first_installed_at: DateTime<Utc>,
    /// When the last accepted `installed` was recorded.
    pub last_handshake_at: DateTime<Utc>,
    /// The revision of the last event folded in.
    pub revision: Revision,
    /// The position of the last event folded in.
    pub position: Position,
}

/// The event from which on something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Its place in the log.
    pub position: Position,
}
