//! States of the past: how an instant becomes a position of the log.

use chrono::{DateTime, Utc};

use crate::recorded::Position;

/// A tenant's state as it was recorded at an instant: everything up to the tenant's last event that
/// was recorded not later than the instant.
///
/// Events before that one count even if their recorded time is later, which happens when a clock
/// was set back. So a state never lacks something in the middle, and a later instant never means an
/// earlier position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The instant that was asked for.
    pub instant: DateTime<Utc>,
    /// The last position that counts; `None` if nothing was recorded yet.
    pub position: Option<Position>,
}

impl AsOf {
    /// The rule that turns an instant into a position, over a tenant's events in the order of the
    /// log. The view `recorded_times` keeps an index for it.
    pub fn resolve(
        instant: DateTime<Utc>,
        events: impl IntoIterator<Item = (DateTime<Utc>, Position)>,
    ) -> Self {
        let start = Self {
            instant,
            position: None,
        };
        events.into_iter().fold(start, |so_far, (recorded_at, position)| {
            so_far.after(recorded_at, position)
        })
    }

    /// What the instant means once the tenant's next event is known.
    #[must_use]
    pub fn after(self, recorded_at: DateTime<Utc>, position: Position) -> Self {
        if recorded_at <= self.instant {
            Self {
                position: Some(position),
                ..self
            }
        } else {
            self
        }
    }

    /// Whether the event at `position` counts.
    pub fn includes(&self, position: Position) -> bool {
        Some(position) <= self.position
    }
}
