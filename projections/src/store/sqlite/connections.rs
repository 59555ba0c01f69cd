//! The connections to the views' file: one that writes, a few that read.

use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::sql::Db;

/// Readers at once; more wait for one to be free. SQLite readers are bound by the processor, not by waiting.
const READERS: usize = 4;
/// How long a connection waits for another's lock.
const BUSY: Duration = Duration::from_secs(5);
/// Prepared statements kept by each connection. All views together use about half of it.
const STATEMENTS: usize = 256;

/// Pages of 4 KiB in the write-ahead log before they are moved into the file. Assets come in no order, so batches touch pages all over
/// it: the longer they wait, the fewer are written twice.
const LOG_PAGES: i64 = 8000;

/// How the file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// By the one process that feeds it.
    ReadWrite,
    /// Beside that process.
    ReadOnly,
}

pub(super) struct Connections {
    writer: Option<Mutex<Connection>>,
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Connections {
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let writer = match access {
            Access::ReadWrite => Some(Mutex::new(writer(path)?)),
            Access::ReadOnly => None,
        };
        let idle = (0..READERS)
            .map(|_| reader(path, access))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer,
            idle: Mutex::new(idle),
            returned: Condvar::new(),
        })
    }

    pub fn writer(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        // A panic while writing rolled its transaction back, so the connection is sound.
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lends a reading connection to `read`, within one transaction: all that is read is of one moment.
    pub fn read<T, E: From<StoreError>>(&self, read: impl FnOnce(Db<'_>) -> Result<T, E>) -> Result<T, E> {
        let lent = Lent {
            connection: Some(self.take()),
            pool: self,
        };
        let Some(connection) = lent.connection.as_ref() else {
            return Err(StoreError::Closed.into());
        };
        let moment = connection.unchecked_transaction().map_err(StoreError::from)?;
        let found = read(Db::Sqlite(&moment))?;
        moment.finish().map_err(StoreError::from)?;
        Ok(found)
    }

    fn take(&self) -> Connection {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return connection;
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes all of them. What the write-ahead log holds is moved into the file, so that the file alone is complete.
    pub fn close(self) -> Result<(), StoreError> {
        let idle = self.idle.into_inner().unwrap_or_else(PoisonError::into_inner);
        for connection in idle {
            connection.close().map_err(|(_, error)| error)?;
        }
        if let Some(writer) = self.writer {
            let writer = writer.into_inner().unwrap_or_else(PoisonError::into_inner);
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            writer.close().map_err(|(_, error)| error)?;
        }
        Ok(())
    }
}

/// A connection that goes back to the pool also when its borrower panics.
struct Lent<'a> {
    connection: Option<Connection>,
    pool: &'a Connections,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(connection);
            self.pool.returned.notify_one();
        }
    }
}

fn writer(path: &Path) -> Result<Connection, StoreError> {
    let db = connect(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    )?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A power cut may undo the last commits: the log still has their events, and they are delivered again.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    Ok(db)
}

fn reader(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let db = connect(path, flags)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // 16 MiB of pages for each connection.
    db.pragma_update(None, "cache_size", -16384)?;
    Ok(db)
}
