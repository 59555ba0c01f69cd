//! A batch of events from the log, decoded.

use std::time::Duration;

use tally_domain::{AnyEvent, Recorded};
use tally_event_log::{ReadError, StoredEvent};

/// The most events that are applied in one transaction.
pub(super) const BATCH_SIZE: usize = 512;
/// The pause before the subscription starts again after a failure.
pub(super) const RETRY_DELAY: Duration = Duration::from_millis(500);

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
