//! All events there are, as one type for those who read the whole log.

use crate::asset::AssetEvent;
use crate::claim::ClaimEvent;
use crate::import::ImportEvent;
use crate::register::RegisterEvent;
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
