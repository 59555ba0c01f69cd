//! A place to try properties in, and the words they are written with.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tally_domain::{Actor, CommandId, Context, EventId, Position, StreamName, Via};
use uuid::Uuid;

use crate::error::AppendError;
use crate::port::LogWriter;
use crate::stored::{Appended, ExpectedRevision, NewEvent, StoredEvent};

/// Whether a property held; `Err` says what was seen instead.
pub(crate) type Outcome = Result<(), String>;

/// A property: its sentence, and the trial of it, which begins when it is polled.
pub(crate) type Property<'a> = (&'static str, BoxFuture<'a, Outcome>);

/// The log under trial, and the prefix of the streams that may be written to.
pub(super) struct Area<'l> {
    pub log: &'l dyn LogWriter,
    scratch: &'l str,
}

impl<'l> Area<'l> {
    pub(super) fn new(log: &'l dyn LogWriter, scratch: &'l str) -> Self {
        Self { log, scratch }
    }

    /// A stream of this area.
    pub(super) fn stream(&self, name: &str) -> StreamName {
        StreamName::from_log(format!("{}.{name}", self.scratch))
    }

    /// Whether an event of the log was written by the property that calls its streams `prefix...`.
    pub(super) fn owns(&self, event: &StoredEvent, prefix: &str) -> bool {
        let rest = event.stream.as_str().strip_prefix(self.scratch);
        rest.and_then(|rest| rest.strip_prefix('.'))
            .is_some_and(|name| name.starts_with(prefix))
    }

    pub(super) async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[NewEvent],
    ) -> Result<Appended, AppendError> {
        self.log.append(stream, expected, events.to_vec()).await
    }

    /// Appends, and takes anything but a success for the end of the trial.
    pub(super) async fn append_or_fail(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[NewEvent],
    ) -> Result<Appended, String> {
        let answer = self.append(stream, expected, events).await;
        answer.map_err(|e| format!("an append at {expected} failed: {e:?}"))
    }

    /// All of a stream, read at once.
    pub(super) async fn read(&self, stream: &StreamName) -> Result<Vec<StoredEvent>, String> {
        self.log.read_stream(stream, 0, 10_000).await.map_err(to_text)
    }

    pub(super) async fn head(&self) -> Result<Option<Position>, String> {
        self.log.head().await.map_err(to_text)
    }

    /// Every event after `after` that the property calling its streams `prefix...` wrote, read in
    /// pages of `page`.
    pub(super) async fn all_after(
        &self,
        after: Option<Position>,
        prefix: &str,
        page: usize,
    ) -> Result<Vec<StoredEvent>, String> {
        let (mut reached, mut found) = (after, Vec::new());
        loop {
            let events = self.log.read_all(reached, page).await.map_err(to_text)?;
            let Some(last) = events.last() else {
                return Ok(found);
            };
            reached = Some(last.position);
            found.extend(events.into_iter().filter(|e| self.owns(e, prefix)));
        }
    }
}

/// An event that says `payload`, of a command of its own.
pub(super) fn saying(payload: Value) -> NewEvent {
    let command = CommandId(Uuid::new_v4());
    NewEvent {
        id: EventId(command.derive("event")),
        event_type: "contract.noted".to_owned(),
        schema: 1,
        context: Context::new(None, Actor::without_person(Via::Operator), command),
        payload,
        sealed: false,
    }
}

/// An event that says a number.
pub(crate) fn event_with_number(n: usize) -> NewEvent {
    saying(json!({ "n": n }))
}

/// Events that say the numbers up to `count`.
pub(crate) fn several_events(count: usize) -> Vec<NewEvent> {
    (0..count).map(event_with_number).collect()
}

pub(super) fn ids(events: &[StoredEvent]) -> Vec<EventId> {
    events.iter().map(|e| e.id).collect()
}

pub(super) fn new_ids(events: &[NewEvent]) -> Vec<EventId> {
    events.iter().map(|e| e.id).collect()
}

/// Holds when `seen` is what was `wanted`.
#[expect(clippy::needless_pass_by_value, reason = "most are made for the comparison")]
pub(crate) fn ensure_same<T: PartialEq + Debug>(what: &str, seen: T, wanted: T) -> Outcome {
    ensure(seen == wanted, || format!("{what}: {seen:?} and not {wanted:?}"))
}

/// Holds when `condition` does; otherwise `seen` says what was seen instead.
pub(super) fn ensure(condition: bool, seen: impl FnOnce() -> String) -> Outcome {
    if condition { Ok(()) } else { Err(seen()) }
}

/// Holds when an append was refused for its revision, with the right one.
pub(super) fn refused_at(answer: Result<Appended, AppendError>, last: Option<u64>) -> Outcome {
    match answer {
        Err(AppendError::WrongExpectedRevision { actual, .. }) => {
            ensure_same("the revision in the refusal", actual, last)
        }
        other => Err(format!("{other:?} and not a wrong expected revision")),
    }
}

pub(crate) fn to_text(error: impl Debug) -> String {
    format!("{error:?}")
}
