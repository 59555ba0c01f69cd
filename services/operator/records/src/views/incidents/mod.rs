//! Incidents: the stage of each, the updates that were published, and the affected tenants.
//!
//! An affected tenant has recovered when one of its requests verifies again or when it uninstalls.
//! If it fails again before the incident ends, it has no longer recovered.

mod apply;
mod queries;
mod tables;

use crate::domain::IncidentId;
use crate::domain::incident::{Component, IncidentTitle, Stage};
use chrono::{DateTime, Utc};
use tally_domain::{Revision, TenantId};
use tally_view_store::ViewName;

pub(crate) use apply::IncidentsView;
pub use queries::IncidentList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("incidents");

/// An incident as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentRecord {
    /// The incident's id.
    pub id: IncidentId,
    /// What it is called.
    pub title: IncidentTitle,
    /// The affected part of Tally.
    pub component: Component,
    /// The alarm that proposed it, if one did.
    pub alarm: Option<String>,
    /// The stage of the incident.
    pub stage: Stage,
    /// Whether it affects every tenant.
    pub everyone: bool,
    /// How many tenants it names as affected.
    pub affected: u64,
    /// How many of the named tenants have recovered.
    pub repaired: u64,
    /// When the incident was proposed.
    pub proposed_at: DateTime<Utc>,
    /// When it was confirmed; it is public since then.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was resolved, if it was.
    pub resolved_at: Option<DateTime<Utc>>,
    /// The published updates, oldest first. The last one of a dismissed incident is the reason.
    pub updates: Vec<IncidentUpdate>,
    /// The latest text of the postmortem, once it is published.
    pub postmortem: Option<String>,
    /// When this text was published.
    pub postmortem_at: Option<DateTime<Utc>>,
    /// The revision of the last event in its stream.
    pub revision: Revision,
}

/// An update on an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentUpdate {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// The stage since then.
    pub stage: Stage,
    /// The published text.
    pub message: String,
}

/// An incident as one tenant may see it, without the other affected tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentNotice {
    /// The incident's id.
    pub id: IncidentId,
    /// What it is called.
    pub title: IncidentTitle,
    /// The affected part of Tally.
    pub component: Component,
    /// The stage of the incident.
    pub stage: Stage,
    /// When it was confirmed, and so became public.
    pub confirmed_at: DateTime<Utc>,
    /// The published updates, oldest first.
    pub updates: Vec<IncidentUpdate>,
}

/// A tenant that an incident names as affected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedTenant {
    /// The tenant's id.
    pub tenant: TenantId,
    /// When the incident named it.
    pub since: DateTime<Utc>,
    /// When it recovered, if it did.
    pub repaired_at: Option<DateTime<Utc>>,
}
