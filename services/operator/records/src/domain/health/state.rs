//! The fold of a tenant's health.

use chrono::{DateTime, Utc};

use super::event::HealthEvent;

/// A tenant's health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HealthState {
    /// Nothing is known to be wrong.
    #[default]
    Well,
    /// Its requests are refused.
    Failing {
        /// Since when.
        since: DateTime<Utc>,
    },
}

impl HealthState {
    /// The state after `event`.
    #[must_use]
    pub fn evolve(self, event: &HealthEvent) -> Self {
        match event {
            HealthEvent::Failing { failure } => Self::Failing { since: failure.since },
            HealthEvent::Recovered { .. } | HealthEvent::Left { .. } => Self::Well,
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a HealthEvent>) -> Self {
        events.into_iter().fold(Self::Well, Self::evolve)
    }
}
