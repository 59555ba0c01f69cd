//! Copying from and to a file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags, params};
use tally_domain::{Position, StreamName};

use super::lock::{self, FileLock};
use super::{append, blocking, connect, integrity, open_connection, read, schema};
use crate::chain::Damage;
use crate::error::{Failure, OpenError, ReadError};
use crate::raw::RawEvent;
use crate::transfer::{MISFILED, TransferError, TransferSource, TransferTarget};

/// A file to copy from, which another process may be writing to.
pub(crate) struct SqliteSource {
    connection: Arc<Mutex<Connection>>,
}

impl SqliteSource {
    pub(crate) async fn open(path: PathBuf) -> Result<Self, OpenError> {
        blocking(move || {
            let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            schema::require(&connection, &path)?;
            Ok(Self::on_connection(connection))
        })
        .await
    }

    fn on_connection(connection: Connection) -> Self {
        Self {
            connection: Arc::new(Mutex::new(connection)),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let connection = Arc::clone(&self.connection);
        let task = tokio::task::spawn_blocking(move || {
            let connection = connection
                .lock()
                .map_err(|_| to_failure("the connection is lost"))?;
            Ok(work(&connection))
        });
        task.await.unwrap_or_else(|e| Err(to_failure(e)))
    }
}

#[async_trait]
impl TransferSource for SqliteSource {
    async fn page(&mut self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        let after = after.map_or(0, |p| p.commit);
        let page = self.run(move |connection| read::all(connection, after, limit as u64));
        page.await.map_err(ReadError::Unavailable)?
    }

    async fn head(&mut self) -> Result<Option<Position>, ReadError> {
        let head = self.run(|connection| read::head(connection).map_err(to_failure));
        head.await.and_then(|head| head).map_err(ReadError::Unavailable)
    }

    async fn find_gap(&mut self) -> Result<Option<Position>, ReadError> {
        let gap = self.run(|connection| read::find_gap(connection).map_err(to_failure));
        gap.await.and_then(|gap| gap).map_err(ReadError::Unavailable)
    }

    async fn find_misfiled(&mut self) -> Result<Vec<Damage>, ReadError> {
        let misfiled = self.run(|connection| read::find_misfiled(connection, MISFILED).map_err(to_failure));
        misfiled
            .await
            .and_then(|found| found)
            .map_err(ReadError::Unavailable)
    }
}

/// A file to copy to, to which no other program may write meanwhile.
pub(crate) struct SqliteTarget {
    file: SqliteSource,
    _lock: FileLock,
}

impl SqliteTarget {
    pub(crate) async fn open(path: PathBuf) -> Result<Self, OpenError> {
        blocking(move || Self::open_blocking(&path)).await
    }

    fn open_blocking(path: &Path) -> Result<Self, OpenError> {
        let path = lock::resolve(path)?;
        let lock = FileLock::acquire(&path)?;
        let mode = OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = open_connection(&path, mode)
            .map_err(|e| OpenError::Unavailable(Failure::new("opening the file", e)))?;
        schema::prepare(&connection, &path)?;
        integrity::check(&connection, &path)?;
        Ok(Self {
            file: SqliteSource::on_connection(connection),
            _lock: lock,
        })
    }
}

#[async_trait]
impl TransferTarget for SqliteTarget {
    async fn import(&mut self, standing: u64, events: &[RawEvent]) -> Result<(), TransferError> {
        let events = events.to_vec();
        let imported = self
            .file
            .run(move |connection| import(connection, standing, &events));
        match imported.await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(TransferError::NotAlone),
            Ok(Err(error)) => Err(TransferError::Write(to_failure(error))),
            Err(failure) => Err(TransferError::Write(failure)),
        }
    }

    fn source(&mut self) -> &mut dyn TransferSource {
        &mut self.file
    }
}

/// False when the file does not end with event number `standing`.
fn import(connection: &Connection, standing: u64, events: &[RawEvent]) -> rusqlite::Result<bool> {
    let transaction = connection.unchecked_transaction()?;
    if read::head(&transaction)?.map_or(0, |head| head.commit) != standing {
        return Ok(false);
    }
    for (event, position) in events.iter().zip(standing + 1..) {
        insert(&transaction, position, event)?;
    }
    transaction.commit()?;
    Ok(true)
}

fn insert(connection: &Connection, position: u64, event: &RawEvent) -> rusqlite::Result<()> {
    let stream = StreamName::from_log(event.stream.clone());
    let end = match read::find_stream_end(connection, &stream)? {
        Some(end) => end,
        None => append::add_stream(connection, &stream)?,
    };
    append::insert_event(
        connection,
        params![
            position,
            end.id,
            end.tenant,
            event.revision,
            event.id.as_bytes(),
            event.event_type,
            event.schema,
            event.recorded_at.timestamp_micros(),
            event.digest,
            event.context,
            event.payload,
        ],
    )
}

fn to_failure(cause: impl ToString) -> Failure {
    Failure::new("copying", cause)
}
