//! Commands on incidents: those of the operator, and the proposals of alarms.

use crate::domain::IncidentId;
use crate::domain::incident::{IncidentCommand, IncidentRefusal, IncidentState, decide};
use crate::domain::streams;
use tally_domain::Via;
use tally_event_log::EventLog;

use super::execute::{CommandFailure, Done, context, execute};

/// Carries out a command on an incident. `via` says whether the operator gives it or an alarm.
/// `None` when there was nothing to do and there is no such incident.
///
/// # Errors
/// The incident's rules refuse the command, or the log cannot be read or written.
pub async fn carry_out(
    log: &dyn EventLog,
    incident: IncidentId,
    command: &IncidentCommand,
    via: Via,
) -> Result<Option<Done>, CommandFailure<IncidentRefusal>> {
    let (stream, context) = (streams::incident(incident), context(None, via));
    execute(log, &stream, &context, |events| {
        decide(&IncidentState::fold(events), command)
    })
    .await
}
