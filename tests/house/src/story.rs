//! Given, when, then.

use std::fmt::Debug;
use std::marker::PhantomData;

use chrono::{DateTime, Duration, Utc};
use tally_domain::{Actor, CommandId, Context, Decision, Position, Recorded, Refused, StreamName, Via};
use uuid::Uuid;

/// The time `minutes` after the beginning of every story.
pub fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + Duration::minutes(minutes)
}

/// The rules of an aggregate, by the type of its events. `Suite` is a type of the tests that
/// implement it: Rust asks for one, since neither this trait nor the event is theirs.
pub trait Rules<Suite>: Clone + Debug + PartialEq {
    /// The aggregate's commands.
    type Command: Debug;
    /// The aggregate's state.
    type State: Debug + PartialEq;
    /// Why it refuses a command.
    type Refusal: Refused + Debug + PartialEq;

    /// The state after `history`.
    fn fold(history: &[Recorded<Self>]) -> Self::State;

    /// Decides `command` on `state` at `now`.
    ///
    /// # Errors
    /// The refusal of the aggregate's rules.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        now: DateTime<Utc>,
    ) -> Decision<Self, Self::Refusal>;
}

/// What has happened so far.
#[derive(Clone, Debug)]
pub struct Story<E, Suite> {
    history: Vec<Recorded<E>>,
    now: DateTime<Utc>,
    suite: PhantomData<Suite>,
}

/// What came of a command.
pub struct Outcome<E: Rules<Suite>, Suite> {
    story: Story<E, Suite>,
    decision: Decision<E, E::Refusal>,
}

/// A story in which `events` happened at its beginning.
pub fn given<E: Rules<Suite>, Suite>(events: impl IntoIterator<Item = E>) -> Story<E, Suite> {
    let story = Story {
        history: vec![],
        now: at(0),
        suite: PhantomData,
    };
    story.and(events)
}

impl<E: Rules<Suite>, Suite> Story<E, Suite> {
    /// The same story, and now it is `minutes` after its beginning.
    #[must_use]
    pub fn at(self, minutes: i64) -> Self {
        Self {
            now: at(minutes),
            ..self
        }
    }

    /// The same story, and now `events` happen.
    #[must_use]
    pub fn and(mut self, events: impl IntoIterator<Item = E>) -> Self {
        for event in events {
            let next = recorded(event, self.history.len() as u64, self.now);
            self.history.push(next);
        }
        self
    }

    /// Now `command` is given.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story reads better without borrows"
    )]
    pub fn when(self, command: E::Command) -> Outcome<E, Suite> {
        let decision = E::decide(&self.state(), &command, self.now);
        Outcome {
            story: self,
            decision,
        }
    }

    /// The state after all that has happened.
    pub fn state(&self) -> E::State {
        E::fold(&self.history)
    }

    /// What has happened, oldest first.
    pub fn history(&self) -> &[Recorded<E>] {
        &self.history
    }

    /// The time in the story.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

impl<E: Rules<Suite>, Suite> Outcome<E, Suite> {
    /// Exactly `events` happen, and the story goes on with them.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = E>) -> Story<E, Suite> {
        let events: Vec<E> = events.into_iter().collect();
        assert_eq!(self.decision.as_ref(), Ok(&events));
        self.story.and(events)
    }

    /// Nothing happens, since it is so already.
    #[track_caller]
    pub fn nothing_happens(self) -> Story<E, Suite> {
        self.then([])
    }

    /// It is refused, with `code`.
    #[track_caller]
    pub fn refused(self, code: &str) -> Story<E, Suite> {
        match self.decision {
            Err(refusal) => assert_eq!(refusal.code(), code),
            Ok(events) => panic!("refused with {code} was expected, but this happens: {events:?}"),
        }
        self.story
    }

    /// What came of it, and the story with it.
    pub fn decided(self) -> (Decision<E, E::Refusal>, Story<E, Suite>) {
        let events = self.decision.as_ref().map_or_else(|_| vec![], Clone::clone);
        (self.decision, self.story.and(events))
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
        context: Context::new(None, Actor::without_person(Via::App), command),
        event,
    }
}
