//! Whose stream an event is in: an alarm's, a release's, an incident's or that of a tenant's
//! health.

use crate::domain::IncidentId;
use crate::domain::alarm::AlarmEvent;
use crate::domain::health::HealthEvent;
use crate::domain::incident::IncidentEvent;
use crate::domain::release::{ReleaseEvent, ReleaseVersion};
use crate::domain::streams;
use tally_domain::{AnyEvent, Recorded, TenantId};
use tally_view_store::Fault;
use tally_view_store::stream::{check_owner, without_tenant};

/// The tenant whose health `recorded` is about; `None` if it is in another kind of stream.
pub(crate) fn health_of(recorded: &Recorded<AnyEvent>) -> Result<Option<TenantId>, Fault> {
    let owner = recorded.context.tenant;
    let owner = owner.map(|tenant| (streams::health(tenant), tenant));
    check_owner(recorded, recorded.event.is::<HealthEvent>(), owner)
}

/// The name of the alarm whose stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn alarm_of(recorded: &Recorded<AnyEvent>) -> Result<Option<String>, Fault> {
    let owner =
        without_tenant(recorded, "operator.alarm-").map(|name| (streams::alarm(name), name.to_owned()));
    check_owner(recorded, recorded.event.is::<AlarmEvent>(), owner)
}

/// The release whose stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn release_of(recorded: &Recorded<AnyEvent>) -> Result<Option<ReleaseVersion>, Fault> {
    let owner = without_tenant(recorded, "operator.release-")
        .and_then(ReleaseVersion::parse)
        .map(|version| (streams::release(&version), version));
    check_owner(recorded, recorded.event.is::<ReleaseEvent>(), owner)
}

/// The incident whose stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn incident_of(recorded: &Recorded<AnyEvent>) -> Result<Option<IncidentId>, Fault> {
    let owner = without_tenant(recorded, "operator.incident-")
        .and_then(|id| id.parse().ok())
        .map(|incident| (streams::incident(incident), incident));
    check_owner(recorded, recorded.event.is::<IncidentEvent>(), owner)
}
