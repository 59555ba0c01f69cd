//! The store of all views: opening, feeding, status, rebuilding.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_query::SelectStatement;
use tally_domain::{AnyEvent, Position, Recorded};
use thiserror::Error;

use crate::deadline::Deadline;
use crate::digest::digest_tables;
use crate::error::StoreError;
use crate::layout::Layout;
use crate::ledger::{self, LogPoint, Part};
use crate::partition::Partition;
use crate::postgres::{Database, PostgresRebuild, SharedViews};
use crate::sql::{self, Db, Dialect, Row};
use crate::sqlite::{READERS, SqliteStore};
use crate::status::{PartitionStatus, Poisoned, ViewStatus};
use crate::swap::{Behind, SwapAttempt, Swapped};
use crate::view::{ViewName, ViewSet};

/// All views of a [`ViewSet`]: in a SQLite file that one process feeds, or in a PostgreSQL database
/// that several processes share. Calls block: share the store in an `Arc` and call it where
/// blocking is allowed.
pub struct ViewStore {
    backend: Arc<Backend>,
    deadline: Option<Deadline>,
}

enum Backend {
    Sqlite(Box<SqliteStore>),
    Postgres(Box<SharedViews>),
}

/// Views that are being rebuilt beside the live ones.
pub struct Rebuild(RebuildBackend);

enum RebuildBackend {
    Sqlite(Box<SqliteStore>),
    Postgres(Box<PostgresRebuild>),
}

/// Why rebuilt views did not take the place of the live ones.
#[derive(Debug, Error)]
pub enum SwapError {
    /// They know less than the live ones: readers would go back in time. Feed them more and swap
    /// again.
    #[error("the rebuilt views are behind the live ones")]
    Behind {
        /// The rebuilt views, to be fed.
        rebuilt: Box<Rebuild>,
        /// The checkpoint of the rebuilt views.
        at: Option<Position>,
        /// The checkpoint of the live views.
        live: Option<Position>,
    },
    /// A failure of the database or of the files, after which the live views are as before.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Debug for ViewStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.backend {
            Backend::Sqlite(store) => write!(f, "ViewStore({store})"),
            Backend::Postgres(store) => write!(f, "ViewStore({store})"),
        }
    }
}

impl fmt::Debug for Rebuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            RebuildBackend::Sqlite(store) => write!(f, "Rebuild({store})"),
            RebuildBackend::Postgres(rebuild) => write!(f, "Rebuild({rebuild})"),
        }
    }
}

impl ViewStore {
    /// Opens `views` in the file at `path` for feeding and reading, and makes the file if there is
    /// none. Call [`Self::needs_rebuild`] next.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process has the file open for writing.
    pub fn open(path: &Path, views: &ViewSet) -> Result<Self, StoreError> {
        Ok(Self::from_backend(Backend::Sqlite(Box::new(SqliteStore::open(
            path, views,
        )?))))
    }

    /// Opens `views` in the file at `path` for reading only, even while another process feeds them.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] if there is no such file.
    pub fn open_read_only(path: &Path, views: &ViewSet) -> Result<Self, StoreError> {
        Ok(Self::from_backend(Backend::Sqlite(Box::new(
            SqliteStore::open_read_only(path, views)?,
        ))))
    }

    /// Opens `views` in a PostgreSQL database for feeding and reading, and makes them if they are
    /// not there. Any number of processes can open them.
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the database cannot be reached or refuses the connection.
    pub fn open_in(database: &Database, views: &ViewSet) -> Result<Self, StoreError> {
        Ok(Self::from_backend(Backend::Postgres(Box::new(
            SharedViews::open(database, views)?,
        ))))
    }

    /// Opens `views` in a PostgreSQL database for reading only.
    ///
    /// # Errors
    /// [`StoreError::NotThere`] if they have not been made yet, and as [`Self::open_in`].
    pub fn open_in_read_only(database: &Database, views: &ViewSet) -> Result<Self, StoreError> {
        Ok(Self::from_backend(Backend::Postgres(Box::new(
            SharedViews::open_read_only(database, views)?,
        ))))
    }

    fn from_backend(backend: Backend) -> Self {
        Self {
            backend: Arc::new(backend),
            deadline: None,
        }
    }

