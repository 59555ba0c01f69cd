//! The timeline of a tenant: a row for every event of its stream, described in a sentence, with the
//! details that may be shown. Secrets appear only as their fingerprints.

mod apply;
mod describe;
mod queries;
mod tables;

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
    /// The event's position in the log.
    pub position: Position,
    /// The event's revision in the tenant's stream.
    pub revision: Revision,
    /// When the event was recorded.
    pub at: DateTime<Utc>,
    /// The event's type, such as `tenant.shared_secret_rotated`.
    pub event_type: String,
    /// What happened, in one sentence.
    pub summary: String,
    /// The fingerprint of the secret that it concerns.
    pub fingerprint: Option<SecretFingerprint>,
    /// Further details: a JSON object with keys in camel case.
    pub details: serde_json::Value,
    /// The actor of the command.
    pub actor: Actor,
    /// The HTTP request that caused it.
    pub request: Option<RequestId>,
}
