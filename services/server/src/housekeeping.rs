//! Dropping what is not needed any more, every few seconds.

use std::sync::Arc;
use std::time::Duration;

use tally_domain::Clock;

use crate::limits::Limits;
use tally_authentication::Directory;

/// The time between two sweeps.
const INTERVAL: Duration = Duration::from_secs(5);

/// Sweeps the limits and the opened secrets, until the app that owns them is dropped.
pub fn start(limits: &Arc<Limits>, directory: &Arc<Directory>, clock: Clock) {
    let (limits, directory) = (Arc::downgrade(limits), Arc::downgrade(directory));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let (Some(limits), Some(directory)) = (limits.upgrade(), directory.upgrade()) else {
                return;
            };
            limits.sweep();
            directory.secrets.sweep(clock.now()).await;
        }
    });
}
