//! Decisions on an alarm. None refuses: what is known already yields no events.

use super::event::{AlarmEvent, Firing};
use super::state::AlarmState;

/// Notes that the alarm fires.
pub fn fire(state: AlarmState, firing: &Firing) -> Vec<AlarmEvent> {
    match state {
        AlarmState::Quiet => {
            let mut firing = firing.clone();
            firing.tenants.truncate(Firing::MAX_TENANTS);
            vec![AlarmEvent::Fired { firing }]
        }
        AlarmState::Firing { .. } => vec![],
    }
}

/// Notes that the alarm is over.
pub fn resolve(state: AlarmState) -> Vec<AlarmEvent> {
    match state {
        AlarmState::Quiet => vec![],
        AlarmState::Firing { since } => vec![AlarmEvent::Resolved { firing_since: since }],
    }
}