    /// The same views, for a reader that is stopped when `limit` is over: every read after that, or
    /// under way at that time, ends with [`StoreError::TookTooLong`].
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        Self {
            backend: self.backend.clone(),
            deadline: Some(Deadline::after(limit)),
        }
    }

    /// How many threads can read at once; further ones wait.
    pub fn readers(&self) -> usize {
        match &*self.backend {
            Backend::Sqlite(_) => READERS,
            Backend::Postgres(store) => store.readers(),
        }
    }

    /// The views as several processes share them; `None` if they are in a file.
    pub fn shared_views(&self) -> Option<&SharedViews> {
        match &*self.backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(store) => Some(store),
        }
    }

    /// Applies `events` to all running views together with their checkpoints, and returns
    /// [`Self::checkpoint`]. Events that were applied before are skipped. Gaps between positions
    /// are not noticed: the caller delivers every event of the log. In a file this is one
    /// transaction, in a database one for each partition.
    ///
    /// An event that a view cannot apply stops that view, which is logged and shown by
    /// [`Self::status`]; the others continue.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`] if positions do not ascend. No transaction that failed has
    /// applied anything.
    pub fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        match &*self.backend {
            Backend::Sqlite(store) => store.apply(events),
            Backend::Postgres(store) => store.apply(events),
        }
    }

    /// The position of the last event that all running views have applied; `None` if there is none.
    /// The subscription to the log starts after it.
    ///
    /// # Errors
    /// A failure of the database, as for every method of this store.
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        self.read(|db| ledger::read_checkpoint(db, self.layout()))
    }

    /// The position of the last event that `view` has applied.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn checkpoint_of(&self, view: ViewName) -> Result<Option<Position>, StoreError> {
        let found = self.status()?.into_iter().find(|status| status.view == view);
        Ok(found.and_then(|status| status.checkpoint))
    }

    /// The last event that each part of the views has applied, without those that applied none.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn log_points(&self) -> Result<Vec<LogPoint>, StoreError> {
        self.read(|db| ledger::read_log_points(db, self.layout()))
    }

    /// The state of each view, in the order of the [`ViewSet`]. A view in several partitions has
    /// the checkpoint of the one that is furthest behind.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn status(&self) -> Result<Vec<ViewStatus>, StoreError> {
        self.read(|db| read_status(db, self.layout()))
    }

    /// The state of each partition.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn partition_status(&self) -> Result<Vec<PartitionStatus>, StoreError> {
        let fed = self.fed_partitions()?;
        let parts = self.read(|db| ledger::read_parts(db, self.layout()))?;
        let partitions = self.layout().partitions.iter().enumerate();
        let statuses = partitions.map(|(index, partition)| PartitionStatus {
            partition: *partition,
            checkpoint: ledger::lowest_checkpoint(parts.iter().filter(|part| part.partition == *partition)),
            poisoned: poisons_in(&parts, *partition),
            fed: fed.get(index).copied().unwrap_or(true),
        });
        Ok(statuses.collect())
    }

    /// The views that apply no events until they are rebuilt: their stored version differs from
    /// this program's, they are new while the others have applied events, or they stopped at a
    /// poison event.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn needs_rebuild(&self) -> Result<Vec<ViewName>, StoreError> {
        let statuses = self.status()?;
        let stopped = statuses.iter().filter(|status| !status.is_running());
        Ok(stopped.map(|status| status.view).collect())
    }

    /// The SHA-256 of each table's rows in the order of their keys, lower-case hex. Equal for
    /// stores that applied the same events, even in databases of different kinds.
    ///
    /// # Errors
    /// As [`Self::checkpoint`].
    pub fn digest(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(|db| digest_tables(db, self.layout()))
    }

    /// Begins to rebuild all views, in `<path>.rebuild` or in a schema of their own. The remains of
    /// an earlier attempt are removed. Feed it the log from the start, then call [`Self::swap`].
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another rebuild is under way.
    pub fn begin_rebuild(&self) -> Result<Rebuild, StoreError> {
        Ok(Rebuild(match &*self.backend {
            Backend::Sqlite(store) => RebuildBackend::Sqlite(Box::new(store.begin_rebuild()?)),
            Backend::Postgres(store) => RebuildBackend::Postgres(Box::new(store.begin_rebuild()?)),
        }))
    }

    /// Puts the rebuilt views in the place of the live ones. Nothing is fed meanwhile.
    ///
    /// # Errors
    /// [`SwapError::Behind`] if the rebuilt views know less than the live ones.
    pub fn swap(&self, rebuilt: Rebuild) -> Result<Swapped, SwapError> {
        self.swap_if(rebuilt, Behind::Refused)
    }

    /// The same also if the rebuilt views know less, since the log that they were built from lost
    /// its end.
    ///
    /// # Errors
    /// [`SwapError::Store`].
    pub fn swap_backwards(&self, rebuilt: Rebuild) -> Result<Swapped, SwapError> {
        self.swap_if(rebuilt, Behind::Accepted)
    }

    fn swap_if(&self, rebuilt: Rebuild, behind: Behind) -> Result<Swapped, SwapError> {
        match (&*self.backend, rebuilt.0) {
            (Backend::Sqlite(store), RebuildBackend::Sqlite(rebuilt)) => {
                finish_swap(store.swap(*rebuilt, behind)?, |rebuilt| {
                    RebuildBackend::Sqlite(Box::new(rebuilt))
                })
            }
            (Backend::Postgres(store), RebuildBackend::Postgres(rebuilt)) => {
                finish_swap(store.swap(*rebuilt, behind)?, |rebuilt| {
                    RebuildBackend::Postgres(Box::new(rebuilt))
                })
            }
            (Backend::Sqlite(_), RebuildBackend::Postgres(_))
            | (Backend::Postgres(_), RebuildBackend::Sqlite(_)) => {
                Err(StoreError::corrupt("views rebuilt for another store").into())
            }
        }
    }

    /// The kind of database that holds the views.
    pub fn dialect(&self) -> Dialect {
        match &*self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads every row that `select` finds.
    ///
    /// # Errors
    /// As [`sql::fetch_all`].
    pub fn fetch_all<T>(
        &self,
        select: &SelectStatement,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match &*self.backend {
            Backend::Sqlite(store) => store.read(self.deadline, |db| sql::fetch_all(db, select, read)),
            Backend::Postgres(store) => store.fetch_all(select, self.deadline, read),
        }
    }

    /// Reads the first row that `select` finds. A statement that may find several has an order.
    ///
    /// # Errors
    /// As [`sql::fetch_first`].
    pub fn fetch_first<T>(
        &self,
        select: &SelectStatement,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match &*self.backend {
            Backend::Sqlite(store) => store.read(self.deadline, |db| sql::fetch_first(db, select, read)),
            Backend::Postgres(store) => store.fetch_first(select, self.deadline, read),
        }
    }

    /// Lends `read` a connection, on which everything is read as of one moment.
    ///
    /// # Errors
    /// Those of `read`, and as [`Self::checkpoint`].
    pub fn read<T, E: From<StoreError>>(&self, read: impl FnOnce(Db<'_>) -> Result<T, E>) -> Result<T, E> {
        match &*self.backend {
            Backend::Sqlite(store) => store.read(self.deadline, read),
            Backend::Postgres(store) => store.read(self.deadline, read),
        }
    }

    /// The same with [`Self::checkpoint`] as of that moment.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_with_checkpoint<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(Db<'_>) -> Result<T, E>,
    ) -> Result<(Option<Position>, T), E> {
        self.read(|db| Ok((ledger::read_checkpoint(db, self.layout())?, read(db)?)))
    }

    fn layout(&self) -> Layout<'_> {
        match &*self.backend {
            Backend::Sqlite(store) => store.layout(),
            Backend::Postgres(store) => store.layout(),
        }
    }

    fn fed_partitions(&self) -> Result<Vec<bool>, StoreError> {
        match &*self.backend {
            Backend::Sqlite(_) => Ok(vec![true]),
            Backend::Postgres(store) => store.fed_partitions(),
        }
    }
}

