//! What a node remembers of tenants, and forgets when one is erased. What it remembers of people it
//! takes from the views at each request instead, so that one who was erased is never shown.

use std::sync::Arc;

use parking_lot::RwLock;
use tally_commands::{People, Registrar};
use tally_domain::TenantId;

/// Something that remembers tenants.
pub trait ForgetTenant: Send + Sync {
    /// Drops all that is remembered of `tenant`, which was erased.
    fn forget_tenant(&self, tenant: TenantId);
}

impl ForgetTenant for People {
    fn forget_tenant(&self, tenant: TenantId) {
        Self::forget_tenant(self, tenant);
    }
}

impl ForgetTenant for Registrar {
    fn forget_tenant(&self, tenant: TenantId) {
        Self::forget_tenant(self, tenant);
    }
}

/// The memories of a node. They are added as they are made; before that they hold nothing.
#[derive(Clone, Default)]
pub struct TenantMemories(Arc<RwLock<Vec<Arc<dyn ForgetTenant>>>>);

impl TenantMemories {
    /// Adds memories that forget with the others.
    pub fn add(&self, memories: impl IntoIterator<Item = Arc<dyn ForgetTenant>>) {
        self.0.write().extend(memories);
    }

    /// Has all memories forget a tenant.
    pub fn forget(&self, tenant: TenantId) {
        for memory in &*self.0.read() {
            memory.forget_tenant(tenant);
        }
    }
}
