//! Commands on releases: those of the operator and the probe, and what the watch sees of tenants
//! and alarms while one bakes.

use crate::domain::release::{ReleaseCommand, ReleaseRefusal, ReleaseState, ReleaseVersion, decide};
use crate::domain::streams;
use chrono::{DateTime, Utc};
use tally_domain::Via;
use tally_event_log::EventLog;

use super::execute::{CommandFailure, Done, context, execute};

/// Carries out a command on a release. `via` says whether the operator gives it or the watch.
/// `None` when there was nothing to do and there is no such release.
///
/// # Errors
/// The release's rules refuse the command, or the log cannot be read or written.
pub async fn carry_out(
    log: &dyn EventLog,
    version: &ReleaseVersion,
    command: &ReleaseCommand,
    via: Via,
    now: DateTime<Utc>,
) -> Result<Option<Done>, CommandFailure<ReleaseRefusal>> {
    let (stream, context) = (streams::release(version), context(None, via));
    execute(log, &stream, &context, |events| {
        decide(&ReleaseState::fold(events), command, now)
    })
    .await
}
