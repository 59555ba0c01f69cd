//! The connections to the views' file: one for writing, a few for reading.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags};
use tracing::warn;

use crate::deadline::Deadline;
use crate::error::StoreError;
use crate::sql::Db;

/// How many threads can read at once; more wait for a free connection. Reading a local file is
/// bound by the processor.
pub(crate) const READERS: usize = 6;
/// After how many steps of SQLite a read with a deadline looks at the time.
const STEPS: std::ffi::c_int = 2000;
/// How long a connection waits for the lock of another.
const BUSY: Duration = Duration::from_secs(5);
/// How many prepared statements each connection keeps. All views together use about half of them.
const STATEMENTS: usize = 256;

/// How many pages of 4 KiB the write-ahead log collects before they are moved into the file. Events
/// touch pages all over the file: the longer the pages wait, the fewer are written twice.
const LOG_PAGES: i64 = 8000;

/// The number in the file's header by which it says that it has to be written once more.
const REWRITE_DUE: &str = "user_version";
/// How many times as long as a rewrite took no other one begins.
const REST: u32 = 20;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ReadWrite,
    ReadOnly,
}

pub(super) struct Connections {
    writer: Option<Mutex<Connection>>,
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
    /// The file or its write-ahead log may still have what was erased.
    wipe_due: AtomicBool,
    /// The time from which the file may be written once more.
    next_rewrite: Mutex<Option<Instant>>,
}

impl Connections {
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let writer = match access {
            Access::ReadWrite => Some(Mutex::new(open_writer(path)?)),
            Access::ReadOnly => None,
        };
        let idle = (0..READERS)
            .map(|_| open_reader(path, access))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer,
            idle: Mutex::new(idle),
            returned: Condvar::new(),
            // An earlier process may have ended between an erasure and this.
            wipe_due: AtomicBool::new(access == Access::ReadWrite),
            next_rewrite: Mutex::default(),
        })
    }

    pub fn writer(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        Ok(writer.lock())
    }

    /// Lends `read` a connection within one transaction: everything is read as of one moment.
    pub fn read<T, E: From<StoreError>>(
        &self,
        deadline: Option<Deadline>,
        read: impl FnOnce(Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        Deadline::check(deadline)?;
        let lent = Lent {
            connection: Some(self.take(deadline)?),
            pool: self,
        };
        let Some(connection) = lent.connection.as_ref() else {
            return Err(StoreError::Closed.into());
        };
        stop_at(connection, deadline)?;
        let transaction = connection.unchecked_transaction().map_err(StoreError::from)?;
        let result = read(Db::sqlite(&transaction));
        // The end of the transaction must not be stopped.
        stop_at(connection, None)?;
        let found = result?;
        transaction.finish().map_err(StoreError::from)?;
        drop(lent);
        self.wipe_if_due()?;
        Ok(found)
    }

    /// To be called before an erasure is written under the lock of `writer`: if the process ends
    /// before [`Self::wipe_erased`] is done, the next one does it.
    pub fn announce_erasure(&self, writer: &Connection) -> Result<(), StoreError> {
        Ok(writer.pragma_update(None, REWRITE_DUE, 1)?)
    }

    /// Has what was erased leave the file and the write-ahead log. `writer` is the lock that the
    /// erasure was written under.
    pub fn wipe_erased(&self, writer: &Connection) -> Result<(), StoreError> {
        self.wipe_due.store(true, Ordering::Release);
        self.wipe(writer)
    }

    /// A read that is under way while an erasure is written keeps its old pages in the write-ahead
    /// log, so the end of a read is the time to try again.
    fn wipe_if_due(&self) -> Result<(), StoreError> {
        if !self.wipe_due.load(Ordering::Acquire) {
            return Ok(());
        }
        // Else an erasure or another read is about to try.
        match self.writer.as_ref().and_then(Mutex::try_lock) {
            Some(writer) => self.wipe(&writer),
            None => Ok(()),
        }
    }

    fn wipe(&self, writer: &Connection) -> Result<(), StoreError> {
        let is_rewritten = self.rewrite_in_turn(writer)?;
        writer.busy_timeout(Duration::ZERO)?;
        let emptied = empty_journal(writer);
        writer.busy_timeout(BUSY)?;
        if emptied? && is_rewritten {
            self.wipe_due.store(false, Ordering::Release);
        }
        Ok(())
    }

    /// Views that catch up meet many erasures, so the next rewrite waits for many times as long as
    /// the last one took. False if one is still due.
    fn rewrite_in_turn(&self, writer: &Connection) -> Result<bool, StoreError> {
        let began = Instant::now();
        let mut next = self.next_rewrite.lock();
        if next.is_some_and(|next| began < next) {
            return Ok(!is_rewrite_due(writer)?);
        }
        let is_rewritten = rewrite_if_due(writer)?;
        *next = Some(Instant::now() + began.elapsed() * REST);
        Ok(is_rewritten)
    }

    fn take(&self, deadline: Option<Deadline>) -> Result<Connection, StoreError> {
        let mut idle = self.idle.lock();
        loop {
            if let Some(connection) = idle.pop() {
                return Ok(connection);
            }
            match deadline {
                None => self.returned.wait(&mut idle),
                Some(deadline) => {
                    let waited = self.returned.wait_until(&mut idle, deadline.at());
                    if waited.timed_out() && idle.is_empty() {
                        return Err(StoreError::TookTooLong);
                    }
                }
            }
        }
    }

    /// Closes all connections. The write-ahead log is moved into the file, so that the file alone
    /// is complete.
    pub fn close(self) -> Result<(), StoreError> {
        for connection in self.idle.into_inner() {
            connection.close().map_err(|(_, error)| error)?;
        }
        if let Some(writer) = self.writer {
            let writer = writer.into_inner();
            rewrite_if_due(&writer)?;
            empty_journal(&writer)?;
            writer.close().map_err(|(_, error)| error)?;
        }
        Ok(())
    }
}

