//! A log that fails at times.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use tally_domain::{Position, StreamName, TenantId};
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, LogReader, LogWriter, NewEvent, ReadError,
    StoredEvent,
};

/// A log that at first does not answer every third call.
pub struct Flaky<'a> {
    log: &'a dyn LogWriter,
    calls: AtomicUsize,
}

impl<'a> Flaky<'a> {
    pub fn on_log(log: &'a dyn LogWriter) -> Self {
        Self {
            log,
            calls: AtomicUsize::new(0),
        }
    }

    /// How often the log was called.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn fails(&self) -> bool {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        call < 9 && call % 3 == 2
    }
}

#[async_trait]
impl LogReader for Flaky<'_> {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        if self.fails() {
            Err(ReadError::Unavailable(failure()))
        } else {
            self.log.read_stream(stream, from, limit).await
        }
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        self.log.read_all(after, limit).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        self.log.read_tenant(tenant, after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.log.head().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        self.log.subscribe_all(after)
    }
}

#[async_trait]
impl LogWriter for Flaky<'_> {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let outcome = self.log.append(stream, expected, events).await;
        // The worst kind: it is stored, and the answer is lost.
        if self.fails() {
            Err(AppendError::Unavailable(failure()))
        } else {
            outcome
        }
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.log.answers()
    }
}

fn failure() -> tally_event_log::Failure {
    tally_event_log::Failure::new("testing", "made to fail")
}
