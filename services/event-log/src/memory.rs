//! The engine for tests: the same promises, kept only as long as the process lives.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use parking_lot::{Mutex, MutexGuard};
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};
use tokio::sync::watch;

use crate::answers::{ANSWERS_KEPT, AnswerStore, AnswerStored, NewAnswer};
use crate::digest::NOTHING_BEFORE;
use crate::engine::{Chunks, RawReader, RawWriter};
use crate::error::{AppendError, ReadError};
use crate::limits::Prepared;
use crate::port::{LogReader, LogWriter, ReadThrough};
use crate::raw::RawEvent;
use crate::recording_time::recording_time;
use crate::sealer::Sealer;
use crate::sealing::{NoKeys, SealingLog};
use crate::stored::{Appended, ExpectedRevision, NewEvent};
use crate::subscription::{Pages, Wake, follow};
use tally_domain::Clock;

/// A log in memory.
pub struct MemoryLog {
    log: SealingLog<MemoryEngine>,
}

impl MemoryLog {
    /// An empty log of plain events: what needs a seal is refused.
    pub fn new(clock: Clock) -> Self {
        Self::sealed(clock, Arc::new(NoKeys))
    }

    /// An empty log whose events are sealed by `sealer`.
    pub fn sealed(clock: Clock, sealer: Arc<dyn Sealer>) -> Self {
        Self {
            log: SealingLog::new(Box::new(MemoryEngine::new(clock)), sealer),
        }
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new(Clock::system())
    }
}

impl ReadThrough for MemoryLog {
    fn inner(&self) -> &dyn LogReader {
        &self.log
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
        self.log.append(stream, expected, events).await
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.log.answers()
    }
}

pub(crate) struct MemoryEngine {
    events: Events,
    /// Not in `events`, which subscriptions share: they end when the log is dropped.
    head: watch::Sender<Option<Position>>,
}

impl MemoryEngine {
    /// An empty log.
    pub(crate) fn new(clock: Clock) -> Self {
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

#[async_trait]
impl RawReader for MemoryEngine {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let state = self.events.lock();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let places = state.streams.get(stream).into_iter().flatten();
        Ok(places
            .skip(from)
            .take(limit)
            .map(|&at| state.all[at].clone())
            .collect())
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.events.page(after, limit).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let state = self.events.lock();
        let skip = state.all.partition_point(|e| Some(e.position) <= after);
        let later = state.all.iter().skip(skip);
        let own = later.filter(|e| StreamName::from_log(e.stream.clone()).owner() == Some(tenant));
        Ok(own.take(limit).cloned().collect())
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.events.head().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> Chunks {
        follow(self.events.clone(), after, Wake::ByWriter(self.head.subscribe()))
    }
}

#[async_trait]
impl RawWriter for MemoryEngine {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<Prepared>,
    ) -> Result<Appended, AppendError> {
        let mut state = self.events.lock();
        let appended = state.append(stream, expected, &events)?;
        self.head.send_replace(state.head());
        Ok(appended)
    }

    async fn find_answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.events.lock().find_answer(id))
    }

    async fn store_answer(&self, new: NewAnswer) -> Result<AnswerStored, AppendError> {
        Ok(self.events.lock().remember(new))
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
    async fn page(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
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
    all: Vec<RawEvent>,
    /// Where in `all` each stream's events are.
    streams: HashMap<StreamName, Vec<usize>>,
    ids: HashMap<EventId, usize>,
    answers: HashMap<EventId, (DateTime<Utc>, Vec<u8>)>,
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
        let actual = self.last(stream).map(|e| e.revision);
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
        if events.first().is_some_and(|e| self.answers.contains_key(&e.id)) {
            return Err(AppendError::Answered);
        }
        Ok(self.write(stream, events))
    }

    fn find_answer(&self, id: EventId) -> Option<Vec<u8>> {
        self.answers.get(&id).map(|(_, answer)| answer.clone())
    }

    fn remember(&mut self, new: NewAnswer) -> AnswerStored {
        if let Some(earlier) = self.find_answer(new.id) {
            return AnswerStored::Earlier(earlier);
        }
        if self.ids.contains_key(&new.id) {
            return AnswerStored::NotInPlace;
        }
        let now = self.clock.now();
        self.answers.retain(|_, (at, _)| *at >= now - ANSWERS_KEPT);
        self.answers.insert(new.id, (now, new.answer));
        AnswerStored::Now
    }

    fn last(&self, stream: &StreamName) -> Option<&RawEvent> {
        let last = self.streams.get(stream)?.last()?;
        self.all.get(*last)
    }

    /// The place of `events` if all of them stand in `stream`, one after the other.
    fn find_repeated(&self, stream: &StreamName, events: &[Prepared]) -> Option<Appended> {
        let first = &self.all[*self.ids.get(&events.first()?.id)?];
        let places = self
            .streams
            .get(stream)
            .filter(|_| first.stream == stream.as_str())?;
        let from = usize::try_from(first.revision).ok()?;
        let standing = places.get(from..from + events.len())?;
        let same = standing
            .iter()
            .zip(events)
            .all(|(&at, new)| self.all[at].id == new.id.0);
        let last = &self.all[*standing.last()?];
        same.then_some(Appended {
            position: last.position,
            last_revision: last.revision,
            already: true,
        })
    }

    fn write(&mut self, stream: &StreamName, events: &[Prepared]) -> Appended {
        let recorded_at = recording_time(&self.clock, self.all.last().map(|e| e.recorded_at));
        let (mut revision, mut before) = match self.last(stream) {
            Some(last) => (last.revision + 1, last.digest),
            None => (0, NOTHING_BEFORE),
        };
        for new in events {
            let digest = new.covered(stream, revision, recorded_at).digest_after(&before);
            let at = self.all.len();
            self.streams.entry(stream.clone()).or_default().push(at);
            self.ids.insert(new.id, at);
            self.all.push(RawEvent {
                position: Position::single(at as u64 + 1),
                id: new.id.0,
                stream: stream.as_str().to_owned(),
                revision,
                event_type: new.event_type.clone(),
                schema: new.schema,
                recorded_at,
                context: new.context.clone(),
                payload: new.payload.clone(),
                digest,
            });
            (revision, before) = (revision + 1, digest);
        }
        Appended {
            position: Position::single(self.all.len() as u64),
            last_revision: revision - 1,
            already: false,
        }
    }
}
