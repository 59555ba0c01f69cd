//! The event types of the business.

use crate::asset::AssetEvent;
use crate::claim::ClaimEvent;
use crate::families;
use crate::import::ImportEvent;
use crate::person::PersonEvent;
use crate::register::RegisterEvent;
use crate::schema::SchemaEvent;
use crate::tenant::{RefusedCallback, TenantEvent};

families! {
    /// The families of the business.
    pub const FAMILIES;
    plain TenantEvent,
    sealed AssetEvent,
    sealed ClaimEvent,
    sealed RegisterEvent,
    sealed SchemaEvent,
    sealed ImportEvent,
    sealed PersonEvent,
    plain RefusedCallback,
}
