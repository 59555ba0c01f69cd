//! Views in a SQLite file. One process at a time can have it open for writing: a lock on `<path>.lock` sees to it.

mod connections;
mod files;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use rusqlite::{Connection, TransactionBehavior};
use tally_domain::{AnyEvent, Position, Recorded};

use self::connections::{Access, Connections};
use super::feed::{self, Writer};
use super::{Rebuild, Rebuilding, Swapped};
use super::{WHOLE, checkpoint, differing, digest, furthest, ledger};
use crate::error::{Fault, StoreError, SwapError};
use crate::partition::Partition;
use crate::sql::Db;

/// The views of one file.
pub(crate) struct SqliteStore {
    path: PathBuf,
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
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_locked(path, files::lock(path)?)
    }

    fn open_locked(path: &Path, lock: File) -> Result<Self, StoreError> {
        let connections = Connections::open(path, Access::ReadWrite)?;
        prepare(&connections)?;
        Ok(Self {
            path: path.to_owned(),
            access: Access::ReadWrite,
            connections: RwLock::new(Some(connections)),
            _lock: Some(lock),
        })
    }

    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let connections = Connections::open(path, Access::ReadOnly)?;
        Ok(Self {
            path: path.to_owned(),
            access: Access::ReadOnly,
            connections: RwLock::new(Some(connections)),
            _lock: None,
        })
    }

    pub fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        self.connected(|connections| {
            let mut writer = connections.writer()?;
            feed::feed(&mut *writer, Partition::Whole, events)?;
            checkpoint(Db::Sqlite(&writer), &WHOLE)
        })
    }

    /// Lends `read` a connection, on which everything read is of one moment.
    pub fn read<T, E: From<StoreError>>(&self, read: impl FnOnce(Db<'_>) -> Result<T, E>) -> Result<T, E> {
        self.connected(|connections| connections.read(read))
    }

    pub fn begin_rebuild(&self) -> Result<Rebuild, StoreError> {
        let path = files::beside(&self.path, ".rebuild");
        // Locked before anything is removed: it may be another's, under way.
        let lock = files::lock(&path)?;
        files::remove(&path)?;
        let store = Self::open_locked(&path, lock)?;
        Ok(Rebuild(Rebuilding::Sqlite(Box::new(store))))
    }

    /// Closes the file, complete in itself, and says where it is.
    fn finish(self) -> Result<PathBuf, StoreError> {
        let path = self.path.clone();
        self.close()?;
        files::remove_file(&files::beside(&path, ".lock"))?;
        Ok(path)
    }

    /// Closes the file and removes it.
    pub fn abandon(self) -> Result<(), StoreError> {
        files::remove(&self.finish()?)
    }

    pub fn swap(&self, rebuilt: Self) -> Result<Swapped, SwapError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::ReadOnly.into());
        }
        let mut connections = self.connections.write().unwrap_or_else(PoisonError::into_inner);
        let held = connections.as_ref().ok_or(StoreError::Closed)?;
        let live = held.read(furthest)?;
        let at = rebuilt.read(|db| checkpoint(db, &WHOLE))?;
        if at < live {
            let rebuilt = Box::new(Rebuild(Rebuilding::Sqlite(Box::new(rebuilt))));
            return Err(SwapError::Behind { rebuilt, at, live });
        }
        let differing = if at == live {
            differing(&held.read(whole_digest)?, &rebuilt.read(whole_digest)?)
        } else {
            vec![]
        };
        let from = rebuilt.finish()?;
        if let Some(old) = connections.take() {
            old.close()?;
        }
        let replaced = files::replace(&from, &self.path);
        // Opened again also when the file could not be replaced: the old views are better than none.
        *connections = Some(Connections::open(&self.path, Access::ReadWrite)?);
        replaced?;
        Ok(Swapped {
            checkpoint: at,
            differing,
        })
    }

    fn connected<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&Connections) -> Result<T, E>,
    ) -> Result<T, E> {
        let connections = self.connections.read().unwrap_or_else(PoisonError::into_inner);
        act(connections.as_ref().ok_or(StoreError::Closed)?)
    }

    fn close(self) -> Result<(), StoreError> {
        let connections = self
            .connections
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        connections.map_or(Ok(()), Connections::close)
    }
}

impl Writer for Connection {
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        // Dropping it without a commit undoes it.
        let transaction = self.transaction_with_behavior(TransactionBehavior::Immediate)?;
        act(Db::Sqlite(&transaction))?;
        Ok(transaction.commit()?)
    }
}

fn whole_digest(db: Db<'_>) -> Result<BTreeMap<String, String>, StoreError> {
    digest::digest(db, &WHOLE)
}

fn prepare(connections: &Connections) -> Result<(), StoreError> {
    let mut writer = connections.writer()?;
    let all = writer.transaction()?;
    ledger::prepare(Db::Sqlite(&all), &WHOLE)?;
    Ok(all.commit()?)
}
