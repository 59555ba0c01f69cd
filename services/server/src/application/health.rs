//! Commands on tenants' health, which Tally itself gives.

use std::convert::Infallible;

use tally_domain::health::{Failure, HealthEvent, HealthState, note_failing, note_left, note_recovered};
use tally_domain::{Actor, CommandId, Context, StreamName, TenantId, Via};
use tally_event_log::EventLog;
use uuid::Uuid;

use tally_commands::{CommandError, Done, execute_if_any};

/// What was seen of a tenant.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Its requests are refused.
    Failing(Failure),
    /// One verified.
    Recovered,
    /// It uninstalled.
    Left,
}

/// Notes what was seen. `None` when nothing was ever noted and there is nothing to note.
///
/// # Errors
/// See [`CommandError`]; never refused.
pub async fn note(
    log: &dyn EventLog,
    tenant: TenantId,
    seen: &Seen,
) -> Result<Option<Done>, CommandError<Infallible>> {
    let context = Context::new(
        Some(tenant),
        Actor::without_account(Via::App),
        CommandId(Uuid::new_v4()),
    );
    let stream = StreamName::health(tenant);
    execute_if_any::<HealthEvent, _>(log, &stream, &context, None, |loaded| {
        let state = HealthState::fold(loaded.events.iter().map(|recorded| &recorded.event));
        Ok(match seen {
            Seen::Failing(failure) => note_failing(state, failure),
            Seen::Recovered => note_recovered(state),
            Seen::Left => note_left(state),
        })
    })
    .await
}
