//! All events there are, as one type for those who read the whole log.

use crate::alarm::AlarmEvent;
use crate::asset::AssetEvent;
use crate::claim::ClaimEvent;
use crate::health::HealthEvent;
use crate::import::ImportEvent;
use crate::incident::IncidentEvent;
use crate::register::RegisterEvent;
use crate::release::ReleaseEvent;
use crate::tenant::{RefusedCallback, TenantEvent};

/// Any event of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Of a tenant.
    Tenant(Box<TenantEvent>),
    /// Of an asset.
    Asset(AssetEvent),
    /// Of a claim on a unique value.
    Claim(ClaimEvent),
    /// Of a tenant's register as a whole.
    Register(RegisterEvent),
    /// Of an import.
    Import(ImportEvent),
    /// Of a tenant's health.
    Health(HealthEvent),
    /// Of an alarm.
    Alarm(AlarmEvent),
    /// Of a release.
    Release(ReleaseEvent),
    /// Of an incident.
    Incident(IncidentEvent),
    /// A lifecycle callback that was refused.
    RefusedCallback(RefusedCallback),
    /// Of a type that this version does not know: written by a newer one. Kept, counted, never dropped.
    Unknown {
        /// The stored type.
        event_type: String,
        /// The stored schema version.
        schema: u16,
        /// The stored payload.
        payload: serde_json::Value,
    },
}
