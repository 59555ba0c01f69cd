//! Commands on the outboxes of alarms, which the watch gives.

use crate::domain::notice::{Lease, Notice, NoticeEvent, Outbox, note_delivered, note_given_up, queue, take};
use crate::domain::streams;
use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::Via;
use tally_event_log::LogWriter;
use uuid::Uuid;

use super::execute::{CommandFailure, context, execute};

/// Queues a message. False when its news is in the outbox already.
///
/// # Errors
/// The log cannot be read or written.
pub async fn queue_notice(
    log: &dyn LogWriter,
    notice: &Notice,
    channels: &[String],
    lease: Lease,
    repeat: TimeDelta,
) -> anyhow::Result<bool> {
    let decide = |outbox: &Outbox| queue(outbox, notice, channels, lease, repeat);
    record(log, &notice.alarm, decide).await
}

/// Takes a message over, or renews its lease. False when another node has it, or it is delivered.
///
/// # Errors
/// The log cannot be read or written.
pub async fn take_notice(
    log: &dyn LogWriter,
    alarm: &str,
    notice: Uuid,
    lease: Lease,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    record(log, alarm, |outbox| take(outbox, notice, lease, now)).await
}

/// Records whether a channel accepted a message, or did not for a day.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record_outcome(
    log: &dyn LogWriter,
    alarm: &str,
    notice: Uuid,
    channel: &str,
    delivered: bool,
) -> anyhow::Result<()> {
    let decide = |outbox: &Outbox| match delivered {
        true => note_delivered(outbox, notice, channel),
        false => note_given_up(outbox, notice, channel),
    };
    record(log, alarm, decide).await.map(drop)
}

/// True when something was appended.
async fn record(
    log: &dyn LogWriter,
    alarm: &str,
    decide: impl Fn(&Outbox) -> Vec<NoticeEvent>,
) -> anyhow::Result<bool> {
    let (stream, context) = (streams::notices(alarm), context(None, Via::App));
    let done = execute(log, &stream, &context, |events| Ok(decide(&Outbox::fold(events)))).await;
    let done = done.map_err(CommandFailure::into_cause)?;
    Ok(done.is_some_and(|done| done.appended > 0))
}
