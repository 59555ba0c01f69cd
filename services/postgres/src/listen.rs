//! Hearing what the server notifies of, and trying again what failed.

use std::time::Duration;

use sqlx::Error;
use sqlx::postgres::PgListener;

use crate::connect::{Access, in_time, pool};
use crate::target::Target;

/// How soon a failed try is followed by another, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// Listens to the channel that is called as the schema is, on a connection of its own. When that breaks, the listener says so and no more.
///
/// # Errors
/// The server cannot be reached in time, or refuses.
pub async fn listen(target: &Target) -> Result<PgListener, Error> {
    let only = Target {
        connections: 1,
        ..target.clone()
    };
    let listening = async {
        let mut listener = PgListener::connect_with(&pool(&only, Access::Read)).await?;
        listener.eager_reconnect(false);
        listener.listen(&target.schema).await?;
        Ok(listener)
    };
    in_time(target.patience, listening).await
}

/// Pauses between tries, each twice as long as the one before up to two seconds.
pub struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(PAUSES.0)
    }
}

impl Pauses {
    /// Begins with the shortest again: the last try was a success.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Waits for the next.
    pub async fn rest(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(PAUSES.1);
    }
}
