//! Following the log: batches of decoded events, and another try after a failure.

use std::time::Duration;

use tally_domain::{AnyEvent, Recorded};
use tally_event_log::{ReadError, StoredEvent};
use tokio::sync::watch;
use tracing::error;

/// The most events that are applied in one transaction.
pub(super) const BATCH_SIZE: usize = 512;
/// The pause before the subscription starts again after a failure.
pub(super) const RETRY_DELAY: Duration = Duration::from_millis(500);

/// Follows the log with `follow` until the last receiver of `sender` is dropped. A failure is
/// logged, and `follow` begins again after a pause.
pub(super) async fn keep_following<T, F>(
    sender: &watch::Sender<T>,
    purpose: &'static str,
    follow: impl Fn() -> F,
) where
    F: Future<Output = anyhow::Result<()>>,
{
    while !sender.is_closed() {
        if let Err(cause) = follow().await {
            error!(%cause, purpose, "following the log failed; trying again");
            metrics::counter!(crate::metric::PROJECTOR_FAILURES).increment(1);
        }
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

/// The events of a batch up to the first failure, and that failure.
pub(super) struct DecodedBatch {
    pub events: Vec<Recorded<AnyEvent>>,
    pub failure: Option<anyhow::Error>,
}

impl DecodedBatch {
    /// Decodes events up to the first that cannot be read.
    pub fn decode(stored: Vec<Result<StoredEvent, ReadError>>) -> Self {
        let mut events = Vec::with_capacity(stored.len());
        for stored in stored {
            let read = stored
                .map_err(anyhow::Error::from)
                .and_then(|stored| crate::events::codec().decode(stored).map_err(Into::into));
            match read {
                Ok(event) => events.push(event),
                Err(cause) => {
                    let failure = Some(cause);
                    return Self { events, failure };
                }
            }
        }
        Self {
            events,
            failure: None,
        }
    }
}
