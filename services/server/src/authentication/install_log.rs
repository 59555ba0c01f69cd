//! Notes of refused lifecycle callbacks: every one is seen, a flood is summed up.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tally_domain::tenant::RefusedCallback;
use tally_domain::{Actor, CommandId, Context, Position, RequestId, StreamName, Via};
use tally_event_log::{AppendError, EventLog, ExpectedRevision, StoreError, store};
use tokio::sync::Mutex;
use tracing::warn;
use uuid::Uuid;

/// How many refusals a minute are written one by one. Forged callbacks cost their sender nothing, so what they make us store is bounded.
const PER_MINUTE: u32 = 60;

/// A refused callback as noted.
pub struct Note {
    /// Which callback.
    pub callback: &'static str,
    /// The refusal's code.
    pub code: String,
    /// Its cause.
    pub cause: String,
    /// Its remedy.
    pub remedy: String,
    /// The client key the caller claimed.
    pub claimed_client_key: Option<String>,
    /// The HTTP request.
    pub request: Option<RequestId>,
}

/// Appends refused callbacks to their stream, at a bounded rate.
pub struct RefusalRecorder {
    log: Arc<dyn EventLog>,
    limiter: DefaultDirectRateLimiter,
    suppressed: AtomicU64,
    last: Mutex<Option<u64>>,
}

impl RefusalRecorder {
    /// Over `log`.
    pub fn new(log: Arc<dyn EventLog>) -> Self {
        Self {
            log,
            limiter: RateLimiter::direct(Quota::per_minute(
                NonZeroU32::new(PER_MINUTE).unwrap_or(NonZeroU32::MIN),
            )),
            suppressed: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }

    /// Notes a refusal and says where. `None` when it was only counted: too many, or the log failed, which must not change the answer.
    pub async fn note(&self, note: Note) -> Option<Position> {
        metrics::counter!(crate::metric::CALLBACKS_REFUSED, "callback" => note.callback, "code" => note.code.clone())
            .increment(1);
        warn!(
            callback = note.callback,
            code = note.code,
            claimed_client_key = note.claimed_client_key,
            "callback refused"
        );
        if self.limiter.check().is_err() {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        self.append(note).await
    }

    async fn append(&self, note: Note) -> Option<Position> {
        let suppressed = self.suppressed.swap(0, Ordering::Relaxed);
        let mut context = Context::new(None, Actor::nobody(Via::Platform), CommandId(Uuid::new_v4()));
        context.request = note.request;
        let event = RefusedCallback {
            callback: note.callback.to_owned(),
            code: note.code,
            cause: note.cause,
            remedy: note.remedy,
            claimed_client_key: note.claimed_client_key.map(|key| key.chars().take(255).collect()),
            suppressed,
        };
        let mut last = self.last.lock().await;
        for _ in 0..8 {
            let expected = ExpectedRevision::after(*last);
            match store(
                &*self.log,
                &StreamName::refused_callbacks(),
                expected,
                &context,
                std::slice::from_ref(&event),
            )
            .await
            {
                Ok(appended) => {
                    *last = Some(appended.last_revision);
                    return Some(appended.position);
                }
                Err(StoreError::Append(AppendError::WrongExpectedRevision { actual, .. })) => *last = actual,
                Err(cause) => {
                    warn!(%cause, "a refused callback could not be noted");
                    break;
                }
            }
        }
        self.suppressed.fetch_add(suppressed + 1, Ordering::Relaxed);
        None
    }
}
