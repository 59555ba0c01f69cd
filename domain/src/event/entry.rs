//! A family in the list of its house.

use serde_json::Value;

use super::any::AnyEvent;
use super::family::Family;
use super::kind::EventKind;

/// One family in the list of its house: what a codec has to know of it.
#[derive(Clone, Copy, Debug)]
pub struct FamilyEntry {
    /// Every kind of event of the family.
    pub kinds: &'static [EventKind],
    /// Whether payloads in a tenant's own streams are stored under the tenant's key.
    pub sealed: bool,
    /// Reads an event of one of these kinds from its fields, in the current schema.
    pub read: fn(&EventKind, Value) -> serde_json::Result<AnyEvent>,
}

impl FamilyEntry {
    /// The entry of the family `E`.
    pub const fn of<E: Family>() -> Self {
        Self {
            kinds: E::KINDS,
            sealed: E::SEALED,
            read: |kind, payload| E::from_payload(kind, payload).map(AnyEvent::from),
        }
    }
}
