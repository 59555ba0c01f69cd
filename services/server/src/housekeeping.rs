//! What is done every few seconds: dropping what is not needed any more, and counting lost keys.

use std::sync::Arc;
use std::time::Duration;

use tally_domain::Clock;
use tally_vault::Vault;

use crate::limits::Limits;
use tally_authentication::Directory;

/// The time between two sweeps.
const INTERVAL: Duration = Duration::from_secs(5);

/// Sweeps the limits and the opened secrets, and counts the keys that are lost, until the app that
/// owns them is dropped.
pub fn start(limits: &Arc<Limits>, directory: &Arc<Directory>, vault: &Arc<Vault>, clock: Clock) {
    let (limits, directory) = (Arc::downgrade(limits), Arc::downgrade(directory));
    let vault = Arc::downgrade(vault);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let (Some(limits), Some(directory)) = (limits.upgrade(), directory.upgrade()) else {
                return;
            };
            limits.sweep();
            directory.secrets.sweep(clock.now()).await;
            if let Some(vault) = vault.upgrade() {
                count_lost(&vault);
            }
        }
    });
}

fn count_lost(vault: &Vault) {
    let lost = u32::try_from(vault.lost_keys()).unwrap_or(u32::MAX);
    metrics::gauge!(crate::metric::LOST_KEYS).set(f64::from(lost));
}
