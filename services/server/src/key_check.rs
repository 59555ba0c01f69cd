//! Whether the key store is the one that belongs to the log.

use tally_authentication::Directory;
use tally_domain::TenantId;
use tally_vault::Vault;
use tracing::{error, warn};

/// How many tenants are looked up at once.
const PAGE_SIZE: usize = 500;

/// Reports at start how many tenants of the log have no key. The server starts all the same: other
/// sites are not affected, and new ones can install.
pub async fn report_missing_keys(vault: &Vault, directory: &Directory) {
    let tenants: Vec<TenantId> = directory.sites().into_keys().collect();
    let mut missing = Vec::new();
    for page in tenants.chunks(PAGE_SIZE) {
        match vault.tenants_without_keys(page.to_vec()).await {
            Ok(without) => missing.extend(without),
            Err(cause) => {
                warn!(%cause, "the key store does not say whether it has the keys of all tenants");
                return;
            }
        }
    }
    if let Some(tenant) = missing.first() {
        error!(
            missing = missing.len(),
            tenants = tenants.len(),
            first = %tenant,
            "tenants of this log have no key in the key store: the keys were lost, or belong to another log. \
             Stop the server and restore the backup of the keys"
        );
    }
}