/// A connection that returns to the pool, even if its borrower panics.
struct Lent<'a> {
    connection: Option<Connection>,
    pool: &'a Connections,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // After a panic too: the next reader has a time of its own.
            drop(stop_at(&connection, None));
            self.pool.idle.lock().push(connection);
            self.pool.returned.notify_one();
        }
    }
}

/// Has SQLite stop what the connection does when `deadline` is over.
fn stop_at(connection: &Connection, deadline: Option<Deadline>) -> Result<(), StoreError> {
    let is_over = deadline.map(|deadline| move || deadline.is_over());
    Ok(connection.progress_handler(STEPS, is_over)?)
}

fn is_rewrite_due(writer: &Connection) -> Result<bool, StoreError> {
    let due = writer.pragma_query_value(None, REWRITE_DUE, |row| row.get::<_, i64>(0))?;
    Ok(due != 0)
}

/// Writes the whole file once more if something was erased since the last time. Rows that once
/// moved to another page leave copies in their old one, which removing them does not overwrite.
/// False if it failed, as on a full disk; then it stays due.
fn rewrite_if_due(writer: &Connection) -> Result<bool, StoreError> {
    if !is_rewrite_due(writer)? {
        return Ok(true);
    }
    if let Err(cause) = writer.execute_batch("VACUUM") {
        warn!(%cause, "the views' file could not be written once more after an erasure");
        return Ok(false);
    }
    writer.pragma_update(None, REWRITE_DUE, 0)?;
    Ok(true)
}

/// Moves the write-ahead log into the file and empties it: it still has the pages as they were
/// before rows were removed. `false` while someone reads.
fn empty_journal(writer: &Connection) -> Result<bool, StoreError> {
    let busy = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))?;
    Ok(busy == 0)
}

fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let db = open_connection(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    )?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A power cut may lose the last commits. The log still has their events and delivers them
    // again.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // What is removed is overwritten with zeros, also where rows only move.
    db.pragma_update(None, "secure_delete", true)?;
    Ok(db)
}

fn open_reader(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let db = open_connection(path, flags)?;
    db.pragma_update(None, "query_only", true)?;
    Ok(db)
}

fn open_connection(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // 16 MiB of pages for each connection.
    db.pragma_update(None, "cache_size", -16384)?;
    Ok(db)
}
