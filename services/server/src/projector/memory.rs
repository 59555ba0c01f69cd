//! The credentials that a node holds in memory, and where they come from.

use std::sync::Arc;

use tally_atlassian::base_url::HostAllowList;
use tally_projections::ViewStore;
use tally_projections::tenant_credentials::TenantCredentials;
use tally_vault::{Vault, VaultError};
use tracing::info;

use super::batch::BATCH_SIZE;
use crate::directory::{Credentials, Directory, Known};

/// The tenants in memory, the view that they are loaded from, and the vault that opens their secrets.
#[derive(Clone)]
pub struct CredentialMemory {
    /// The views, with the sealed secrets of every tenant.
    pub views: Arc<ViewStore>,
    /// The tenants by id and by client key.
    pub directory: Arc<Directory>,
    /// Opens sealed secrets.
    pub vault: Arc<Vault>,
    /// The hosts on which a tenant's site may be.
    pub hosts: HostAllowList,
}

impl CredentialMemory {
    /// Loads every tenant of the view.
    ///
    /// # Errors
    /// The view cannot be read, or the key store fails: a tenant without its secrets would be refused.
    pub(super) fn load_all(&self) -> anyhow::Result<()> {
        let all = self.views.tenant_credentials().load_all()?;
        let known: Vec<Known<'_>> = all.iter().map(to_known).collect();
        for some in known.chunks(BATCH_SIZE) {
            for opened in Credentials::open_all(some, &self.vault, &self.hosts)? {
                self.directory.put(opened);
            }
        }
        info!(tenants = self.directory.len(), "credentials loaded");
        Ok(())
    }

    /// Replaces what is known of a tenant. When the key store fails, the older knowledge stays.
    pub(super) fn update(&self, known: Known<'_>) -> Result<(), VaultError> {
        let opened = Credentials::open(known, &self.vault, &self.hosts)?;
        self.directory.put(opened);
        Ok(())
    }
}

/// A row of the view in the shape that the memory takes.
pub(super) fn to_known(found: &TenantCredentials) -> Known<'_> {
    Known {
        id: found.id,
        tenant: &found.tenant,
        revision: found.revision,
    }
}
