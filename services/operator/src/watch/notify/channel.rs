//! A channel on which messages are delivered, and the task that uses it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::text::AlarmText;
use crate::metric;

/// The delay before the second attempt; it doubles with each further one.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The longest delay between two attempts.
const LONGEST_DELAY: Duration = Duration::from_secs(120);
/// How long a message is tried.
const GIVE_UP: Duration = Duration::from_secs(24 * 3600);

/// Why a message was not accepted. Holds no address.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::watch) struct NotAccepted(pub String);

/// A channel on which messages are delivered.
#[async_trait]
pub(in crate::watch) trait Channel: Send + Sync {
    /// Delivers a message, in one attempt.
    async fn deliver(&self, text: &AlarmText) -> Result<(), NotAccepted>;
}

/// A message in a queue.
pub(super) struct Queued {
    text: Arc<AlarmText>,
    since: Instant,
    /// Receives whether it was delivered.
    done: Option<oneshot::Sender<bool>>,
}

impl Queued {
    pub fn new(text: Arc<AlarmText>, done: Option<oneshot::Sender<bool>>) -> Self {
        let since = Instant::now();
        Self { text, since, done }
    }
}

/// Delivers the messages of a queue, one after the other, until its sender is dropped.
pub(super) async fn deliver_all(
    name: &'static str,
    channel: impl Channel,
    mut queue: mpsc::Receiver<Queued>,
    waiting: Arc<AtomicU64>,
) {
    while let Some(mut queued) = queue.recv().await {
        let delivered = deliver(name, &channel, &queued).await;
        waiting.fetch_sub(1, Ordering::Relaxed);
        if let Some(done) = queued.done.take() {
            // Its sender may have ended since.
            let _ = done.send(delivered);
        }
    }
}

async fn deliver(name: &'static str, channel: &impl Channel, queued: &Queued) -> bool {
    let count = |outcome: &'static str| {
        metrics::counter!(metric::NOTIFICATIONS, "way" => name, "outcome" => outcome).increment(1);
    };
    let delays = ExponentialBuilder::default()
        .with_min_delay(FIRST_DELAY)
        .with_max_delay(LONGEST_DELAY)
        .without_max_times();
    let alarm = queued.text.alarm;
    let delivered = (|| channel.deliver(&queued.text))
        .retry(delays)
        .when(|_| queued.since.elapsed() < GIVE_UP)
        .notify(|cause, _| {
            count("failed");
            warn!(channel = name, alarm, %cause, "a message was not accepted; it is sent again");
        });
    let delivered = delivered.await;
    match &delivered {
        Ok(()) => {
            count("delivered");
            let news = queued.text.status;
            info!(
                channel = name,
                alarm, news, "a message about an alarm was delivered"
            );
        }
        Err(cause) => {
            count("given_up");
            error!(channel = name, alarm, %cause, "a message was given up after a day");
        }
    }
    delivered.is_ok()
}
