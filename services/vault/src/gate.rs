//! The one way from async code to the key store, whose calls block.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::VaultError;

/// How many calls are in the key store at a time. A store that hangs holds up no more threads than
/// these.
const CALLS: usize = 8;

/// The longest wait for a call, its wait for a permit included: the platform gives up on a callback
/// that takes longer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Lets a few calls in at a time, each on a thread that may block.
pub(crate) struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CALLS)))
    }
}

impl Gate {
    /// Runs `call` on a thread of its own. When the wait for it ends, the call itself goes on and
    /// keeps its permit.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let permits = self.0.clone();
        let running = async move {
            let permit = permits.acquire_owned().await;
            let permit = permit.map_err(|_| VaultError::BrokeOff)?;
            let running = spawn_blocking(move || {
                let _permit = permit;
                call()
            });
            running.await.unwrap_or(Err(VaultError::BrokeOff))
        };
        timeout(TIMEOUT, running)
            .await
            .unwrap_or(Err(VaultError::TimedOut))
    }
}
