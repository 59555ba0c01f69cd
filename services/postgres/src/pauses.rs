//! Pauses between tries.

use std::time::Duration;

/// The shortest and the longest pause.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// Pauses between tries, each twice as long as the one before up to two seconds.
pub struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(PAUSES.0)
    }
}

impl Pauses {
    /// Begins with the shortest again, after a success.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Pauses.
    pub async fn rest(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(PAUSES.1);
    }
}
