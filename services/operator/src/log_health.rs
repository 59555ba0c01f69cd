//! Whether the event log does its work, as seen by those who use it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use parking_lot::Mutex;
use tally_domain::StreamName;
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, Failure, LogReader, LogWriter, NewEvent, ReadError,
    ReadThrough,
};

/// What was last seen of a log.
#[derive(Debug, Default)]
pub struct LogHealth {
    appends_fail: AtomicBool,
    reads_fail: AtomicBool,
    /// Why the log has no space left, while it has none.
    full: Mutex<Option<String>>,
    /// In which way the log is not the one that the views were built from.
    mismatch: Mutex<Option<String>>,
}

impl LogHealth {
    /// Whether the last append or the last read failed by the log's own fault.
    pub fn failing(&self) -> bool {
        self.appends_fail.load(Ordering::Relaxed)
            || self.reads_fail.load(Ordering::Relaxed)
            || self.cause().is_some()
    }

    /// Why the log takes no changes until an operator acts, if that is so.
    pub fn cause(&self) -> Option<String> {
        let mismatch = self.mismatch.lock().clone();
        mismatch.or_else(|| self.full.lock().clone())
    }

    /// Sets in which way the log is not the one that the views were built from. Until it is again,
    /// nothing is appended. Returns whether it was not before.
    pub fn set_mismatch(&self, mismatch: Option<String>) -> bool {
        std::mem::replace(&mut *self.mismatch.lock(), mismatch).is_some()
    }

    fn refuse_mismatch(&self) -> Result<(), AppendError> {
        match self.mismatch.lock().clone() {
            None => Ok(()),
            Some(cause) => Err(AppendError::Unavailable(
                Failure::new("appending", cause).of_shorter_log(),
            )),
        }
    }

    fn note_append(&self, outcome: &Result<Appended, AppendError>) {
        let failure = match outcome {
            Ok(_) => None,
            Err(AppendError::Unavailable(failure)) if !failure.is_of_keys() => Some(failure),
            // Refused before anything was written: it says nothing of the log.
            Err(_) => return,
        };
        self.appends_fail.store(failure.is_some(), Ordering::Relaxed);
        let full = failure.filter(|failure| failure.is_of_full_log());
        *self.full.lock() = full.map(ToString::to_string);
    }
}

/// A log that is watched.
pub struct WatchedLog {
    log: Arc<dyn LogWriter>,
    health: Arc<LogHealth>,
}

impl WatchedLog {
    /// Watches `log`.
    pub fn around(log: Arc<dyn LogWriter>) -> (Arc<dyn LogWriter>, Arc<LogHealth>) {
        let health = Arc::new(LogHealth::default());
        let watched = Self {
            log,
            health: health.clone(),
        };
        (Arc::new(watched), health)
    }
}

impl ReadThrough for WatchedLog {
    fn inner(&self) -> &dyn LogReader {
        &*self.log
    }

    fn note_read(&self, error: Option<&ReadError>) {
        let failed = match error {
            // Of the log, nothing was seen to fail.
            Some(ReadError::Unavailable(failure)) => !failure.is_of_keys(),
            Some(_) | None => false,
        };
        self.health.reads_fail.store(failed, Ordering::Relaxed);
    }
}

#[async_trait]
impl LogWriter for WatchedLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        self.health.refuse_mismatch()?;
        let outcome = self.log.append(stream, expected, events).await;
        self.health.note_append(&outcome);
        outcome
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.log.answers()
    }

    async fn close(&self) {
        self.log.close().await;
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::alarm::{AlarmEvent, Firing};
    use crate::domain::streams;
    use futures_util::stream::BoxStream;
    use tally_domain::{Actor, CommandId, Context, Position, Revision, TenantId, Via};
    use tally_event_log::{MemoryLog, StoredEvent, codec};
    use uuid::Uuid;

    use super::*;

    /// A log that fails when a test makes it fail.
    struct Moody {
        log: Arc<dyn LogWriter>,
        broken: Arc<AtomicBool>,
    }

    impl Moody {
        fn failure(&self) -> Option<Failure> {
            let broken = self.broken.load(Ordering::SeqCst);
            broken.then(|| Failure::new("testing", "made to fail"))
        }
    }

    #[async_trait]
    impl LogReader for Moody {
        async fn read_stream(
            &self,
            stream: &StreamName,
            from: Revision,
            limit: usize,
        ) -> Result<Vec<StoredEvent>, ReadError> {
            self.log.read_stream(stream, from, limit).await
        }

        async fn read_all(
            &self,
            after: Option<Position>,
            limit: usize,
        ) -> Result<Vec<StoredEvent>, ReadError> {
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
            match self.failure() {
                Some(failure) => Err(ReadError::Unavailable(failure)),
                None => self.log.head().await,
            }
        }

        fn subscribe_all(
            &self,
            after: Option<Position>,
        ) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
            self.log.subscribe_all(after)
        }
    }

    #[async_trait]
    impl LogWriter for Moody {
        async fn append(
            &self,
            stream: &StreamName,
            expected: ExpectedRevision,
            events: Vec<NewEvent>,
        ) -> Result<Appended, AppendError> {
            match self.failure() {
                Some(failure) => Err(AppendError::Unavailable(failure)),
                None => self.log.append(stream, expected, events).await,
            }
        }

        fn answers(&self) -> &dyn AnswerStore {
            self.log.answers()
        }
    }

    async fn append(log: &dyn LogWriter, expected: ExpectedRevision) -> Result<Appended, AppendError> {
        let stream = streams::alarm("Test");
        let context = Context::new(None, Actor::without_person(Via::App), CommandId(Uuid::new_v4()));
        let fired = AlarmEvent::Fired {
            firing: Firing {
                alarm: "Test".to_owned(),
                since: chrono::DateTime::UNIX_EPOCH,
                value: 1.0,
                limit: 1.0,
                tenants: vec![],
            },
        };
        let events = codec::new_events(&stream, &context, &[fired]).unwrap();
        log.append(&stream, expected, events).await
    }

    #[tokio::test]
    async fn a_log_fails_from_what_it_did_not_do_until_it_does_it_again() {
        let broken = Arc::new(AtomicBool::new(false));
        let moody = Moody {
            log: Arc::new(MemoryLog::default()),
            broken: broken.clone(),
        };
        let (log, health) = WatchedLog::around(Arc::new(moody));
        append(&*log, ExpectedRevision::NoStream).await.unwrap();
        assert!(!health.failing());
        // A conflict says nothing of the log.
        append(&*log, ExpectedRevision::NoStream).await.unwrap_err();
        assert!(!health.failing());

        broken.store(true, Ordering::SeqCst);
        append(&*log, ExpectedRevision::Exact(0)).await.unwrap_err();
        log.head().await.unwrap_err();
        broken.store(false, Ordering::SeqCst);
        // That it is read again does not mean that it can be written again: a disk may be full.
        log.head().await.unwrap();
        assert!(health.failing());
        append(&*log, ExpectedRevision::Exact(0)).await.unwrap();
        assert!(!health.failing());
    }
}
