//! The directory of tenants, and the view that it is loaded from.

use std::sync::Arc;

use tally_projections::ViewStore;
use tally_projections::tenant_credentials::TenantCredentials;
use tracing::info;

use crate::authentication::{Directory, TenantSnapshot};

/// The tenants in memory, and the view that they are loaded from.
#[derive(Clone)]
pub struct Memory {
    /// The views, one of which has every tenant's credentials.
    pub views: Arc<ViewStore>,
    /// The tenants in memory.
    pub directory: Arc<Directory>,
}

impl Memory {
    /// Takes in all tenants that the view has.
    ///
    /// # Errors
    /// The view cannot be read.
    pub(super) fn load(&self) -> anyhow::Result<()> {
        for found in &self.views.tenant_credentials().load_all()? {
            self.directory.put(to_snapshot(found));
        }
        info!(tenants = self.directory.len(), "credentials loaded");
        Ok(())
    }
}

/// A tenant of the view as the directory takes it.
pub(super) fn to_snapshot(found: &TenantCredentials) -> TenantSnapshot<'_> {
    TenantSnapshot {
        id: found.id,
        tenant: &found.tenant,
        revision: found.revision,
    }
}
