//! One way to tell people, and the task that uses it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::text::Told;
use tally_operator::metric;

/// The time before the first repetition; it doubles with each.
const FIRST_REST: Duration = Duration::from_secs(1);
/// The longest time between two.
const LONGEST_REST: Duration = Duration::from_secs(120);
/// After what time a message is given up.
const GIVE_UP: Duration = Duration::from_secs(24 * 3600);

/// Why a message was not taken. Holds no address.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotTaken(pub String);

/// A way to tell people.
#[async_trait]
pub trait Way: Send + Sync {
    /// Delivers a message, once.
    async fn deliver(&self, told: &Told) -> Result<(), NotTaken>;
}

/// A message in a queue.
pub struct Queued {
    told: Arc<Told>,
    since: Instant,
}

impl Queued {
    pub fn new(told: Arc<Told>) -> Self {
        let since = Instant::now();
        Self { told, since }
    }
}

/// Delivers what comes, one after the other, until nobody sends any more.
pub async fn work(
    name: &'static str,
    way: impl Way,
    mut taken: mpsc::Receiver<Queued>,
    waiting: Arc<AtomicU64>,
) {
    while let Some(queued) = taken.recv().await {
        delivered(name, &way, &queued).await;
        waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn delivered(name: &'static str, way: &impl Way, queued: &Queued) {
    let count = |outcome: &'static str| {
        metrics::counter!(metric::NOTIFICATIONS, "way" => name, "outcome" => outcome).increment(1);
    };
    let (mut rest, alarm) = (FIRST_REST, queued.told.alarm);
    loop {
        match way.deliver(&queued.told).await {
            Ok(()) => {
                count("delivered");
                info!(
                    way = name,
                    alarm,
                    news = queued.told.status,
                    "people were told of an alarm"
                );
                return;
            }
            Err(cause) if queued.since.elapsed() >= GIVE_UP => {
                count("given_up");
                error!(way = name, alarm, %cause, "a message was given up after a day");
                return;
            }
            Err(cause) => {
                count("failed");
                warn!(way = name, alarm, %cause, "a message was not taken; it is sent again");
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(LONGEST_REST);
            }
        }
    }
}
