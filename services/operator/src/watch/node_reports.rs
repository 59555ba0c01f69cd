//! What other nodes saw, heard by the log.
//!
//! A balancer spreads a tenant's requests over the nodes, so none of them sees all. What one finds out it writes down, and the others take that
//! in as if they had seen it: each counts every tenant that fails, and a request that verifies on one node ends the trouble on all.
//!
//! An alarm may be about one node alone, such as a log that it cannot reach. It fires for as long as any node says so, see [`super::judge`].

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tally_domain::alarm::AlarmEvent;
use tally_domain::event::Family;
use tally_domain::health::{Failure, HealthEvent};
use tally_domain::{Recorded, StreamName, TenantId};
use tally_event_log::{StoredEvent, codec};
use tracing::warn;

use super::alarms::{ALARMS, Alarm};

/// What was written since the last look, by this node or another.
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
    /// An alarm fires.
    Fired(&'static Alarm),
    /// It is over.
    Resolved(&'static Alarm),
}

impl Elsewhere {
    /// An event of the log. Those of tenants' health and of alarms are kept for the next look.
    pub fn hear(&self, stored: &StoredEvent) {
        match stored.context.tenant {
            Some(tenant) if stored.stream == StreamName::health(tenant) => {
                if let Some(Recorded {
                    event, recorded_at, ..
                }) = read(stored)
                {
                    self.keep(of_tenant(tenant, event, recorded_at));
                }
            }
            Some(_) => {}
            None => {
                let alarm = |alarm: &&'static Alarm| stored.stream == StreamName::alarm(alarm.name);
                if let Some(alarm) = ALARMS.iter().find(alarm)
                    && let Some(recorded) = read(stored)
                {
                    self.keep(of_alarm(alarm, &recorded.event));
                }
            }
        }
    }

    pub(super) fn keep(&self, heard: Heard) {
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

fn read<E: Family>(stored: &StoredEvent) -> Option<Recorded<E>> {
    match codec::decode_as(stored.clone()) {
        Ok(recorded) => Some(recorded),
        Err(cause) => {
            warn!(stream = %stored.stream, %cause, "what another node noted cannot be read");
            None
        }
    }
}

pub(super) fn of_tenant(tenant: TenantId, event: HealthEvent, at: DateTime<Utc>) -> Heard {
    match event {
        HealthEvent::Failing { failure } => Heard::Failing(tenant, failure, at),
        HealthEvent::Recovered { .. } | HealthEvent::Left { .. } => Heard::Over(tenant, at),
    }
}

pub(super) fn of_alarm(alarm: &'static Alarm, event: &AlarmEvent) -> Heard {
    match event {
        AlarmEvent::Fired { .. } => Heard::Fired(alarm),
        AlarmEvent::Resolved { .. } => Heard::Resolved(alarm),
    }
}
