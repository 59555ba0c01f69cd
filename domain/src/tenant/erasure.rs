//! Decisions on the erasure of a tenant, which the operator orders.

use super::event::TenantEvent;
use super::state::{Status, TenantState};

/// Why a tenant is not erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotErased {
    /// No site ever installed it.
    #[error("there is no such tenant")]
    Unknown,
    /// Its site uses Tally.
    #[error("Tally is still installed in the tenant's site")]
    Installed,
}

/// Decides that a tenant is erased, one whose site still has Tally installed only `if_installed`.
/// Nothing happens if it was erased before.
///
/// # Errors
/// [`NotErased`] if there is no such tenant, or it is still in use.
pub fn erase(state: &TenantState, if_installed: bool) -> Result<Vec<TenantEvent>, NotErased> {
    match state {
        TenantState::Unknown => Err(NotErased::Unknown),
        TenantState::Erased { .. } => Ok(vec![]),
        TenantState::Known(tenant) if tenant.status == Status::Uninstalled || if_installed => {
            Ok(vec![TenantEvent::Erased {}])
        }
        TenantState::Known(_) => Err(NotErased::Installed),
    }
}

/// Records that the keys of an erased tenant are destroyed: once, and again when there were keys to
/// destroy since a restored backup had brought them back.
pub fn record_destroyed_keys(state: &TenantState, were_there: bool) -> Vec<TenantEvent> {
    match state {
        TenantState::Erased { keys_destroyed } if !keys_destroyed || were_there => {
            vec![TenantEvent::KeysDestroyed {}]
        }
        TenantState::Erased { .. } | TenantState::Unknown | TenantState::Known(_) => vec![],
    }
}
