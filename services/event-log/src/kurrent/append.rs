//! Appending. The server checks the expected revision and knows an event again that is repeated at
//! it. Its answer does not say whether it did, so that is recognised by the position: events of
//! this append lie behind all that was there before it was sent.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use eventstore::{AppendToStreamOptions, Client, EventData, WriteResult};
use parking_lot::Mutex;
use tally_domain::{EventId, Position, Revision, StreamName};

use super::answers;
use super::read::{Reader, state};
use super::record;
use super::trouble::Trouble;
use crate::digest::NOTHING_BEFORE;
use crate::error::{AppendError, Failure, ReadError};
use crate::limits::Prepared;
use crate::raw::RawEvent;
use crate::recording_time::recording_time;
use crate::stored::{Appended, ExpectedRevision};
use tally_domain::Clock;

/// How many events are read at once when a stream is searched.
const PAGE: usize = 500;

/// Appends of one process.
pub(super) struct Writer {
    reader: Reader,
    clock: Clock,
    last: Mutex<Option<DateTime<Utc>>>,
    seen: Arc<Seen>,
    turns: Turns,
}

impl Writer {
    pub(super) fn new(reader: Reader, clock: Clock, seen: Arc<Seen>) -> Self {
        Self {
            reader,
            clock,
            last: Mutex::default(),
            seen,
            turns: Turns::default(),
        }
    }

    pub(super) async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<Prepared>,
    ) -> Result<Appended, AppendError> {
        let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
        let turn = self.turns.of(ids.first().copied());
        let _turn = turn.lock().await;
        let before = self.seen.get();
        let (is_answered, digest) =
            tokio::join!(self.is_answered(&events), self.digest_before(stream, expected));
        if is_answered? {
            return Err(AppendError::Answered);
        }
        let Some(digest) = digest.map_err(of_looking)? else {
            let end = self
                .reader
                .stream_end(stream.as_str())
                .await
                .map_err(of_looking)?;
            return Err(AppendError::WrongExpectedRevision {
                stream: stream.clone(),
                expected,
                actual: end.map(|end| end.revision),
            });
        };
        match self.write(stream, expected, digest, &events).await {
            Ok(written) => self.stands(stream, &ids, &written, before).await,
            Err(Trouble::Conflict(actual)) => self.conflict(stream, expected, actual, &ids).await,
            Err(trouble) => Err(of_appending(trouble)),
        }
    }

    /// Whether the command of the events, if the caller named it, was answered without them.
    async fn is_answered(&self, events: &[Prepared]) -> Result<bool, AppendError> {
        match events.first().filter(|event| event.is_named) {
            Some(first) => answers::is_given(&self.reader, first.id).await,
            None => Ok(false),
        }
    }

    /// The digest that the first event follows; `None` when the stream ends before the expected
    /// revision.
    async fn digest_before(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
    ) -> Result<Option<[u8; 32]>, ReadError> {
        match expected.last() {
            None => Ok(Some(NOTHING_BEFORE)),
            Some(last) => self.reader.digest_at(stream.as_str(), last).await,
        }
    }

    async fn write(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        mut before: [u8; 32],
        events: &[Prepared],
    ) -> Result<WriteResult, Trouble> {
        let at = self.now();
        let first = expected.last().map_or(0, |last| last.saturating_add(1));
        let events = events.iter().zip(first..).map(|(event, revision)| {
            let covered = event.covered(stream, revision, at);
            before = covered.digest_after(&before);
            record::to_event_data(&covered, &before)
        });
        let events: Vec<EventData> = events
            .collect::<Result<_, _>>()
            .map_err(|e| Trouble::Refused(e.to_string()))?;
        let name = format!("{}.{stream}", self.reader.prefix());
        let options = AppendToStreamOptions::default()
            .stream_state(state(expected))
            .deadline(self.reader.supervisor().target().deadline())
            .requires_leader(true);
        let question = |client: Client| {
            let (name, options, events) = (name.clone(), options.clone(), events.clone());
            async move { client.append_to_stream(name.as_str(), &options, events).await }
        };
        self.reader.supervisor().ask("appending", question).await
    }

    /// A retry carries the time of the first try, so that it does not matter which of them was
    /// written.
    fn now(&self) -> DateTime<Utc> {
        let mut last = self.last.lock();
        let now = recording_time(&self.clock, *last);
        *last = Some(now);
        now
    }

    async fn stands(
        &self,
        stream: &StreamName,
        ids: &[EventId],
        written: &WriteResult,
        before: Option<Position>,
    ) -> Result<Appended, AppendError> {
        let (position, last_revision) = (record::position(written.position), written.next_expected_version);
        if Some(position) > before {
            self.seen.learn(position);
            return Ok(Appended {
                position,
                last_revision,
                already: false,
            });
        }
        let last = self.reader.stream(stream.as_str(), last_revision, 1).await;
        match last.map_err(of_looking)?.first() {
            Some(last) if ids.last().is_some_and(|id| id.0 == last.id) => Ok(already(last)),
            _ => Err(AppendError::Unavailable(Failure::new(
                "appending",
                "the answer names another event",
            ))),
        }
    }

    /// The events may stand after the expected revision, but not at once after it. A reader that
    /// came this far has read all before.
    async fn conflict(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        actual: Option<Revision>,
        ids: &[EventId],
    ) -> Result<Appended, AppendError> {
        let from = expected.last().map_or(0, |last| last.saturating_add(1));
        if actual.is_some_and(|actual| actual >= from)
            && let Some(last) = self.search(stream, from, ids).await.map_err(of_looking)?
        {
            return Ok(already(&last));
        }
        Err(AppendError::WrongExpectedRevision {
            stream: stream.clone(),
            expected,
            actual,
        })
    }

    /// The last of `ids` if they stand one after the other, at `from` or later.
    async fn search(
        &self,
        stream: &StreamName,
        from: Revision,
        ids: &[EventId],
    ) -> Result<Option<RawEvent>, ReadError> {
        let (mut next, mut found) = (from, 0);
        loop {
            let page = self.reader.stream(stream.as_str(), next, PAGE).await?;
            let more = page.len() == PAGE;
            next += page.len() as u64;
            for event in page {
                let is = |at: usize| ids.get(at).is_some_and(|id| id.0 == event.id);
                found = if is(found) { found + 1 } else { usize::from(is(0)) };
                if found == ids.len() {
                    return Ok(Some(event));
                }
            }
            if !more {
                return Ok(None);
            }
        }
    }
}

