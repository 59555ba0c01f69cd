//! Whether master key and key store are those that belong to the log.

use std::collections::BTreeSet;

use anyhow::Context as _;
use futures_util::StreamExt as _;
use tally_authentication::Directory;
use tally_domain::tenant::TenantEvent;
use tally_domain::{StreamName, TenantId};
use tally_event_log::LogReader;
use tally_vault::{Vault, VaultError};
use tracing::{error, warn};

/// How many tenants are looked up at once.
const PAGE_SIZE: usize = 500;
/// How many events at the beginning of the log are searched for tenants.
const SEARCHED: usize = 20_000;
/// How many tenants are looked for there.
const TENANTS: usize = 100;
/// The most events of a tenant's own stream that are searched for its erasure.
const STREAM: usize = 10_000;

/// Refuses a master key under which the keys of the key store do not open.
///
/// # Errors
/// They do not, or the key store cannot be read.
pub async fn require_master_key(vault: &Vault) -> anyhow::Result<()> {
    let store = vault.clone();
    let checked = tokio::task::spawn_blocking(move || store.check_master_key()).await?;
    checked.map_err(|cause| match cause {
        VaultError::WrongKek { needed } => anyhow::anyhow!(
            "the key store holds keys that are wrapped by master key {needed}, and this process was given {}: \
             start with the master key that wrapped them. During a rotation, give the other one as \
             TALLY_OTHER_MASTER_KEY",
            vault.master_key_id()
        ),
        VaultError::Tampered => anyhow::anyhow!(
            "a key in the key store does not open under its master key: the key store is damaged; restore it \
             from a backup"
        ),
        other => other.into(),
    })
}

/// Refuses a key store that has no key of any tenant of the log: it is missing, or belongs to
/// another log. With the keys of some, the server starts; see [`report_missing_keys`].
///
/// # Errors
/// It has none, or the log or the key store cannot be read.
pub async fn require_keys_of_log(vault: &Vault, log: &dyn LogReader) -> anyhow::Result<()> {
    let tenants = find_first_tenants(log).await?;
    let missing = vault
        .tenants_without_keys(tenants.iter().copied().collect())
        .await?;
    if missing.len() < tenants.len() {
        return Ok(());
    }
    for tenant in missing {
        if !is_erased(log, tenant).await? {
            anyhow::bail!(
                "the log has tenants, and the key store has the key of none of them, such as {tenant}: the key \
                 store is missing, or belongs to another log. Restore the backup of the keys. If there is \
                 none, erase each tenant with `tally tenant erase --keys-are-lost`"
            );
        }
    }
    Ok(())
}

/// Some tenants that have installed, from the beginning of the log.
async fn find_first_tenants(log: &dyn LogReader) -> anyhow::Result<BTreeSet<TenantId>> {
    let mut tenants = BTreeSet::new();
    let Some(head) = log.head().await? else {
        return Ok(tenants);
    };
    let mut events = log.subscribe_unopened(None).take(SEARCHED);
    while let Some(event) = events.next().await {
        let event = event.context("reading the beginning of the log")?;
        if event.event_type == TenantEvent::INSTALLED {
            tenants.extend(event.context.tenant);
        }
        if event.position >= head || tenants.len() == TENANTS {
            break;
        }
    }
    Ok(tenants)
}

async fn is_erased(log: &dyn LogReader, tenant: TenantId) -> anyhow::Result<bool> {
    let events = log.read_stream(&StreamName::tenant(tenant), 0, STREAM).await?;
    let mut types = events.iter().map(|event| event.event_type.as_str());
    Ok(types.any(|event_type| TenantEvent::ERASURES.contains(&event_type)))
}

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