impl Rebuild {
    /// Applies events, as [`ViewStore::apply`] does.
    ///
    /// # Errors
    /// As [`ViewStore::apply`].
    pub fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        match &self.0 {
            RebuildBackend::Sqlite(store) => store.apply(events),
            RebuildBackend::Postgres(rebuild) => rebuild.views.apply(events),
        }
    }

    /// The checkpoint of the rebuilt views, as [`ViewStore::checkpoint`].
    ///
    /// # Errors
    /// As [`ViewStore::checkpoint`].
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        self.read(ledger::read_checkpoint)
    }

    /// The state of each rebuilt view.
    ///
    /// # Errors
    /// As [`ViewStore::checkpoint`].
    pub fn status(&self) -> Result<Vec<ViewStatus>, StoreError> {
        self.read(read_status)
    }

    /// The digests of the rebuilt tables, as [`ViewStore::digest`].
    ///
    /// # Errors
    /// As [`ViewStore::checkpoint`].
    pub fn digest(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(digest_tables)
    }

    /// Gives the rebuild up and removes what was built.
    ///
    /// # Errors
    /// As [`ViewStore::checkpoint`]; the next rebuild then removes the remains.
    pub fn abandon(self) -> Result<(), StoreError> {
        match self.0 {
            RebuildBackend::Sqlite(store) => store.abandon(),
            RebuildBackend::Postgres(rebuild) => rebuild.abandon(),
        }
    }

    fn read<T>(
        &self,
        read: impl FnOnce(Db<'_>, Layout<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.0 {
            RebuildBackend::Sqlite(store) => store.read(None, |db| read(db, store.layout())),
            RebuildBackend::Postgres(rebuild) => {
                rebuild.views.read(None, |db| read(db, rebuild.views.layout()))
            }
        }
    }
}

fn finish_swap<T>(
    attempt: SwapAttempt<T>,
    backend: impl FnOnce(T) -> RebuildBackend,
) -> Result<Swapped, SwapError> {
    match attempt {
        SwapAttempt::Swapped(swapped) => Ok(swapped),
        SwapAttempt::Behind { rebuilt, at, live } => {
            let rebuilt = Box::new(Rebuild(backend(rebuilt)));
            Err(SwapError::Behind { rebuilt, at, live })
        }
    }
}

fn read_status(db: Db<'_>, layout: Layout<'_>) -> Result<Vec<ViewStatus>, StoreError> {
    let views = ledger::read_views(db, layout)?;
    Ok(views.into_iter().map(|(_, status)| status).collect())
}

fn poisons_in(parts: &[Part], partition: Partition) -> Vec<Poisoned> {
    let of_partition = parts.iter().filter(|part| part.partition == partition);
    of_partition
        .filter_map(|part| part.status.poisoned.clone())
        .collect()
}
