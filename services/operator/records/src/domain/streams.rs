//! The names of the operator's streams. They never change.

use tally_domain::{StreamName, TenantId};

use super::incident_id::IncidentId;
use super::release::ReleaseVersion;

/// Whether a tenant's signed requests verify.
pub fn health(tenant: TenantId) -> StreamName {
    StreamName::of_tenant(tenant, "health")
}

/// When an alarm fired and when it was over. The names are a table in code, so they are few.
pub fn alarm(name: &str) -> StreamName {
    StreamName::of_operator(&format!("alarm-{name}"))
}

/// The messages about an alarm.
pub fn notices(alarm: &str) -> StreamName {
    StreamName::of_operator(&format!("notices-{alarm}"))
}

/// One release's bake.
pub fn release(version: &ReleaseVersion) -> StreamName {
    StreamName::of_operator(&format!("release-{version}"))
}

/// The rotations of the master key.
pub fn keys() -> StreamName {
    StreamName::of_operator("keys")
}

/// What an operator accepted of the log itself.
pub fn log() -> StreamName {
    StreamName::of_operator("log")
}

/// One incident's history.
pub fn incident(incident: IncidentId) -> StreamName {
    StreamName::of_operator(&format!("incident-{incident}"))
}
