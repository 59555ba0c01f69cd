//! The log of refused lifecycle callbacks. Each one counts; of a flood only some are stored one by
//! one.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tally_domain::refusal::Parameter;
use tally_domain::tenant::RefusedCallback;
use tally_domain::{Actor, CommandId, Context, Position, RequestId, StreamName, Via};
use tally_event_log::{AppendError, ExpectedRevision, LogWriter, StoreError, store};
use tokio::sync::Mutex;
use tracing::{info, warn};
use uuid::Uuid;

use crate::metric;

/// How many refusals a minute are stored one by one. Forged callbacks cost their sender nothing, so
/// what they make us store is bounded.
const PER_MINUTE: u32 = 60;

/// A refused callback as it is stored.
pub struct CallbackRefusal {
    /// The callback's name, such as `installed`.
    pub callback: &'static str,
    /// The refusal's stable code.
    pub code: String,
    /// The values that the refusal's cause names.
    pub parameters: BTreeMap<String, Parameter>,
    /// The client key that the body claims.
    pub claimed_client_key: Option<String>,
    /// The id of the HTTP request.
    pub request: Option<RequestId>,
}

/// Appends refused callbacks to their stream, at a bounded rate.
pub struct InstallLog {
    log: Arc<dyn LogWriter>,
    limiter: DefaultDirectRateLimiter,
    suppressed: AtomicU64,
    last_revision: Mutex<Option<u64>>,
}

impl InstallLog {
    /// One that appends to `log`.
    pub fn new(log: Arc<dyn LogWriter>) -> Self {
        let per_minute = NonZeroU32::new(PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        Self {
            log,
            limiter: RateLimiter::direct(Quota::per_minute(per_minute)),
            suppressed: AtomicU64::new(0),
            last_revision: Mutex::new(None),
        }
    }

    /// Records a refusal and returns its position. `None` when it was only counted: there were too
    /// many, or the log failed, which must not change the answer to the caller.
    pub async fn record(&self, refusal: CallbackRefusal) -> Option<Position> {
        metrics::counter!(
            metric::CALLBACKS_REFUSED,
            "callback" => refusal.callback,
            "code" => refusal.code.clone()
        )
        .increment(1);
        // Not a warning: anyone can send one. What only the operator can repair has an alarm.
        info!(
            callback = refusal.callback,
            code = refusal.code,
            claimed_client_key = refusal.claimed_client_key,
            "callback refused"
        );
        if self.limiter.check().is_err() {
            self.suppressed.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        self.append(refusal).await
    }

    async fn append(&self, refusal: CallbackRefusal) -> Option<Position> {
        let suppressed = self.suppressed.swap(0, Ordering::Relaxed);
        let mut context = Context::new(
            None,
            Actor::without_person(Via::Platform),
            CommandId(Uuid::new_v4()),
        );
        context.request = refusal.request;
        let event = RefusedCallback {
            callback: refusal.callback.to_owned(),
            code: refusal.code,
            parameters: refusal.parameters,
            claimed_client_key: refusal
                .claimed_client_key
                .map(|key| key.chars().take(255).collect()),
            suppressed,
        };
        let mut last = self.last_revision.lock().await;
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
                    warn!(%cause, "a refused callback could not be stored");
                    break;
                }
            }
        }
        self.suppressed.fetch_add(suppressed + 1, Ordering::Relaxed);
        None
    }
}
