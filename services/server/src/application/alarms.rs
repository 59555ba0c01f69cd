//! Commands on alarms, which Tally itself gives.

use std::convert::Infallible;

use chrono::{DateTime, Utc};
use tally_domain::alarm::{AlarmEvent, AlarmState, Firing, fire, resolve};
use tally_domain::{Actor, CommandId, Context, StreamName, Via};
use tally_event_log::{EventLog, LoadError, load};
use uuid::Uuid;

use tally_commands::{CommandError, Done, Loaded, execute_if_any};

/// Notes that an alarm fires. [`Done::appended`] is 0 when that was known.
///
/// # Errors
/// See [`CommandError`]; never refused.
pub async fn note_firing(
    log: &dyn EventLog,
    firing: &Firing,
) -> Result<Option<Done>, CommandError<Infallible>> {
    note(log, &firing.alarm, |state| fire(state, firing)).await
}

/// Notes that an alarm is over.
///
/// # Errors
/// See [`CommandError`]; never refused.
pub async fn note_resolved(
    log: &dyn EventLog,
    alarm: &str,
) -> Result<Option<Done>, CommandError<Infallible>> {
    note(log, alarm, resolve).await
}

/// Since when an alarm fires, as the log has it.
///
/// # Errors
/// The log cannot be read.
pub async fn firing_since(log: &dyn EventLog, alarm: &str) -> Result<Option<DateTime<Utc>>, LoadError> {
    let events = load::<AlarmEvent>(log, &StreamName::alarm(alarm)).await?;
    let state = AlarmState::fold(events.iter().map(|recorded| &recorded.event));
    Ok(match state {
        AlarmState::Quiet => None,
        AlarmState::Firing { since } => Some(since),
    })
}

async fn note(
    log: &dyn EventLog,
    alarm: &str,
    decide: impl Fn(AlarmState) -> Vec<AlarmEvent>,
) -> Result<Option<Done>, CommandError<Infallible>> {
    let context = Context::new(None, Actor::without_account(Via::App), CommandId(Uuid::new_v4()));
    execute_if_any(log, &StreamName::alarm(alarm), &context, None, |loaded| {
        Ok(decide(state(loaded)))
    })
    .await
}

fn state(loaded: &Loaded<AlarmEvent>) -> AlarmState {
    AlarmState::fold(loaded.events.iter().map(|recorded| &recorded.event))
}
