//! Waiting for a store that fails, for as long as it takes.

use std::fmt::Display;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tally_commands::Unavailable;
use tally_domain::import::ImportRefusal;
use tracing::warn;

use crate::halt::Halt;

/// The metric that counts how often an import had to wait for a store.
pub const RETRIES: &str = "tally_import_retries_total";

/// The first delay after a failure; each further one is twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(200);
/// The longest delay, however many tries failed.
const LONGEST_DELAY: Duration = Duration::from_secs(15);

/// The growing delays between tries of one operation. They never end: a caller that gives up
/// counts.
pub struct Retry(ExponentialBackoff);

impl Default for Retry {
    fn default() -> Self {
        let delays = ExponentialBuilder::new()
            .with_min_delay(FIRST_DELAY)
            .with_max_delay(LONGEST_DELAY)
            .without_max_times();
        Self(delays.build())
    }
}

impl Retry {
    /// Waits after a failure, and logs what failed.
    pub async fn wait(&mut self, operation: &'static str, cause: &(dyn Display + Sync)) {
        let delay = self.0.next().unwrap_or(LONGEST_DELAY);
        warn!(%cause, ?delay, "{operation} failed and is tried again");
        metrics::counter!(RETRIES).increment(1);
        tokio::time::sleep(delay).await;
    }

    /// The same after a failure that may be an erasure, which no wait ends, or that another worker
    /// cancelled the import meanwhile.
    ///
    /// # Errors
    /// [`Halt::Broken`] when what the operation is about was erased, [`Halt::Ended`] when it must
    /// not be carried out any more.
    pub async fn wait_unless_erased(
        &mut self,
        operation: &'static str,
        cause: Unavailable,
    ) -> Result<(), Halt> {
        if cause.is_erased() {
            return Err(Halt::Broken(cause.into()));
        }
        if cause.is_answered() {
            return Err(Halt::Ended(ImportRefusal::Finished));
        }
        self.wait(operation, &cause).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest_and_never_end() {
        let mut retry = Retry::default();
        let delays: Vec<u128> = retry.0.by_ref().take(40).map(|delay| delay.as_millis()).collect();
        assert_eq!(delays[..3], [200, 400, 800]);
        assert_eq!((delays.len(), delays[39]), (40, LONGEST_DELAY.as_millis()));
    }
}
