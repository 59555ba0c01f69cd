//! The credentials that a node holds in memory, and where they come from.

use std::sync::Arc;

use tally_domain::Position;
use tally_projections::CredentialList;
use tally_projections::tenant_credentials::TenantCredentials;
use tally_view_store::ViewStore;
use tracing::info;

use tally_authentication::{Directory, TenantSnapshot};

/// The tenants in memory, and the view that they are loaded from.
#[derive(Clone)]
pub struct CredentialMemory {
    /// The views, with the sealed secrets of every tenant.
    pub views: Arc<ViewStore>,
    /// The tenants by client key.
    pub directory: Arc<Directory>,
}

impl CredentialMemory {
    /// Loads every tenant of the view, and returns the position up to which the view shows them.
    ///
    /// # Errors
    /// The view cannot be read.
    pub(super) fn load_all(&self) -> anyhow::Result<Option<Position>> {
        let (checkpoint, tenants) = CredentialList::of(&self.views).load_all()?;
        for found in &tenants {
            self.directory.put(to_snapshot(found));
        }
        info!(tenants = self.directory.len(), "credentials loaded");
        Ok(checkpoint)
    }
}

/// A row of the view in the shape that the directory takes.
pub(super) fn to_snapshot(found: &TenantCredentials) -> TenantSnapshot<'_> {
    TenantSnapshot {
        id: found.id,
        tenant: &found.tenant,
        revision: found.revision,
    }
}
