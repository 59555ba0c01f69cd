//! Commands on tenants' health, which the watch gives.

use crate::domain::health::{Failure, HealthEvent, HealthState, note_failing, note_left, note_recovered};
use crate::domain::streams;
use tally_domain::{TenantId, Via};
use tally_event_log::EventLog;

use super::execute::{CommandFailure, Done, context, execute};

/// What the watch found about a tenant.
#[derive(Clone, Debug)]
pub enum HealthFinding {
    /// Its requests are refused.
    Failing(Failure),
    /// One of its requests verified.
    Recovered,
    /// It uninstalled Tally.
    Left,
}

/// Records what the watch found. `None` when the log has nothing about the tenant and there is
/// nothing to record.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record(
    log: &dyn EventLog,
    tenant: TenantId,
    finding: &HealthFinding,
) -> anyhow::Result<Option<Done>> {
    let (stream, context) = (streams::health(tenant), context(Some(tenant), Via::App));
    let decide = |events: &[HealthEvent]| {
        let state = HealthState::fold(events);
        Ok(match finding {
            HealthFinding::Failing(failure) => note_failing(state, failure),
            HealthFinding::Recovered => note_recovered(state),
            HealthFinding::Left => note_left(state),
        })
    };
    execute(log, &stream, &context, decide)
        .await
        .map_err(CommandFailure::into_cause)
}
