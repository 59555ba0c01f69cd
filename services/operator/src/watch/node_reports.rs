//! What nodes report to one another through the log.
//!
//! A load balancer spreads a tenant's requests over the nodes, so none of them sees all. What one
//! node finds it records, and the others take that in as if they had seen it: all nodes count the
//! same failing tenants, and a request that verifies on one node ends the trouble on all.
//!
//! An alarm may be about one node alone, such as a log that it cannot reach. It fires as long as
//! any node says so: see [`super::judge`].

use crate::domain::alarm::AlarmEvent;
use crate::domain::health::{Failure, HealthEvent};
use crate::domain::streams;
use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use tally_domain::event::Family;
use tally_domain::{Recorded, TenantId};
use tally_event_log::{StoredEvent, codec};
use tracing::warn;

use super::alarms::{ALARMS, Alarm};

/// What was recorded since the last tick, by this node or another.
#[derive(Default)]
pub struct NodeReports {
    waiting: Mutex<Vec<NodeReport>>,
}

/// What a node recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeReport {
    /// A tenant fails; with the time at which that was recorded.
    Failing(TenantId, Failure, DateTime<Utc>),
    /// A tenant recovered at that time, or uninstalled.
    Recovered(TenantId, DateTime<Utc>),
    /// An alarm fires.
    Fired(&'static Alarm),
    /// An alarm is over.
    Resolved(&'static Alarm),
}

impl NodeReports {
    /// Takes in an event of the log. Those of tenants' health and of alarms are kept for the next
    /// tick.
    pub fn take_event(&self, stored: StoredEvent) {
        match stored.context.tenant {
            Some(tenant) if stored.stream == streams::health(tenant) => {
                if let Some(recorded) = decode::<HealthEvent>(stored) {
                    self.keep(of_tenant(tenant, recorded.event, recorded.recorded_at));
                }
            }
            Some(_) => {}
            None => {
                let is_stream_of = |alarm: &&'static Alarm| stored.stream == streams::alarm(alarm.name);
                if let Some(alarm) = ALARMS.iter().find(is_stream_of)
                    && let Some(recorded) = decode::<AlarmEvent>(stored)
                {
                    self.keep(of_alarm(alarm, &recorded.event));
                }
            }
        }
    }

    pub(super) fn keep(&self, report: NodeReport) {
        self.waiting.lock().push(report);
    }

    /// Takes the reports out, in the order of the log.
    pub(super) fn take_all(&self) -> Vec<NodeReport> {
        std::mem::take(&mut *self.waiting.lock())
    }
}

fn decode<E: Family>(stored: StoredEvent) -> Option<Recorded<E>> {
    let position = stored.position;
    match codec::decode_as(stored) {
        Ok(recorded) => Some(recorded),
        Err(cause) => {
            warn!(%position, %cause, "an event of another node cannot be read");
            None
        }
    }
}

pub(super) fn of_tenant(tenant: TenantId, event: HealthEvent, at: DateTime<Utc>) -> NodeReport {
    match event {
        HealthEvent::Failing { failure } => NodeReport::Failing(tenant, failure, at),
        HealthEvent::Recovered { .. } | HealthEvent::Left { .. } => NodeReport::Recovered(tenant, at),
    }
}

pub(super) fn of_alarm(alarm: &'static Alarm, event: &AlarmEvent) -> NodeReport {
    match event {
        AlarmEvent::Fired { .. } => NodeReport::Fired(alarm),
        AlarmEvent::Resolved { .. } => NodeReport::Resolved(alarm),
    }
}
