//! Restoring, after a restart, what the log has about failing tenants and firing alarms.

use crate::domain::streams;
use std::collections::BTreeSet;

use crate::domain::alarm::AlarmEvent;
use crate::domain::health::Failure;
use crate::views::HealthList;
use chrono::{DateTime, Utc};
use tally_event_log::{LoadError, LogReader, load};
use tally_view_store::ViewStore;

use super::alarms::{ALARMS, Alarm};
use super::judge::{Judge, Pace};
use super::state::{FiringAlarm, Measured};
use tally_observations::HealthMemory;

/// Restores the failing tenants and the firing alarms. The views must have caught up.
///
/// # Errors
/// The log or the views cannot be read.
pub(super) async fn restore(
    log: &dyn LogReader,
    views: &ViewStore,
    health: &HealthMemory,
    pace: Pace,
    now: DateTime<Utc>,
) -> anyhow::Result<Judge> {
    let mut failing = BTreeSet::new();
    for known in HealthList::of(views).failing()? {
        let failure = Failure {
            code: known.code,
            since: known.since,
            refusals: known.refusals,
            last_good_at: known.last_good_at,
        };
        health.restore(known.tenant, &failure, known.noted_at);
        failing.insert(known.tenant);
    }
    let mut firing = Vec::new();
    for alarm in &ALARMS {
        let found = load_firing(log, alarm).await?;
        firing.extend(found.map(|found| (alarm, found)));
    }
    Ok(Judge::restore(pace, failing, firing, now))
}

/// What an alarm fires for. Read from its stream, since the view does not name the tenants.
async fn load_firing(log: &dyn LogReader, alarm: &Alarm) -> Result<Option<FiringAlarm>, LoadError> {
    let events = load::<AlarmEvent>(log, &streams::alarm(alarm.name)).await?;
    Ok(events.last().and_then(|last| match &last.event {
        AlarmEvent::Fired { firing } => Some(FiringAlarm {
            since: firing.since,
            measured: Measured {
                value: to_count(firing.value),
                limit: to_count(firing.limit),
            },
            tenants: firing.tenants.clone(),
            clear_since: None,
        }),
        AlarmEvent::Resolved { .. } => None,
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is stored was a count"
)]
fn to_count(value: f64) -> u64 {
    value as u64
}
