//! Waiting for what becomes true later, as long as a busy machine may need and no longer.

use std::time::{Duration, Instant};

/// How long anything may take that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long to rest between two looks.
const REST: Duration = Duration::from_millis(20);

/// Looks until `look` finds something, and gives it back.
///
/// # Panics
/// When [`PATIENCE`] ends; `what` says what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(REST).await;
    }
}