fn already(last: &RawEvent) -> Appended {
    Appended {
        position: last.position,
        last_revision: last.revision,
        already: true,
    }
}

fn of_appending(trouble: Trouble) -> AppendError {
    match trouble {
        Trouble::Refused(why) => too_large(&why).unwrap_or(AppendError::Invalid(why)),
        other => AppendError::Unavailable(Failure::new("appending", other.to_text())),
    }
}

/// Older servers take 1 MiB in one append unless their `MaxAppendSize` says more; today's take all
/// that passes our own limits.
fn too_large(why: &str) -> Option<AppendError> {
    let limit = why.split_once("Maximum Append ")?.1;
    let digits = limit
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty());
    let limit = digits.and_then(|digits| digits.parse().ok())?;
    Some(AppendError::TooLarge {
        what: "bytes in one append, more than the server's MaxAppendSize",
        size: limit + 1,
        limit,
    })
}

fn of_looking(error: ReadError) -> AppendError {
    match error {
        ReadError::Unavailable(failure) => AppendError::Unavailable(failure),
        ReadError::Corrupt { .. } | ReadError::BeyondHead { .. } => {
            AppendError::Unavailable(Failure::new("looking for the events of an append", error))
        }
    }
}

/// The last position that this process knows to be taken.
#[derive(Default)]
pub(super) struct Seen(Mutex<Option<Position>>);

impl Seen {
    pub(super) fn get(&self) -> Option<Position> {
        *self.0.lock()
    }

    pub(super) fn learn(&self, position: Position) {
        let mut seen = self.0.lock();
        *seen = (*seen).max(Some(position));
    }
}

/// Appends of the same events wait for one another: so the later ones see that the events stand.
/// All others go side by side.
#[derive(Default)]
struct Turns(Mutex<HashMap<Option<EventId>, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    fn of(&self, first: Option<EventId>) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock();
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(first).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_takes_less_than_our_limits_says_how_much() {
        for (message, limit) in [
            ("Maximum Append Size of 1048576 Exceeded.", 1_048_576),
            (
                "Event with Id: 5f, Size: 99, exceeds Maximum Append Event Size of 16.",
                16,
            ),
        ] {
            let Some(AppendError::TooLarge { limit: said, .. }) = too_large(message) else {
                panic!("{message}")
            };
            assert_eq!(said, limit);
        }
        assert!(too_large("Invalid Transaction").is_none());
    }
}
