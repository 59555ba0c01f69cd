//! Decisions on an alarm. None refuses: what is known already yields no events.

use super::event::{AlarmEvent, Firing};
use super::state::AlarmState;

/// Notes that the alarm fires.
pub fn fire(state: AlarmState, firing: &Firing) -> Vec<AlarmEvent> {
    match state {
        AlarmState::Quiet => {
            let mut firing = firing.clone();
            firing.tenants.truncate(Firing::MAX_TENANTS);
            firing.value = finite(firing.value);
            firing.limit = finite(firing.limit);
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

/// The nearest number that can be stored: JSON knows nothing beyond the largest. What is no number
/// at all is reported as 0.
fn finite(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(f64::MIN, f64::MAX)
    }
}
