//! Commands on alarms, which the watch gives.

use crate::domain::alarm::{AlarmEvent, AlarmState, Firing, fire, resolve};
use crate::domain::streams;
use chrono::{DateTime, Utc};
use tally_domain::Via;
use tally_event_log::{LoadError, LogReader, LogWriter, load};

use super::execute::{CommandFailure, Done, context, execute};

/// Records that an alarm fires. [`Done::appended`] is 0 when the log has that already.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record_firing(log: &dyn LogWriter, firing: &Firing) -> anyhow::Result<Option<Done>> {
    record(log, &firing.alarm, |state| fire(state, firing)).await
}

/// Records that an alarm is over.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record_resolved(log: &dyn LogWriter, alarm: &str) -> anyhow::Result<Option<Done>> {
    record(log, alarm, resolve).await
}

/// Since when an alarm fires according to the log; `None` when it does not.
///
/// # Errors
/// The log cannot be read, or holds an event that this version does not know.
pub async fn firing_since(log: &dyn LogReader, alarm: &str) -> Result<Option<DateTime<Utc>>, LoadError> {
    let events = load::<AlarmEvent>(log, &streams::alarm(alarm)).await?;
    let state = AlarmState::fold(events.iter().map(|recorded| &recorded.event));
    Ok(match state {
        AlarmState::Quiet => None,
        AlarmState::Firing { since } => Some(since),
    })
}

async fn record(
    log: &dyn LogWriter,
    alarm: &str,
    decide: impl Fn(AlarmState) -> Vec<AlarmEvent>,
) -> anyhow::Result<Option<Done>> {
    let (stream, context) = (streams::alarm(alarm), context(None, Via::App));
    execute(log, &stream, &context, |events| {
        Ok(decide(AlarmState::fold(events)))
    })
    .await
    .map_err(CommandFailure::into_cause)
}
