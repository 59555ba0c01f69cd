//! Whose stream an event is in: an alarm's, a release's, an incident's or that of a tenant's health.

use tally_domain::release::ReleaseVersion;
use tally_domain::{Event, IncidentId, Recorded, StreamName, TenantId};
use tally_view_store::Fault;
use tally_view_store::stream::{check_owner, without_tenant};

/// The tenant whose health `recorded` is about; `None` if it is in another kind of stream.
pub(crate) fn health_of(recorded: &Recorded<Event>) -> Result<Option<TenantId>, Fault> {
    let owner = recorded.context.tenant;
    let owner = owner.map(|tenant| (StreamName::health(tenant), tenant));
    check_owner(recorded, matches!(recorded.event, Event::Health(_)), owner)
}

/// The name of the alarm whose stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn alarm_of(recorded: &Recorded<Event>) -> Result<Option<String>, Fault> {
    let owner =
        without_tenant(recorded, "operator.alarm-").map(|name| (StreamName::alarm(name), name.to_owned()));
    check_owner(recorded, matches!(recorded.event, Event::Alarm(_)), owner)
}

/// The release whose stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn release_of(recorded: &Recorded<Event>) -> Result<Option<ReleaseVersion>, Fault> {
    let owner = without_tenant(recorded, "operator.release-")
        .and_then(ReleaseVersion::parse)
        .map(|version| (StreamName::release(&version), version));
    check_owner(recorded, matches!(recorded.event, Event::Release(_)), owner)
}

/// The incident whose stream `recorded` is in; `None` if it is in another kind of stream.
pub(crate) fn incident_of(recorded: &Recorded<Event>) -> Result<Option<IncidentId>, Fault> {
    let owner = without_tenant(recorded, "operator.incident-")
        .and_then(|id| id.parse().ok())
        .map(|incident| (StreamName::incident(incident), incident));
    check_owner(recorded, matches!(recorded.event, Event::Incident(_)), owner)
}
