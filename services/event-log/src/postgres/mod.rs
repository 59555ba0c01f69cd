//! The engine for several nodes on one PostgreSQL database.
//!
//! Every append is made under one advisory lock that is held to the end of its transaction. So positions are handed out in commit order and
//! without a gap, whichever node appends, and no reader can ever pass over an event that is committed after a later one. The
//! price is that appends follow one another; to bear it, each node commits whatever waits as one group (`writer.rs`), decided in memory
//! under the lock (`plan.rs`) and written by one statement. NOTIFY wakes the other nodes' subscriptions; a look every second is the
//! net below it (`wake.rs`).
//!
//! `schema.rs` describes the tables. They can be read with any tool; rows cannot be changed or deleted.

mod copy;
mod group;
mod place;
mod plan;
mod read;
mod schema;
mod scratch;
mod wake;
mod writer;

use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use tally_domain::{Position, Revision, StreamName};
use tally_postgres::{Access, Target};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::error::{AppendError, OpenError, ReadError};
use crate::port::{Appended, EventLog, ExpectedRevision, NewEvent, StoredEvent};
use crate::queue::{self, Request};
use crate::subscription::{Wake, follow};
pub(crate) use copy::{CopySource, CopyTarget};
use read::Reader;
pub(crate) use scratch::ScratchSchema;

/// Says what is wrong with a URL, if anything.
pub(crate) fn check_url(url: &str) -> Result<(), OpenError> {
    place::parse(url).map(drop)
}

/// A log in a schema of a PostgreSQL database, which other nodes may be writing to as well.
pub struct PostgresLog {
    /// `None` only in a log opened for reading.
    inbox: Option<mpsc::Sender<Request>>,
    reader: Reader,
    head: watch::Receiver<Option<Position>>,
    waker: JoinHandle<()>,
}

impl PostgresLog {
    /// Opens the log at `url`, made when it is not there. While the server cannot be reached it is tried again for as long as `wait`.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str, clock: Clock, wait: Duration) -> Result<Self, OpenError> {
        Self::open_target(&place::parse(url)?, clock, wait).await
    }

    async fn open_target(target: &Target, clock: Clock, wait: Duration) -> Result<Self, OpenError> {
        let mut connection = place::connect(target, wait).await?;
        schema::prepare(&mut connection, target).await?;
        schema::check_end(&mut connection, target).await?;
        let (tell, head) = watch::channel(None);
        let inbox = writer::spawn(target.clone(), connection, clock, tell.clone());
        Ok(Self::over(target, Access::Write, Some(inbox), tell, head))
    }

    /// Opens the log at `url`, which must be there, for reading. Its connections are the server's own read-only ones.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_read_only(url: &str) -> Result<Self, OpenError> {
        let target = place::parse(url)?;
        let mut connection = place::connect(&target, Duration::ZERO).await?;
        schema::require(&mut connection, &target).await?;
        let (tell, head) = watch::channel(None);
        Ok(Self::over(&target, Access::Read, None, tell, head))
    }

    fn over(
        target: &Target,
        access: Access,
        inbox: Option<mpsc::Sender<Request>>,
        tell: watch::Sender<Option<Position>>,
        head: watch::Receiver<Option<Position>>,
    ) -> Self {
        let pool = tally_postgres::pool(target, access);
        Self {
            inbox,
            reader: Reader::new(pool, target.patience),
            waker: tokio::spawn(wake::run(target.clone(), tell)),
            head,
        }
    }
}

#[async_trait]
impl EventLog for PostgresLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        if self.inbox.is_none() {
            let why = "this log was opened for reading only".to_owned();
            return Err(AppendError::Invalid(why));
        }
        queue::append(self.inbox.as_ref(), stream, expected, events).await
    }

    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        self.reader.stream(stream, from, limit).await
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        self.reader.all(after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.reader.head().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        follow(self.reader.clone(), after, Wake::Told(self.head.clone()))
    }
}

impl Drop for PostgresLog {
    /// What was sent is still committed, by the writer's task, which ends after it; then subscriptions end too.
    fn drop(&mut self) {
        self.inbox = None;
        self.waker.abort();
    }
}
