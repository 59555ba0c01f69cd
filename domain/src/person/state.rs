//! What is known of a person.

use super::event::PersonEvent;

/// What is known of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PersonState {
    /// No event yet.
    #[default]
    Absent,
    /// The account is known.
    Known {
        /// The name as Jira gave it last; `None` before Jira has answered.
        name: Option<String>,
    },
    /// The person was erased, which is final.
    Erased,
}

impl PersonState {
    /// The state after `event`. An event that cannot follow the state changes nothing.
    #[must_use]
    pub fn evolve(self, event: &PersonEvent) -> Self {
        match (self, event) {
            (_, PersonEvent::Erased {}) => Self::Erased,
            (Self::Absent, PersonEvent::Known { .. }) => Self::Known { name: None },
            (Self::Known { .. }, PersonEvent::Renamed { name }) => Self::Known {
                name: name.text().map(str::to_owned),
            },
            (state @ (Self::Absent | Self::Erased), PersonEvent::Renamed { .. })
            | (state @ (Self::Known { .. } | Self::Erased), PersonEvent::Known { .. }) => state,
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a PersonEvent>) -> Self {
        events.into_iter().fold(Self::Absent, Self::evolve)
    }
}
