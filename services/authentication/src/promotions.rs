//! Candidate secrets that a request has proven, on their way into the log.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use parking_lot::Mutex;
use tally_commands::tenants;
use tally_domain::TenantId;
use tally_domain::tenant::SecretFingerprint;
use tally_event_log::LogWriter;
use tracing::{info, warn};

/// Makes proven candidates current. The request is good either way, so it does not wait for the
/// log.
pub(crate) struct Promotions {
    log: Arc<dyn LogWriter>,
    /// How long the replaced secret stays accepted.
    grace: Duration,
    /// The tenants with a promotion under way.
    running: Arc<Mutex<HashSet<TenantId>>>,
}

/// The turn of one tenant, given back when this is dropped.
struct Turn {
    running: Arc<Mutex<HashSet<TenantId>>>,
    tenant: TenantId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.lock().remove(&self.tenant);
    }
}

impl Promotions {
    pub(crate) fn new(log: Arc<dyn LogWriter>, grace: Duration) -> Self {
        Self {
            log,
            grace,
            running: Arc::default(),
        }
    }

    /// Begins to make the candidate current, on a task of its own; one at a time for a tenant. When
    /// the log fails, the next request that verifies with the candidate begins again.
    pub(crate) fn begin(&self, tenant: TenantId, candidate: SecretFingerprint, now: DateTime<Utc>) {
        if !self.running.lock().insert(tenant) {
            return;
        }
        let turn = Turn {
            running: self.running.clone(),
            tenant,
        };
        let (log, grace) = (self.log.clone(), self.grace);
        tokio::spawn(async move {
            promote(&*log, turn.tenant, candidate, grace, now).await;
            drop(turn);
        });
    }
}

async fn promote(
    log: &dyn LogWriter,
    tenant: TenantId,
    candidate: SecretFingerprint,
    grace: Duration,
    now: DateTime<Utc>,
) {
    match tenants::promote_candidate(log, tenant, candidate.clone(), grace, now).await {
        Ok(_) => info!(%tenant, fingerprint = %candidate, "a candidate secret is proven and current now"),
        Err(cause) => warn!(%tenant, %cause, "a candidate secret could not be promoted"),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration as StdDuration;

    use async_trait::async_trait;
    use futures_util::stream::{self, BoxStream, StreamExt};
    use tally_domain::{EventId, Position, Revision, StreamName};
    use tally_event_log::{
        AnswerStore, AnswerStored, AppendError, Appended, ExpectedRevision, LogReader, NewEvent, ReadError,
        StoredEvent,
    };
    use tokio::time::sleep;
    use uuid::Uuid;

    use super::*;

    /// A log that never answers.
    #[derive(Default)]
    struct Hanging {
        reads: AtomicUsize,
    }

    #[async_trait]
    impl LogReader for Hanging {
        async fn read_stream(
            &self,
            _: &StreamName,
            _: Revision,
            _: usize,
        ) -> Result<Vec<StoredEvent>, ReadError> {
            self.reads.fetch_add(1, Ordering::Relaxed);
            pending().await
        }

        async fn read_all(&self, _: Option<Position>, _: usize) -> Result<Vec<StoredEvent>, ReadError> {
            pending().await
        }

        async fn read_tenant(
            &self,
            _: TenantId,
            _: Option<Position>,
            _: usize,
        ) -> Result<Vec<StoredEvent>, ReadError> {
            pending().await
        }

        async fn head(&self) -> Result<Option<Position>, ReadError> {
            pending().await
        }

        fn subscribe_all(&self, _: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
            stream::pending().boxed()
        }
    }

    #[async_trait]
    impl LogWriter for Hanging {
        async fn append(
            &self,
            _: &StreamName,
            _: ExpectedRevision,
            _: Vec<NewEvent>,
        ) -> Result<Appended, AppendError> {
            pending().await
        }

        fn answers(&self) -> &dyn AnswerStore {
            self
        }
    }

    #[async_trait]
    impl AnswerStore for Hanging {
        async fn find_answer(&self, _: &StreamName, _: EventId) -> Result<Option<Vec<u8>>, ReadError> {
            pending().await
        }

        fn is_atomic(&self) -> bool {
            true
        }

        async fn announce_answer(&self, _: EventId) -> Result<bool, AppendError> {
            pending().await
        }

        async fn store_answer(
            &self,
            _: &StreamName,
            _: EventId,
            _: Vec<u8>,
        ) -> Result<AnswerStored, AppendError> {
            pending().await
        }
    }

    #[tokio::test]
    async fn a_log_that_hangs_holds_up_no_request_and_is_asked_once_for_a_tenant() {
        let log = Arc::new(Hanging::default());
        let promotions = Promotions::new(log.clone(), Duration::days(1));
        let candidate = SecretFingerprint("candidate".to_owned());
        for tenant in [1, 1, 1, 2] {
            let tenant = TenantId(Uuid::from_u128(tenant));
            promotions.begin(tenant, candidate.clone(), DateTime::UNIX_EPOCH);
            sleep(StdDuration::from_millis(5)).await;
        }
        assert_eq!(log.reads.load(Ordering::Relaxed), 2);
    }
}
