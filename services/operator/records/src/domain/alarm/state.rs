//! The fold of an alarm.

use chrono::{DateTime, Utc};

use super::event::AlarmEvent;

/// An alarm's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlarmState {
    /// It does not fire.
    #[default]
    Quiet,
    /// It fires.
    Firing {
        /// Since when its condition holds.
        since: DateTime<Utc>,
    },
}

impl AlarmState {
    /// The state after `event`.
    #[must_use]
    pub fn evolve(self, event: &AlarmEvent) -> Self {
        match event {
            AlarmEvent::Fired { firing } => Self::Firing { since: firing.since },
            AlarmEvent::Resolved { .. } => Self::Quiet,
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a AlarmEvent>) -> Self {
        events.into_iter().fold(Self::Quiet, Self::evolve)
    }
}
