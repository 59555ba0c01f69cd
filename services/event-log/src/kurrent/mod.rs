//! The engine for a KurrentDB cluster (formerly EventStoreDB): appends side by side, acknowledged
//! by a majority of its nodes.
//!
//! A log's streams begin with its prefix and a dot, so that it can share a cluster; the server
//! filters by it. Positions are the server's (commit, prepare): ordered, not dense. All that is
//! asked goes to the leader, by a client that is watched over (`client.rs`) and asked again with
//! the same event ids and the same expected revision until there is an answer: so an append that
//! was carried out unheard is known again, and none is made twice.
//!
//! Three things the server does not do, and this module does not add. It compares ids only from the
//! expected revision on: a client that repeats an append with a later one must have read the stream
//! up to there, as every command does. It does not know that an id stands in another stream. And of
//! two nodes that carry out the same append at the same moment both may get the answer that they
//! wrote it.

mod answers;
mod append;
mod cause;
mod check;
mod client;
mod copy;
mod format;
mod read;
mod record;
mod subscribe;
mod target;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use eventstore::{ReadAllOptions, StreamPosition};
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};
use tokio::sync::watch;
use uuid::Uuid;

use crate::answers::{AnswerStored, NewAnswer};
use crate::engine::{Chunks, RawReadThrough, RawReader, RawWriter};
use crate::error::{AppendError, Failure, OpenError, ReadError};
use crate::limits::Prepared;
use crate::raw::RawEvent;
use crate::stored::{Appended, ExpectedRevision};
use append::{Seen, Writer};
pub(crate) use check::check;
use client::Supervisor;
pub(crate) use copy::{KurrentSource, KurrentTarget};
use read::Reader;
use tally_domain::Clock;
use target::Target;

/// Says what is wrong with a URL, if anything.
pub(crate) fn check_url(url: &str) -> Result<(), OpenError> {
    Target::parse(url).map(drop)
}

/// A log in the streams of a KurrentDB cluster that begin with a prefix.
pub(crate) struct KurrentLog {
    writer: Writer,
    reading: ReadOnlyKurrentLog,
}

/// The same, opened for reading.
pub(crate) struct ReadOnlyKurrentLog {
    reader: Reader,
    seen: Arc<Seen>,
    /// Dropped with the log; then subscriptions end.
    open: watch::Sender<()>,
}

impl KurrentLog {
    /// Opens the log at `url`. While the cluster cannot be reached it is tried again for as long as
    /// `wait`, and a few seconds at least: it may be about to elect a leader.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(crate) async fn open(url: &str, clock: Clock, wait: Duration) -> Result<Self, OpenError> {
        Self::open_target(Target::parse(url)?, clock, wait).await
    }

    /// A new, empty log beside whatever the cluster at `url` holds.
    pub(crate) async fn open_scratch(url: &str) -> Result<Self, OpenError> {
        let prefix = format!("tally_check_{}", Uuid::new_v4().simple());
        let target = Target {
            prefix,
            ..Target::parse(url)?
        };
        Self::open_target(target, Clock::system(), Duration::ZERO).await
    }

    async fn open_target(target: Target, clock: Clock, wait: Duration) -> Result<Self, OpenError> {
        let reader = connect(target, wait).await?;
        format::prepare(&reader).await?;
        let reading = ReadOnlyKurrentLog::on_reader(reader).await?;
        let writer = Writer::new(reading.reader.clone(), clock, Arc::clone(&reading.seen));
        Ok(Self { writer, reading })
    }
}

impl ReadOnlyKurrentLog {
    /// Opens the log at `url`.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let reader = connect(Target::parse(url)?, Duration::ZERO).await?;
        format::require(&reader).await?;
        Self::on_reader(reader).await
    }

    async fn on_reader(reader: Reader) -> Result<Self, OpenError> {
        let seen = Arc::new(Seen::default());
        let end = reader.end().await.map_err(|e| match e {
            ReadError::Unavailable(failure) => OpenError::Unavailable(failure),
            ReadError::Corrupt { .. } | ReadError::BeyondHead { .. } => {
                OpenError::Unavailable(Failure::new("reading", e))
            }
        })?;
        end.into_iter().for_each(|end| seen.learn(end));
        Ok(Self {
            reader,
            seen,
            open: watch::Sender::new(()),
        })
    }
}

/// A reader of a cluster that has answered.
async fn connect(target: Target, wait: Duration) -> Result<Reader, OpenError> {
    let timeout = wait.max(target.deadline());
    let supervisor = Arc::new(Supervisor::new(target));
    let options = ReadAllOptions::default()
        .position(StreamPosition::End)
        .max_count(1)
        .requires_leader(true);
    let question = |client: eventstore::Client| {
        let options = options.clone();
        async move { client.read_all(&options).await?.next().await.map(drop) }
    };
    let reached = supervisor.open("connecting", timeout, question).await;
    reached.map_err(|trouble| OpenError::Unavailable(Failure::new("connecting", trouble.to_text())))?;
    Ok(Reader::new(supervisor))
}

#[async_trait]
impl RawReader for ReadOnlyKurrentLog {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.reader.stream(stream.as_str(), from, limit).await
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.reader.all(after, limit).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.reader.tenant(tenant, after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        let head = self.reader.head().await?;
        head.into_iter().for_each(|head| self.seen.learn(head));
        Ok(head)
    }

    async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        self.reader.find_at(position).await
    }

    fn subscribe_all(&self, after: Option<Position>) -> Chunks {
        let (reader, seen) = (self.reader.clone(), Arc::clone(&self.seen));
        subscribe::follow(reader, seen, after, self.open.subscribe())
    }
}

impl RawReadThrough for KurrentLog {
    fn inner(&self) -> &dyn RawReader {
        &self.reading
    }
}

#[async_trait]
impl RawWriter for KurrentLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<Prepared>,
    ) -> Result<Appended, AppendError> {
        self.writer.append(stream, expected, events).await
    }

    async fn find_answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        answers::find(&self.reading.reader, id).await
    }

    fn has_atomic_answers(&self) -> bool {
        false
    }

    async fn announce_answer(&self, id: EventId) -> Result<(), AppendError> {
        answers::announce(&self.reading.reader, id).await
    }

    async fn store_answer(&self, new: NewAnswer) -> Result<AnswerStored, AppendError> {
        answers::store(&self.reading.reader, new).await
    }
}
