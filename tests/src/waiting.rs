//! Waiting for a condition, as long as a busy machine may need and no longer.

use std::time::{Duration, Instant};

/// Longest wait of a test for one condition.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// Pause between two checks.
const REST: Duration = Duration::from_millis(20);

/// Checks until `check` finds something, and returns it.
///
/// # Panics
/// When [`TIMEOUT`] ends; `what` says what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(REST).await;
    }
}
