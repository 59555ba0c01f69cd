//! Incidents: the stage of each, its published updates, and which tenants it affects until when.
//!
//! A tenant that an incident names counts as repaired when a request of it verifies again or when it uninstalls. When it fails again before the
//! incident ends, it no longer counts as repaired.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use tally_domain::incident::{Component, Stage};
use tally_domain::{IncidentId, Revision, TenantId};
use tally_view_store::ViewName;

pub(crate) use apply::IncidentsView;
pub use queries::IncidentList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("incidents");

/// One incident, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentRecord {
    /// Which.
    pub id: IncidentId,
    /// In a few words.
    pub title: String,
    /// Which part of Tally.
    pub component: Component,
    /// The alarm that proposed it, if one did.
    pub alarm: Option<String>,
    /// How far it is.
    pub stage: Stage,
    /// Whether it affects all tenants.
    pub everyone: bool,
    /// How many tenants it names.
    pub affected: u64,
    /// How many of them are repaired.
    pub repaired: u64,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// When it was confirmed; public from then on.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// The updates, oldest first. The last one of a dismissed incident is the reason.
    pub updates: Vec<IncidentUpdate>,
    /// What happened and why, once that was published; the latest text.
    pub postmortem: Option<String>,
    /// When that text was published.
    pub postmortem_at: Option<DateTime<Utc>>,
    /// The revision of the last event of its stream.
    pub revision: Revision,
}

/// One update of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentUpdate {
    /// When.
    pub at: DateTime<Utc>,
    /// How far it was from then on.
    pub stage: Stage,
    /// Text of the update.
    pub message: String,
}

/// An incident as one tenant may see it: without the other affected tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentNotice {
    /// Which.
    pub id: IncidentId,
    /// In a few words.
    pub title: String,
    /// Which part of Tally.
    pub component: Component,
    /// How far it is.
    pub stage: Stage,
    /// Since when it is public.
    pub confirmed_at: DateTime<Utc>,
    /// The updates, oldest first.
    pub updates: Vec<IncidentUpdate>,
}

/// A tenant that an incident names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedTenant {
    /// Which.
    pub tenant: TenantId,
    /// When it was named.
    pub since: DateTime<Utc>,
    /// When it was well again.
    pub repaired_at: Option<DateTime<Utc>>,
}
