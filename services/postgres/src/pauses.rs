//! Pauses between tries.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// The shortest and the longest pause.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// Pauses between tries, each twice as long as the one before up to two seconds, without an end.
pub struct Pauses(ExponentialBackoff);

impl Default for Pauses {
    fn default() -> Self {
        let (shortest, longest) = PAUSES;
        let builder = ExponentialBuilder::default()
            .with_min_delay(shortest)
            .with_max_delay(longest)
            .without_max_times();
        Self(builder.build())
    }
}

impl Pauses {
    /// Begins with the shortest again, after a success.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Pauses.
    pub async fn rest(&mut self) {
        tokio::time::sleep(self.0.next().unwrap_or(PAUSES.1)).await;
    }
}
