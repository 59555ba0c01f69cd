//! Commands on releases: the operator's, the probe's, and what Tally sees of tenants and alarms meanwhile.

use chrono::{DateTime, Utc};
use tally_domain::release::{
    ReleaseCommand, ReleaseEvent, ReleaseRefusal, ReleaseState, ReleaseVersion, decide,
};
use tally_domain::{Actor, CommandId, Context, StreamName, Via};
use tally_event_log::EventLog;
use uuid::Uuid;

use tally_commands::{CommandError, Done, execute_if_any};

/// Carries out a command on a release. `via` says whether the operator wants it or Tally saw it. `None` when there was nothing to do and
/// no such release.
///
/// # Errors
/// See [`CommandError`].
pub async fn carry_out(
    log: &dyn EventLog,
    version: &ReleaseVersion,
    command: &ReleaseCommand,
    via: Via,
    now: DateTime<Utc>,
) -> Result<Option<Done>, CommandError<ReleaseRefusal>> {
    let context = Context::new(None, Actor::without_account(via), CommandId(Uuid::new_v4()));
    execute_if_any::<ReleaseEvent, _>(log, &StreamName::release(version), &context, None, |loaded| {
        let state = ReleaseState::fold(loaded.events.iter().map(|recorded| &recorded.event));
        Ok(decide(&state, command, now)?)
    })
    .await
}
