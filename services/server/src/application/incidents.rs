//! Commands on incidents: the operator's, and the proposals of alarms.

use tally_domain::incident::{IncidentCommand, IncidentEvent, IncidentRefusal, IncidentState, decide};
use tally_domain::{Actor, CommandId, Context, IncidentId, StreamName, Via};
use tally_event_log::EventLog;
use uuid::Uuid;

use tally_commands::{CommandError, Done, execute};

/// Carries out a command on an incident. `via` says whether the operator wants it or an alarm proposes it.
///
/// # Errors
/// See [`CommandError`].
pub async fn carry_out(
    log: &dyn EventLog,
    incident: IncidentId,
    command: &IncidentCommand,
    via: Via,
) -> Result<Done, CommandError<IncidentRefusal>> {
    let context = Context::new(None, Actor::without_account(via), CommandId(Uuid::new_v4()));
    execute::<IncidentEvent, _>(log, &StreamName::incident(incident), &context, None, |loaded| {
        let state = IncidentState::fold(loaded.events.iter().map(|recorded| &recorded.event));
        Ok(decide(&state, command)?)
    })
    .await
}
