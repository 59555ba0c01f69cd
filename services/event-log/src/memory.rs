//! The engine for tests: the same promises, kept only as long as the process lives.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use parking_lot::{Mutex, MutexGuard};
use tally_domain::{EventId, Position, Revision, StreamName};
use tokio::sync::watch;

use crate::error::{AppendError, ReadError};
use crate::limits::{self, Prepared};
use crate::port::{LogReader, LogWriter};
use crate::recording_time::recording_time;
use crate::stored::{Appended, ExpectedRevision, NewEvent, StoredEvent};
use crate::subscription::{Pages, Wake, follow};
use tally_domain::Clock;

/// A log in memory.
pub struct MemoryLog {
    events: Events,
    /// Not in `events`, which subscriptions share: they end when the log is dropped.
    head: watch::Sender<Option<Position>>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new(clock: Clock) -> Self {
        let state = Mutex::new(State {
            clock,
            ..State::default()
        });
        Self {
            events: Events {
                state: Arc::new(state),
            },
            head: watch::Sender::new(None),
        }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new(Clock::system())
    }
}

#[async_trait]
impl LogReader for MemoryLog {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let state = self.events.lock();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let places = state.streams.get(stream).into_iter().flatten();
        Ok(places
            .skip(from)
            .take(limit)
            .map(|&at| state.all[at].clone())
            .collect())
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        self.events.page(after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.events.head().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        follow(self.events.clone(), after, Wake::ByWriter(self.head.subscribe()))
    }
}

#[async_trait]
impl LogWriter for MemoryLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let events = limits::prepare(stream, events)?;
        let mut state = self.events.lock();
        let appended = state.append(stream, expected, &events)?;
        self.head.send_replace(state.head());
        Ok(appended)
    }
}

#[derive(Clone)]
struct Events {
    state: Arc<Mutex<State>>,
}

impl Events {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

#[async_trait]
impl Pages for Events {
    async fn page(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        let state = self.lock();
        let skip = state.all.partition_point(|e| Some(e.position) <= after);
        Ok(state.all.iter().skip(skip).take(limit).cloned().collect())
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        Ok(self.lock().head())
    }
}

#[derive(Default)]
struct State {
    clock: Clock,
    all: Vec<StoredEvent>,
    /// Where in `all` each stream's events are.
    streams: HashMap<StreamName, Vec<usize>>,
    ids: HashMap<EventId, usize>,
}

impl State {
    fn head(&self) -> Option<Position> {
        self.all.last().map(|e| e.position)
    }

    fn append(
        &mut self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: &[Prepared],
    ) -> Result<Appended, AppendError> {
        if let Some(already) = self.find_repeated(stream, events) {
            return Ok(already);
        }
        let actual = self.last_revision(stream);
        if expected.last() != actual {
            let stream = stream.clone();
            return Err(AppendError::WrongExpectedRevision {
                stream,
                expected,
                actual,
            });
        }
        if let Some(taken) = events.iter().find(|e| self.ids.contains_key(&e.id)) {
            let id = taken.id;
            return Err(AppendError::Invalid(format!(
                "event id {id} stands elsewhere already"
            )));
        }
        self.write(stream, actual.map_or(0, |r| r + 1), events)
    }

    fn last_revision(&self, stream: &StreamName) -> Option<Revision> {
        let last = self.streams.get(stream)?.last()?;
        self.all.get(*last).map(|e| e.revision)
    }

    /// The place of `events` if all of them stand in `stream`, one after the other.
    fn find_repeated(&self, stream: &StreamName, events: &[Prepared]) -> Option<Appended> {
        let first = &self.all[*self.ids.get(&events.first()?.id)?];
        let places = self.streams.get(stream).filter(|_| first.stream == *stream)?;
        let from = usize::try_from(first.revision).ok()?;
        let standing = places.get(from..from + events.len())?;
        let same = standing
            .iter()
            .zip(events)
            .all(|(&at, new)| self.all[at].id == new.id);
        let last = &self.all[*standing.last()?];
        same.then_some(Appended {
            position: last.position,
            last_revision: last.revision,
            already: true,
        })
    }

    fn write(
        &mut self,
        stream: &StreamName,
        first: Revision,
        events: &[Prepared],
    ) -> Result<Appended, AppendError> {
        let recorded_at = recording_time(&self.clock, self.all.last().map(|e| e.recorded_at));
        let mut read_back = Vec::with_capacity(events.len());
        for (new, revision) in events.iter().zip(first..) {
            let position = Position::single((self.all.len() + read_back.len() + 1) as u64);
            read_back.push(StoredEvent {
                id: new.id,
                stream: stream.clone(),
                revision,
                position,
                event_type: new.event_type.clone(),
                schema: new.schema,
                recorded_at,
                context: parse(&new.context)?,
                payload: parse(&new.payload)?,
            });
        }
        let places = self.streams.entry(stream.clone()).or_default();
        for event in read_back {
            places.push(self.all.len());
            self.ids.insert(event.id, self.all.len());
            self.all.push(event);
        }
        Ok(Appended {
            position: Position::single(self.all.len() as u64),
            last_revision: first + events.len() as u64 - 1,
            already: false,
        })
    }
}

/// Through text and back, as in the engines that store text.
fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AppendError> {
    serde_json::from_str(text).map_err(|e| AppendError::Invalid(e.to_string()))
}
