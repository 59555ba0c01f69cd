//! Whether the event log does its work, as seen by those who use it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use tally_domain::{Position, Revision, StreamName};
use tally_event_log::{AppendError, Appended, EventLog, ExpectedRevision, NewEvent, ReadError, StoredEvent};

/// What was last seen of a log.
#[derive(Debug, Default)]
pub struct LogHealth {
    appends_fail: AtomicBool,
    reads_fail: AtomicBool,
}

impl LogHealth {
    /// Whether the last append or the last read failed by the log's own fault.
    pub fn failing(&self) -> bool {
        self.appends_fail.load(Ordering::Relaxed) || self.reads_fail.load(Ordering::Relaxed)
    }
}

/// A log that is watched.
pub struct WatchedLog {
    log: Arc<dyn EventLog>,
    health: Arc<LogHealth>,
}

impl WatchedLog {
    /// Watches `log`.
    pub fn over(log: Arc<dyn EventLog>) -> (Arc<dyn EventLog>, Arc<LogHealth>) {
        let health = Arc::new(LogHealth::default());
        let watched = Self {
            log,
            health: health.clone(),
        };
        (Arc::new(watched), health)
    }

    fn read<T>(&self, outcome: Result<T, ReadError>) -> Result<T, ReadError> {
        let failed = matches!(outcome, Err(ReadError::Unavailable(_)));
        self.health.reads_fail.store(failed, Ordering::Relaxed);
        outcome
    }
}

#[async_trait]
impl EventLog for WatchedLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let outcome = self.log.append(stream, expected, events).await;
        let failed = match &outcome {
            Ok(_) => Some(false),
            Err(AppendError::Unavailable(_)) => Some(true),
            // Refused before anything was written: it says nothing of the log.
            Err(_) => None,
        };
        if let Some(failed) = failed {
            self.health.appends_fail.store(failed, Ordering::Relaxed);
        }
        outcome
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let outcome = self.log.read_stream(stream, from, limit).await;
        self.read(outcome)
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        let outcome = self.log.read_all(after, limit).await;
        self.read(outcome)
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        let outcome = self.log.head().await;
        self.read(outcome)
    }

    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        self.log.subscribe_all(after)
    }
}
