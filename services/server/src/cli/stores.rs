//! The stores, for verbs that write.

use std::sync::Arc;

use anyhow::Context as _;
use secrecy::ExposeSecret;
use tally_domain::TenantId;
use tally_event_log::{LogWriter, Options};
use tally_vault::Vault;

use crate::config::Config;

/// Opens the keys that are there. In a wrong folder, nothing is made.
pub(super) async fn open_existing_keys(config: &Config) -> anyhow::Result<Vault> {
    let file = config.data_dir.join("keys.db");
    if config.database_url.is_none() && !file.exists() {
        anyhow::bail!("there are no keys at {}; check TALLY_DATA_DIR", file.display());
    }
    crate::assembly::open_vault(config).await
}

/// Opens the keys and the log for writing. A log in a file has to be free: no server may be running
/// on it.
pub(super) async fn open_for_writing(config: &Config) -> anyhow::Result<(Arc<Vault>, Arc<dyn LogWriter>)> {
    let vault = Arc::new(open_existing_keys(config).await?);
    let options = Options::sealed_by(vault.clone());
    let log = tally_event_log::open(config.log_url.expose_secret(), options).await;
    Ok((vault, log.context("what is done is recorded in the log")?))
}

/// Whether the key store has a key of the tenant, or the mark that it destroyed one.
pub(super) async fn knows_tenant(vault: &Vault, tenant: TenantId) -> anyhow::Result<bool> {
    Ok(vault.tenants_without_keys(vec![tenant]).await?.is_empty())
}
