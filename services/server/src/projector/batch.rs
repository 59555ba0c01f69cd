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
    /// Decodes events up to the first that the log does not deliver. One that is delivered and
    /// cannot be read is for the views, each of which stops at it or not.
    pub fn decode(stored: Vec<Result<StoredEvent, ReadError>>) -> Self {
        let mut events = Vec::with_capacity(stored.len());
        for stored in stored {
            match stored {
                Ok(stored) => events.push(crate::events::codec().decode_any(stored)),
                Err(cause) => {
                    let failure = Some(cause.into());
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
