//! Decisions on a tenant's health. None refuses: what is known already yields no events.

use super::event::{Failure, HealthEvent};
use super::state::HealthState;

/// Notes that the tenant fails.
pub fn note_failing(state: HealthState, failure: &Failure) -> Vec<HealthEvent> {
    match state {
        HealthState::Well => vec![HealthEvent::Failing {
            failure: failure.clone(),
        }],
        HealthState::Failing { .. } => vec![],
    }
}

/// Notes that a request of the tenant verified.
pub fn note_recovered(state: HealthState) -> Vec<HealthEvent> {
    match state {
        HealthState::Well => vec![],
        HealthState::Failing { since } => vec![HealthEvent::Recovered { failing_since: since }],
    }
}

/// Notes that the tenant uninstalled Tally.
pub fn note_left(state: HealthState) -> Vec<HealthEvent> {
    match state {
        HealthState::Well => vec![],
        HealthState::Failing { since } => vec![HealthEvent::Left { failing_since: since }],
    }
}
