//! The engine for several nodes on one PostgreSQL database.
//!
//! Every append is made under one advisory lock that is held to the end of its transaction. So
//! positions are handed out in commit order and without a gap, whichever node appends, and no
//! reader can ever pass over an event that is committed after a later one. The price is that
//! appends follow one another; to bear it, each node commits whatever waits as one group
//! (`writer.rs`), decided in memory under the lock (`plan.rs`) and written by one statement. NOTIFY
//! wakes the other nodes' subscriptions; a look every second is the net below it (`wake.rs`).
//!
//! `schema.rs` describes the tables. They can be read with any tool; rows cannot be changed or
//! deleted.

mod copy;
mod group;
mod location;
mod plan;
mod read;
mod schema;
mod scratch;
mod wake;
mod writer;

use std::time::Duration;

use async_trait::async_trait;
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};
use tally_postgres::{Access, Target};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::answers::{AnswerStored, NewAnswer};
use crate::engine::{Chunks, RawReadThrough, RawReader, RawWriter};
use crate::error::{AppendError, OpenError, ReadError};
use crate::limits::Prepared;
use crate::queue::{self, Request};
use crate::raw::RawEvent;
use crate::stored::{Appended, ExpectedRevision};
use crate::subscription::{Wake, follow};
pub(crate) use copy::{PostgresSource, PostgresTarget};
use read::Reader;
pub(crate) use scratch::ScratchSchema;
use tally_domain::Clock;

/// Says what is wrong with a URL, if anything.
pub(crate) fn check_url(url: &str) -> Result<(), OpenError> {
    location::parse(url).map(drop)
}

/// A log in a schema of a PostgreSQL database, which other nodes may be writing to as well.
pub(crate) struct PostgresLog {
    inbox: mpsc::Sender<Request>,
    reading: ReadOnlyPostgresLog,
}

/// The same, opened for reading. Its connections are read-only ones of the server.
pub(crate) struct ReadOnlyPostgresLog {
    reader: Reader,
    head: watch::Receiver<Option<Position>>,
    waker: JoinHandle<()>,
}

impl PostgresLog {
    /// Opens the log at `url`, made when it is not there. While the server cannot be reached it is
    /// tried again for as long as `wait`.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(crate) async fn open(url: &str, clock: Clock, wait: Duration) -> Result<Self, OpenError> {
        Self::open_target(&location::parse(url)?, clock, wait).await
    }

    async fn open_target(target: &Target, clock: Clock, wait: Duration) -> Result<Self, OpenError> {
        let mut connection = location::connect(target, wait).await?;
        schema::prepare(&mut connection, target).await?;
        schema::check_end(&mut connection, target).await?;
        let head = watch::Sender::new(None);
        let inbox = writer::spawn(target.clone(), connection, clock, head.clone());
        let reading = ReadOnlyPostgresLog::on_target(target, Access::Write, head);
        Ok(Self { inbox, reading })
    }
}

impl ReadOnlyPostgresLog {
    /// Opens the log at `url`, which must be there.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let target = location::parse(url)?;
        let mut connection = location::connect(&target, Duration::ZERO).await?;
        schema::require(&mut connection, &target).await?;
        Ok(Self::on_target(&target, Access::Read, watch::Sender::new(None)))
    }

    fn on_target(target: &Target, access: Access, head: watch::Sender<Option<Position>>) -> Self {
        let pool = tally_postgres::pool(target, access);
        Self {
            reader: Reader::new(pool, target.timeout),
            head: head.subscribe(),
            waker: tokio::spawn(wake::run(target.clone(), head)),
        }
    }
}

#[async_trait]
impl RawReader for ReadOnlyPostgresLog {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.reader.stream(stream, from, limit).await
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
        self.reader.head().await
    }

    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        self.reader.find_gap().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> Chunks {
        follow(self.reader.clone(), after, Wake::ByWriter(self.head.clone()))
    }
}

impl RawReadThrough for PostgresLog {
    fn inner(&self) -> &dyn RawReader {
        &self.reading
    }
}

#[async_trait]
impl RawWriter for PostgresLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<Prepared>,
    ) -> Result<Appended, AppendError> {
        queue::append(&self.inbox, stream, expected, events).await
    }

    async fn find_answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        self.reading.reader.answer(id).await
    }

    async fn store_answer(&self, new: NewAnswer) -> Result<AnswerStored, AppendError> {
        queue::remember(&self.inbox, new).await
    }
}

impl Drop for ReadOnlyPostgresLog {
    /// Subscriptions end with the log. What was sent to a writer is still committed, by a task of
    /// its own.
    fn drop(&mut self) {
        self.waker.abort();
    }
}
