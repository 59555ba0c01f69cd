//! Given, when, then: the aggregates of this house whose rules are stories.

use chrono::{DateTime, Utc};
use tally_domain::{Decision, Recorded};
use tally_house_tests::story::Rules;
pub use tally_house_tests::story::at;
use tally_operator::domain::incident::{
    self, IncidentCommand, IncidentEvent, IncidentRefusal, IncidentState,
};
use tally_operator::domain::release::{self, ReleaseCommand, ReleaseEvent, ReleaseRefusal, ReleaseState};

/// The tests of this house.
#[derive(Clone, Copy, Debug)]
pub struct Suite;

/// A story of this house.
pub type Story<E> = tally_house_tests::story::Story<E, Suite>;

/// A story in which `events` happened at its beginning.
pub fn given<E: Rules<Suite>>(events: impl IntoIterator<Item = E>) -> Story<E> {
    tally_house_tests::story::given(events)
}

impl Rules<Suite> for ReleaseEvent {
    type Command = ReleaseCommand;
    type State = ReleaseState;
    type Refusal = ReleaseRefusal;

    fn fold(history: &[Recorded<Self>]) -> ReleaseState {
        ReleaseState::fold(history.iter().map(|recorded| &recorded.event))
    }

    fn decide(
        state: &ReleaseState,
        command: &ReleaseCommand,
        now: DateTime<Utc>,
    ) -> Decision<Self, ReleaseRefusal> {
        release::decide(state, command, now)
    }
}

impl Rules<Suite> for IncidentEvent {
    type Command = IncidentCommand;
    type State = IncidentState;
    type Refusal = IncidentRefusal;

    fn fold(history: &[Recorded<Self>]) -> IncidentState {
        IncidentState::fold(history.iter().map(|recorded| &recorded.event))
    }

    fn decide(
        state: &IncidentState,
        command: &IncidentCommand,
        _now: DateTime<Utc>,
    ) -> Decision<Self, IncidentRefusal> {
        incident::decide(state, command)
    }
}
