//! The memory of credentials, and what it is filled with.

use std::sync::Arc;

use tally_atlassian::base_url::HostAllowList;
use tally_projections::CredentialList;
use tally_projections::tenant_credentials::TenantCredentials;
use tally_vault::{Vault, VaultError};
use tally_view_store::ViewStore;
use tracing::info;

use super::BATCH;
use crate::directory::{Credentials, Directory, Known};

/// The tenants in memory, the view that they are loaded from, and what opens their secrets.
#[derive(Clone)]
pub struct Memory {
    /// From where.
    pub views: Arc<ViewStore>,
    /// The memory itself.
    pub directory: Arc<Directory>,
    /// Opens sealed secrets.
    pub vault: Arc<Vault>,
    /// Which tenant hosts are allowed.
    pub hosts: HostAllowList,
}

impl Memory {
    /// Takes in everybody that the view has.
    ///
    /// # Errors
    /// The view cannot be read, or the key database fails: a tenant without its secrets would be refused.
    pub(super) fn load(&self) -> anyhow::Result<()> {
        let all = CredentialList::of(&self.views).load_all()?;
        let known: Vec<Known<'_>> = all.iter().map(known).collect();
        for some in known.chunks(BATCH) {
            for opened in Credentials::open_all(some, &self.vault, &self.hosts)? {
                self.directory.put(opened);
            }
        }
        info!(tenants = self.directory.len(), "credentials loaded");
        Ok(())
    }

    /// Takes in a tenant. When the key database fails, what was known of it stays.
    pub(super) fn take(&self, known: Known<'_>) -> Result<(), VaultError> {
        let opened = Credentials::open(known, &self.vault, &self.hosts)?;
        self.directory.put(opened);
        Ok(())
    }
}

/// As the memory takes it.
pub(super) fn known(found: &TenantCredentials) -> Known<'_> {
    Known {
        id: found.id,
        tenant: &found.tenant,
        revision: found.revision,
    }
}
