//! Tenant credentials: every tenant as the domain folds it, with its sealed secrets. Verification
//! starts from them.
//!
//! This is the only view whose tables hold sealed secrets. `Debug` prints none of them.

mod apply;
mod queries;
mod tables;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use tally_domain::tenant::{SecretFingerprint, Tenant};
use tally_domain::{ClientKey, Position, Revision, StreamName, TenantId};
use tally_view_store::ViewName;

pub(crate) use apply::TenantCredentialsView;
pub use queries::CredentialList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("tenant_credentials");

/// A tenant and its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantCredentials {
    /// The tenant's id.
    pub id: TenantId,
    /// The client key of its link to Connect. A tenant without that link has no credentials.
    pub client_key: ClientKey,
    /// The tenant's stream, to which the seals of its secrets are bound.
    pub stream: StreamName,
    /// The domain's complete fold of this stream, to the microsecond.
    pub tenant: Tenant,
    /// Since when each of the secrets has its state.
    pub standings: BTreeMap<SecretFingerprint, Since>,
    /// When the first installation was recorded.
    pub first_installed_at: DateTime<Utc>,
    /// When the last accepted `installed` was recorded.
    pub last_handshake_at: DateTime<Utc>,
    /// The revision of the last event folded in.
    pub revision: Revision,
    /// The position of the last event folded in.
    pub position: Position,
}

/// The event since which something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// When the event was recorded.
    pub at: DateTime<Utc>,
    /// The event's position in the log.
    pub position: Position,
}
