//! The timeline of a tenant: a row for every event of its stream, told in a sentence, with what may be shown of it. Secrets appear by
//! their fingerprints and in no other way.

mod apply;
mod queries;
mod tables;
mod tell;

use chrono::{DateTime, Utc};
use tally_domain::tenant::SecretFingerprint;
use tally_domain::{Actor, Position, RequestId, Revision};
use tally_view_store::ViewName;

pub(crate) use apply::TenantTimelineView;
pub use queries::TenantTimeline;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("tenant_timeline");

/// One event of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its place in the log.
    pub position: Position,
    /// Its place in the tenant's stream.
    pub revision: Revision,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Its type, such as `tenant.shared_secret_rotated`.
    pub event_type: String,
    /// What happened, in a sentence.
    pub summary: String,
    /// The secret it is about.
    pub fingerprint: Option<SecretFingerprint>,
    /// What else may be shown: a JSON object, keys in camel case.
    pub details: serde_json::Value,
    /// Who did it.
    pub actor: Actor,
    /// The request it came by.
    pub request: Option<RequestId>,
}
