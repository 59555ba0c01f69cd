//! Commands on the keys' stream: the rotation of the master key.

use std::convert::Infallible;

use tally_domain::Via;
use tally_event_log::LogWriter;

use super::execute::{CommandFailure, context, execute};
use crate::domain::keys::{KeysEvent, KeysState, Rotation, finish_rotation, start_rotation};
use crate::domain::streams;

/// Records that keys are about to be wrapped again.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record_start(log: &dyn LogWriter, rotation: &Rotation) -> anyhow::Result<()> {
    record(log, |state| start_rotation(state, rotation)).await
}

/// Records that every key is wrapped by the new master key, `keys` of them by this run.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record_end(log: &dyn LogWriter, keys: u64) -> anyhow::Result<()> {
    record(log, |state| finish_rotation(state, keys)).await
}

async fn record(log: &dyn LogWriter, decide: impl Fn(&KeysState) -> Vec<KeysEvent>) -> anyhow::Result<()> {
    let (stream, context) = (streams::keys(), context(None, Via::Operator));
    let done = execute(log, &stream, &context, |events| {
        Ok::<_, Infallible>(decide(&KeysState::fold(events)))
    });
    done.await.map(drop).map_err(CommandFailure::into_cause)
}
