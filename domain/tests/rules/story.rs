//! Given, when, then.

use std::fmt::Debug;

use chrono::{DateTime, Duration, Utc};
use tally_domain::asset::{self, AssetCommand, AssetEvent, AssetRefusal, AssetState};
use tally_domain::tenant::{self, TenantCommand, TenantEvent, TenantRefusal, TenantState};
use tally_domain::{Actor, CommandId, Context, Decision, Position, Recorded, Refused, StreamName, Via};
use uuid::Uuid;

/// The time `minutes` after the beginning of every story.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + Duration::minutes(minutes)
}

/// An event of an aggregate that a story can test.
pub trait StoryEvent: Clone + Debug + PartialEq {
    type Command: Debug;
    type State: Debug + PartialEq;
    type Refusal: Refused + Debug + PartialEq;

    fn fold(history: &[Recorded<Self>]) -> Self::State;
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        now: DateTime<Utc>,
    ) -> Decision<Self, Self::Refusal>;
}

impl StoryEvent for AssetEvent {
    type Command = AssetCommand;
    type State = AssetState;
    type Refusal = AssetRefusal;

    fn fold(history: &[Recorded<Self>]) -> AssetState {
        AssetState::fold(history)
    }

    fn decide(
        state: &AssetState,
        command: &AssetCommand,
        now: DateTime<Utc>,
    ) -> Decision<Self, AssetRefusal> {
        asset::decide(state, command, now)
    }
}

impl StoryEvent for TenantEvent {
    type Command = TenantCommand;
    type State = TenantState;
    type Refusal = TenantRefusal;

    fn fold(history: &[Recorded<Self>]) -> TenantState {
        TenantState::fold(history)
    }

    fn decide(
        state: &TenantState,
        command: &TenantCommand,
        now: DateTime<Utc>,
    ) -> Decision<Self, TenantRefusal> {
        tenant::decide(state, command, now)
    }
}

/// What has happened so far.
#[derive(Clone, Debug)]
pub struct Story<E> {
    history: Vec<Recorded<E>>,
    now: DateTime<Utc>,
}

/// What came of a command.
pub struct Outcome<E: StoryEvent> {
    story: Story<E>,
    decision: Decision<E, E::Refusal>,
}

/// A story in which `events` happened at its beginning.
pub fn given<E: StoryEvent>(events: impl IntoIterator<Item = E>) -> Story<E> {
    let story = Story {
        history: vec![],
        now: at(0),
    };
    story.and(events)
}

impl<E: StoryEvent> Story<E> {
    /// The same story, and now it is `minutes` after its beginning.
    pub fn at(self, minutes: i64) -> Self {
        Self {
            now: at(minutes),
            ..self
        }
    }

    /// The same story, and now `events` happen.
    pub fn and(mut self, events: impl IntoIterator<Item = E>) -> Self {
        for event in events {
            let next = recorded(event, self.history.len() as u64, self.now);
            self.history.push(next);
        }
        self
    }

    /// Wants something.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story reads better without borrows"
    )]
    pub fn when(self, command: E::Command) -> Outcome<E> {
        let decision = E::decide(&self.state(), &command, self.now);
        Outcome {
            story: self,
            decision,
        }
    }

    pub fn state(&self) -> E::State {
        E::fold(&self.history)
    }

    pub fn history(&self) -> &[Recorded<E>] {
        &self.history
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

impl<E: StoryEvent> Outcome<E> {
    /// Exactly `events` happen, and the story goes on with them.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = E>) -> Story<E> {
        let events: Vec<E> = events.into_iter().collect();
        assert_eq!(self.decision.as_ref(), Ok(&events));
        self.story.and(events)
    }

    /// Nothing happens, since it is so already.
    #[track_caller]
    pub fn nothing_happens(self) -> Story<E> {
        self.then([])
    }

    /// It is refused, with `code`.
    #[track_caller]
    pub fn refused(self, code: &str) -> Story<E> {
        match self.decision {
            Err(refusal) => assert_eq!(refusal.code(), code),
            Ok(events) => panic!("refused with {code} was expected, but this happens: {events:?}"),
        }
        self.story
    }

    /// What came of it, and the story with it.
    pub fn decided(self) -> (Decision<E, E::Refusal>, Story<E>) {
        let events = self.decision.clone_events();
        (self.decision, self.story.and(events))
    }
}

trait CloneEvents<E> {
    fn clone_events(&self) -> Vec<E>;
}

impl<E: Clone, R> CloneEvents<E> for Decision<E, R> {
    fn clone_events(&self) -> Vec<E> {
        self.as_ref().map_or_else(|_| vec![], Clone::clone)
    }
}

/// `event` in its envelope.
pub fn recorded<E>(event: E, revision: u64, when: DateTime<Utc>) -> Recorded<E> {
    let command = CommandId(Uuid::from_u128(u128::from(revision) + 1));
    let stream = StreamName::from_log("story".to_owned());
    Recorded {
        id: command.event_id(stream.as_str(), 0),
        stream,
        revision,
        position: Position::single(revision),
        recorded_at: when,
        context: Context::new(None, Actor::without_account(Via::App), command),
        event,
    }
}
