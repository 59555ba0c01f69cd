//! The views of the operator: tenants that fail, alarms, releases, incidents.

pub mod alarms;
mod identity;
pub mod incidents;
pub mod releases;
pub mod tenant_health;

use tally_view_store::View;

pub use alarms::{AlarmList, AlarmPeriod};
pub use incidents::{AffectedTenant, IncidentList, IncidentNotice, IncidentRecord, IncidentUpdate};
pub use releases::{ReleaseList, ReleaseRecord, TenantOfBake};
pub use tenant_health::{FailingTenant, HealthList, HealthPeriod, PeriodEnd};

/// The views of the operator. They come after those of the business, in this order.
pub static VIEWS: &[&dyn View] = &[
    &tenant_health::TenantHealthView,
    &alarms::AlarmsView,
    &releases::ReleasesView,
    &incidents::IncidentsView,
];
