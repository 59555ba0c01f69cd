//! The embedded engine: one SQLite file.
//!
//! One thread owns the writing connection and commits the appends that wait for it as a group: one
//! transaction, one fsync, then the answers. So positions are dense and in commit order, which is
//! what makes a subscription gapless. Readers have connections of their own and never wait for the
//! writer. An acknowledged append survives the process being killed and the power failing
//! (`synchronous=FULL`). A lock on `<path>.lock` keeps a second writer out.
//!
//! The file can be read with any SQLite tool while Tally runs; `schema.rs` describes its tables.

mod answers;
mod append;
mod checkpoint;
mod copy;
mod integrity;
mod lock;
mod read;
mod readers;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};
use tokio::sync::{mpsc, watch};

use crate::answers::{AnswerStored, NewAnswer};
use crate::engine::{Chunks, RawReader, RawWriter};
use crate::error::{AppendError, Failure, OpenError, ReadError};
use crate::limits::Prepared;
use crate::queue::{self, Request};
use crate::raw::RawEvent;
use crate::stored::{Appended, ExpectedRevision};
use crate::subscription::{Wake, follow};
pub(crate) use copy::{SqliteSource, SqliteTarget};
use lock::FileLock;
use readers::Readers;
use tally_domain::Clock;

/// How long a statement waits for a lock that another program holds on the file, before the log
/// counts as unavailable.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a reader beside another process looks for new events.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A log in a file of this process.
pub(crate) struct SqliteLog {
    /// `None` once it is closed.
    inbox: Mutex<Option<mpsc::Sender<Request>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    readers: Readers,
    head: watch::Receiver<Option<Position>>,
    /// Given up last, when no thread writes any more.
    _lock: FileLock,
}

impl SqliteLog {
    /// Opens the log at `path`, made when it is not there, and checks it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(crate) async fn open(path: impl Into<PathBuf>, clock: Clock) -> Result<Self, OpenError> {
        let path = path.into();
        blocking(move || Self::open_blocking(&path, clock)).await
    }

    fn open_blocking(path: &Path, clock: Clock) -> Result<Self, OpenError> {
        let path = lock::resolve(path)?;
        let lock = FileLock::acquire(&path)?;
        let connection = connect(
            &path,
            OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_READ_WRITE,
        )?;
        schema::prepare(&connection, &path)?;
        integrity::check(&connection, &path)?;
        let head = read::head(&connection).map_err(|e| unavailable("reading the head", e))?;
        let checkpoints = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let (due, checkpointer) = checkpoint::spawn(checkpoints)?;
        let (inbox, head, writer) = writer::spawn(connection, clock, head, due)?;
        Ok(Self {
            inbox: Mutex::new(Some(inbox)),
            threads: Mutex::new(vec![writer, checkpointer]),
            readers: Readers::new(path),
            head,
            _lock: lock,
        })
    }
}

impl SqliteLog {
    fn inbox(&self) -> Result<mpsc::Sender<Request>, AppendError> {
        let closed = || AppendError::Unavailable(Failure::new("appending", "the log is closed"));
        self.inbox.lock().clone().ok_or_else(closed)
    }

    /// Takes no more appends. The threads end when what was sent is stored.
    fn stop(&self) -> Vec<JoinHandle<()>> {
        *self.inbox.lock() = None;
        std::mem::take(&mut *self.threads.lock())
    }
}

#[async_trait]
impl RawReader for SqliteLog {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.readers.stream(stream, from, limit).await
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.readers.all(after, limit).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.readers.tenant(tenant, after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        Ok(*self.head.borrow())
    }

    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        self.readers.find_gap().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> Chunks {
        follow(self.readers.clone(), after, Wake::ByWriter(self.head.clone()))
    }
}

#[async_trait]
impl RawWriter for SqliteLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<Prepared>,
    ) -> Result<Appended, AppendError> {
        queue::append(&self.inbox()?, stream, expected, events).await
    }

    async fn find_answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        self.readers.answer(id).await
    }

    async fn store_answer(&self, new: NewAnswer) -> Result<AnswerStored, AppendError> {
        queue::remember(&self.inbox()?, new).await
    }

    async fn close(&self) {
        let threads = self.stop();
        let joined = tokio::task::spawn_blocking(move || join(threads)).await;
        if joined.is_err() {
            tracing::error!("the event log could not be closed");
        }
    }
}

impl Drop for SqliteLog {
    /// Waits until what was sent is committed, which takes milliseconds, so that the file can be
    /// opened again at once.
    fn drop(&mut self) {
        join(self.stop());
    }
}

/// Waits for the threads of a log that was stopped.
fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a thread of the event log had panicked");
        }
    }
}

/// A log in a file that another process may be writing to.
pub(crate) struct ReadOnlySqliteLog {
    readers: Readers,
}

impl ReadOnlySqliteLog {
    /// Opens the log at `path`, which must be there.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub(crate) async fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let path = path.into();
        blocking(move || {
            let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            schema::require(&connection, &path)?;
            let readers = Readers::new(path);
            Ok(Self { readers })
        })
        .await
    }
}

#[async_trait]
impl RawReader for ReadOnlySqliteLog {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.readers.stream(stream, from, limit).await
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.readers.all(after, limit).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.readers.tenant(tenant, after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.readers.head().await
    }

    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        self.readers.find_gap().await
    }

    fn subscribe_all(&self, after: Option<Position>) -> Chunks {
        follow(self.readers.clone(), after, Wake::Every(LOOK_EVERY))
    }
}

fn connect(path: &Path, mode: OpenFlags) -> Result<Connection, OpenError> {
    open_connection(path, mode).map_err(|e| unavailable("opening the file", e))
}

/// A connection with what every connection needs.
fn open_connection(path: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Why a statement failed that writes. A file that may not grow, by a quota or a limit, is as full
/// as a disk.
fn write_failure(doing: &'static str, error: &rusqlite::Error) -> Failure {
    let failure = Failure::new(doing, error);
    let code = error.sqlite_error().map(|error| error.extended_code);
    match code {
        Some(rusqlite::ffi::SQLITE_FULL | rusqlite::ffi::SQLITE_IOERR_WRITE) => failure.of_full_log(),
        _ => failure,
    }
}

fn unavailable(doing: &'static str, cause: impl ToString) -> OpenError {
    OpenError::Unavailable(Failure::new(doing, cause))
}

async fn blocking<T: Send + 'static>(
    open: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let opened = tokio::task::spawn_blocking(open).await;
    opened.unwrap_or_else(|e| Err(unavailable("opening the log", e)))
}
