//! What other nodes saw of tenants, heard by the log.
//!
//! A balancer spreads a tenant's requests over the nodes, so none of them sees all. What one finds out it writes down, and the others take that
//! in as if they had seen it: each counts every tenant that fails, and a request that verifies on one node ends the trouble on all.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tally_domain::health::{Failure, HealthEvent};
use tally_domain::{Event, StreamName, TenantId};
use tally_event_log::{StoredEvent, codec};
use tracing::warn;

/// What was written of a tenant since the last look, by this node or another.
#[derive(Default)]
pub struct Elsewhere {
    heard: Mutex<Vec<Heard>>,
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A tenant fails; noted then.
    Failing(TenantId, Failure, DateTime<Utc>),
    /// It does no more since then, or has left.
    Over(TenantId, DateTime<Utc>),
}

impl Elsewhere {
    /// An event of the log. Those of tenants' health are kept for the next look.
    pub fn hear(&self, stored: &StoredEvent) {
        let Some(tenant) = stored.context.tenant else {
            return;
        };
        if stored.stream != StreamName::health(tenant) {
            return;
        }
        let recorded = match codec::decode(stored.clone()) {
            Ok(recorded) => recorded,
            Err(cause) => return warn!(%tenant, %cause, "what was noted of a tenant cannot be read"),
        };
        if let Event::Health(event) = recorded.event {
            self.keep(tenant, event, recorded.recorded_at);
        }
    }

    pub(super) fn keep(&self, tenant: TenantId, event: HealthEvent, at: DateTime<Utc>) {
        let heard = match event {
            HealthEvent::Failing { failure } => Heard::Failing(tenant, failure, at),
            HealthEvent::Recovered { .. } | HealthEvent::Left { .. } => Heard::Over(tenant, at),
        };
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(heard);
    }

    /// What was heard, in the order of the log. It is heard once.
    pub(super) fn take(&self) -> Vec<Heard> {
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
