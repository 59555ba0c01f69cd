//! Every event of the operator with its stored name and schema version: a contract with every log
//! ever written.

use super::alarm::AlarmEvent;
use super::health::HealthEvent;
use super::incident::IncidentEvent;
use super::release::ReleaseEvent;
use tally_domain::families;

families! {
    /// The families of the operator.
    pub const FAMILIES;
    Health(HealthEvent) {
        Failing = "health.failing" @ 1,
        Recovered = "health.recovered" @ 1,
        Left = "health.left" @ 1,
    }
    Alarm(AlarmEvent) {
        Fired = "alarm.fired" @ 1,
        Resolved = "alarm.resolved" @ 1,
    }
    Release(ReleaseEvent) {
        Staged = "release.staged" @ 1,
        ProbePassed = "release.probe_passed" @ 1,
        ProbeFailed = "release.probe_failed" @ 1,
        TenantFailing = "release.tenant_failing" @ 1,
        TenantRecovered = "release.tenant_recovered" @ 1,
        Failed = "release.failed" @ 1,
        Promoted = "release.promoted" @ 1,
        Aborted = "release.aborted" @ 1,
    }
    Incident(IncidentEvent) {
        Proposed = "incident.proposed" @ 1,
        MoreAffected = "incident.more_affected" @ 1,
        Confirmed = "incident.confirmed" @ 1,
        Updated = "incident.updated" @ 1,
        Resolved = "incident.resolved" @ 1,
        Dismissed = "incident.dismissed" @ 1,
        PostmortemPublished = "incident.postmortem_published" @ 1,
    }
}
