//! Views in a SQLite file. A lock on `<path>.lock` ensures that only one process at a time has the
//! file open for writing.

mod connections;
mod files;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use parking_lot::RwLock;
use rusqlite::{Connection, TransactionBehavior};
use tally_domain::{AnyEvent, Position, Recorded};

pub(crate) use self::connections::READERS;
use self::connections::{Access, Connections};
use crate::deadline::Deadline;
use crate::digest::digest_tables;
use crate::erasure;
use crate::error::{Fault, StoreError};
use crate::feed::{Feed, Writer};
use crate::layout::Layout;
use crate::ledger;
use crate::partition::Partition;
use crate::sql::Db;
use crate::swap::{Behind, SwapAttempt, Swapped, differing_tables};
use crate::view::ViewSet;

/// The partitions of views that one process feeds.
pub(crate) const ALL_TENANTS: [Partition; 1] = [Partition::All];

/// What is added to the name of the file while it is rebuilt.
const REBUILD: &str = ".rebuild";

/// The views of one file.
pub(crate) struct SqliteStore {
    path: PathBuf,
    views: ViewSet,
    access: Access,
    /// Absent only if a swap could not open the new file.
    connections: RwLock<Option<Connections>>,
    /// Held as long as the store is open.
    _lock: Option<File>,
}

impl fmt::Display for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())
    }
}

impl SqliteStore {
    pub fn open(path: &Path, views: &ViewSet) -> Result<Self, StoreError> {
        let lock = files::lock(path)?;
        // No rebuild is under way without this lock. What is left of one may hold what is erased.
        files::remove(&files::add_suffix(path, REBUILD))?;
        Self::open_locked(path, views, lock)
    }

    fn open_locked(path: &Path, views: &ViewSet, lock: File) -> Result<Self, StoreError> {
        let connections = Connections::open(path, Access::ReadWrite)?;
        let store = Self {
            path: path.to_owned(),
            views: views.clone(),
            access: Access::ReadWrite,
            connections: RwLock::new(Some(connections)),
            _lock: Some(lock),
        };
        store.with_connections(|connections| {
            let mut writer = connections.writer()?;
            let transaction = writer.transaction()?;
            ledger::prepare(Db::sqlite(&transaction), store.layout())?;
            Ok::<_, StoreError>(transaction.commit()?)
        })?;
        Ok(store)
    }

    pub fn open_read_only(path: &Path, views: &ViewSet) -> Result<Self, StoreError> {
        let connections = Connections::open(path, Access::ReadOnly)?;
        Ok(Self {
            path: path.to_owned(),
            views: views.clone(),
            access: Access::ReadOnly,
            connections: RwLock::new(Some(connections)),
            _lock: None,
        })
    }

    pub fn layout(&self) -> Layout<'_> {
        Layout::new(&self.views, &ALL_TENANTS)
    }

    pub fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        let feed = Feed {
            views: &self.views,
            partition: Partition::All,
            from: None,
        };
        self.with_connections(|connections| {
            let mut writer = connections.writer()?;
            let erases = events.iter().any(erasure::is_erasure);
            if erases {
                connections.announce_erasure(&writer)?;
            }
            feed.apply(&mut *writer, events)?;
            if erases {
                connections.wipe_erased(&writer)?;
            }
            ledger::read_checkpoint(Db::sqlite(&writer), self.layout())
        })
    }

    /// Lends `read` a connection, on which everything is read as of one moment.
    pub fn read<T, E: From<StoreError>>(
        &self,
        deadline: Option<Deadline>,
        read: impl FnOnce(Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_connections(|connections| connections.read(deadline, read))
    }

    pub fn begin_rebuild(&self) -> Result<Self, StoreError> {
        let path = files::add_suffix(&self.path, REBUILD);
        // Locked before anything is removed: another process may be using it.
        let lock = files::lock(&path)?;
        files::remove(&path)?;
        Self::open_locked(&path, &self.views, lock)
    }

    /// Closes the file, which is then complete in itself, and returns its path.
    fn finish(self) -> Result<PathBuf, StoreError> {
        let path = self.path.clone();
        self.close()?;
        files::remove_file(&files::add_suffix(&path, ".lock"))?;
        Ok(path)
    }

    /// Closes the file and removes it.
    pub fn abandon(self) -> Result<(), StoreError> {
        files::remove(&self.finish()?)
    }

    pub fn swap(&self, rebuilt: Self, behind: Behind) -> Result<SwapAttempt<Self>, StoreError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::ReadOnly);
        }
        let mut connections = self.connections.write();
        let current = connections.as_ref().ok_or(StoreError::Closed)?;
        let live = current.read(None, |db| ledger::read_highest(db, self.layout()))?;
        let at = rebuilt.read(None, |db| ledger::read_checkpoint(db, rebuilt.layout()))?;
        if at < live && behind == Behind::Refused {
            return Ok(SwapAttempt::Behind { rebuilt, at, live });
        }
        let differing = if at == live {
            let live = current.read(None, |db| digest_tables(db, self.layout()))?;
            differing_tables(
                &live,
                &rebuilt.read(None, |db| digest_tables(db, rebuilt.layout()))?,
            )
        } else {
            vec![]
        };
        let from = rebuilt.finish()?;
        if let Some(old) = connections.take() {
            old.close()?;
        }
        let replaced = files::replace(&from, &self.path);
        // Opened again even if the file could not be replaced: the old views are better than none.
        *connections = Some(Connections::open(&self.path, Access::ReadWrite)?);
        replaced?;
        Ok(SwapAttempt::Swapped(Swapped {
            checkpoint: at,
            differing,
        }))
    }

    fn with_connections<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&Connections) -> Result<T, E>,
    ) -> Result<T, E> {
        let connections = self.connections.read();
        act(connections.as_ref().ok_or(StoreError::Closed)?)
    }

    fn close(self) -> Result<(), StoreError> {
        self.connections.into_inner().map_or(Ok(()), Connections::close)
    }
}

impl Writer for Connection {
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        // Dropping it without a commit rolls it back.
        let transaction = self.transaction_with_behavior(TransactionBehavior::Immediate)?;
        act(Db::sqlite(&transaction))?;
        Ok(transaction.commit()?)
    }
}
