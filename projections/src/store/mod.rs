//! The store of all views: opening, feeding, asking how they stand, rebuilding.

mod digest;
mod feed;
mod ledger;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use sea_query::SelectStatement;
use tally_domain::{AnyEvent, Position, Recorded};

use self::sqlite::SqliteStore;
use crate::alarms::AlarmsView;
use crate::asset_history::AssetHistoryView;
use crate::asset_register::AssetRegisterView;
use crate::error::{StoreError, SwapError};
use crate::imports::ImportsView;
use crate::incidents::IncidentsView;
use crate::install_log::InstallLogView;
use crate::partition::Partition;
use crate::releases::ReleasesView;
use crate::sql::{self, Db, Dialect, Row};
use crate::tenant_credentials::TenantCredentialsView;
use crate::tenant_health::TenantHealthView;
use crate::tenant_timeline::TenantTimelineView;
use crate::view::{PartitionStatus, Poisoned, ViewName, ViewStatus};

pub use self::postgres::{Database, Generation, Lease, Membership, Progress, SharedViews};

/// The partitions of views that one process feeds.
const WHOLE: [Partition; 1] = [Partition::Whole];

/// All views: in a SQLite file that one process feeds, or in a PostgreSQL database that several processes share. Calls block; share it in an
/// `Arc` and call it where blocking is allowed.
pub struct ViewStore {
    backend: Backend,
}

enum Backend {
    Sqlite(Box<SqliteStore>),
    Postgres(Box<SharedViews>),
}

/// Views being built anew beside the live ones.
pub struct Rebuild(Rebuilding);

enum Rebuilding {
    Sqlite(Box<SqliteStore>),
    Postgres(Box<postgres::Rebuilt>),
}

/// How a swap went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swapped {
    /// Where the views stand now.
    pub checkpoint: Option<Position>,
    /// The tables that differed between the live and the rebuilt views although both stood at the same event. Empty when all is
    /// well, when a view had changed its version, and when the two stood at different events and could not be compared.
    pub differing: Vec<String>,
}

impl fmt::Debug for ViewStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.backend {
            Backend::Sqlite(store) => write!(f, "ViewStore({store})"),
            Backend::Postgres(store) => write!(f, "ViewStore({store})"),
        }
    }
}

impl fmt::Debug for Rebuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rebuilding::Sqlite(store) => write!(f, "Rebuild({store})"),
            Rebuilding::Postgres(rebuilt) => write!(f, "Rebuild({rebuilt})"),
        }
    }
}

impl ViewStore {
    /// Opens the views at `path` for feeding and asking, making the file when there is none. Ask [`Self::needs_rebuild`] next.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has them open; otherwise the store failed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let backend = Backend::Sqlite(Box::new(SqliteStore::open(path)?));
        Ok(Self { backend })
    }

    /// Opens the views at `path` for asking only, also while another process feeds them.
    ///
    /// # Errors
    /// There is no such file, or the store failed.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let backend = Backend::Sqlite(Box::new(SqliteStore::open_read_only(path)?));
        Ok(Self { backend })
    }

    /// Opens the views in a PostgreSQL database for feeding and asking, made when they are not there. Any number of processes can.
    ///
    /// # Errors
    /// The database cannot be reached, or what is there is not what is asked for.
    pub fn open_in(database: &Database) -> Result<Self, StoreError> {
        let backend = Backend::Postgres(Box::new(SharedViews::open(database)?));
        Ok(Self { backend })
    }

    /// Opens the views in a PostgreSQL database for asking only; they must be there.
    ///
    /// # Errors
    /// The database cannot be reached, or has no such views.
    pub fn open_in_read_only(database: &Database) -> Result<Self, StoreError> {
        let backend = Backend::Postgres(Box::new(SharedViews::open_read_only(database)?));
        Ok(Self { backend })
    }

    /// The views as processes share them; `None` where one process has them for itself.
    pub fn shared(&self) -> Option<&SharedViews> {
        match &self.backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(store) => Some(store),
        }
    }

    /// Takes `events` into all running views, with their checkpoints, and answers with [`Self::checkpoint`]. Events taken in before are
    /// skipped. Gaps between positions are not seen: the caller delivers every event of the log. In a file it is one transaction, in a
    /// database one for each partition.
    ///
    /// An event that a view cannot take in stops that view, which is logged and shown by [`Self::status`]; the others go on.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`] when positions do not ascend; otherwise the store failed. The transaction took nothing in then.
    pub fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => store.apply(events),
            Backend::Postgres(store) => store.apply(events),
        }
    }

    /// The last event that all running views have taken in; `None` when that is none. The subscription to the log starts after it.
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        self.read(|db| checkpoint(db, self.partitions()))
    }

    /// The last event that `view` has taken in.
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint_of(&self, view: ViewName) -> Result<Option<Position>, StoreError> {
        let found = self.status()?.into_iter().find(|status| status.view == view);
        Ok(found.and_then(|status| status.checkpoint))
    }

    /// How each view stands, in the order of [`ViewName::ALL`]: in several partitions, as the one that is furthest behind.
    ///
    /// # Errors
    /// The store failed.
    pub fn status(&self) -> Result<Vec<ViewStatus>, StoreError> {
        self.read(|db| ledger::views(db, self.partitions()))
    }

    /// How each partition stands.
    ///
    /// # Errors
    /// The store failed.
    pub fn partition_status(&self) -> Result<Vec<PartitionStatus>, StoreError> {
        let fed = self.fed()?;
        self.read(|db| {
            let parts = ledger::statuses(db, self.partitions())?;
            let standing = self.partitions().iter().enumerate();
            let standing = standing.map(|(index, partition)| PartitionStatus {
                partition: *partition,
                checkpoint: lowest(parts.iter().filter(|part| part.partition == *partition)),
                poisoned: poisoned(&parts, *partition),
                fed: fed.get(index).copied().unwrap_or(true),
            });
            Ok::<_, StoreError>(standing.collect())
        })
    }

    /// The views that take nothing in until they are rebuilt: their stored version is another than this program's, they are new while
    /// the others have come some way, or they stopped at a poison event.
    ///
    /// # Errors
    /// The store failed.
    pub fn needs_rebuild(&self) -> Result<Vec<ViewName>, StoreError> {
        let statuses = self.status()?;
        let stopped = statuses.iter().filter(|status| !status.running());
        Ok(stopped.map(|status| status.view).collect())
    }

    /// The SHA-256 of each table's rows in the order of their keys, lower-case hex. Equal for stores that took in the same events, also
    /// between databases of different kinds.
    ///
    /// # Errors
    /// The store failed.
    pub fn digest(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(|db| digest::digest(db, self.partitions()))
    }

    /// Begins to build all views anew, in `<path>.rebuild` or in a schema of their own; what is left there of an earlier attempt is removed.
    /// Feed it the log from the start, then [`Self::swap`].
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another rebuild is under way; otherwise the store failed.
    pub fn begin_rebuild(&self) -> Result<Rebuild, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => store.begin_rebuild(),
            Backend::Postgres(store) => store.begin_rebuild(),
        }
    }

    /// Puts the rebuilt views in the place of the live ones. Nothing is fed meanwhile.
    ///
    /// # Errors
    /// [`SwapError::Behind`] when the rebuilt views know less than the live ones; otherwise the store failed.
    pub fn swap(&self, rebuilt: Rebuild) -> Result<Swapped, SwapError> {
        match (&self.backend, rebuilt.0) {
            (Backend::Sqlite(store), Rebuilding::Sqlite(rebuilt)) => store.swap(*rebuilt),
            (Backend::Postgres(store), Rebuilding::Postgres(rebuilt)) => store.swap(*rebuilt),
            _ => Err(StoreError::corrupt("views rebuilt for another store").into()),
        }
    }

    /// Tenants and their secrets.
    pub fn tenant_credentials(&self) -> TenantCredentialsView<'_> {
        TenantCredentialsView { store: self }
    }

    /// What happened to a tenant.
    pub fn tenant_timeline(&self) -> TenantTimelineView<'_> {
        TenantTimelineView { store: self }
    }

    /// Lifecycle callbacks.
    pub fn install_log(&self) -> InstallLogView<'_> {
        InstallLogView { store: self }
    }

    /// The assets, now and before.
    pub fn asset_register(&self) -> AssetRegisterView<'_> {
        AssetRegisterView { store: self }
    }

    /// What happened to an asset.
    pub fn asset_history(&self) -> AssetHistoryView<'_> {
        AssetHistoryView { store: self }
    }

    /// Imports and their rows.
    pub fn imports(&self) -> ImportsView<'_> {
        ImportsView { store: self }
    }

    /// Tenants whose requests are refused, now and before.
    pub fn tenant_health(&self) -> TenantHealthView<'_> {
        TenantHealthView { store: self }
    }

    /// When alarms fired.
    pub fn alarms(&self) -> AlarmsView<'_> {
        AlarmsView { store: self }
    }

    /// Releases and how they bake.
    pub fn releases(&self) -> ReleasesView<'_> {
        ReleasesView { store: self }
    }

    /// Incidents and whom they hurt.
    pub fn incidents(&self) -> IncidentsView<'_> {
        IncidentsView { store: self }
    }

    /// Which database it is.
    pub(crate) fn dialect(&self) -> Dialect {
        match &self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// What `select` finds.
    pub(crate) fn all<T>(
        &self,
        select: &SelectStatement,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => store.read(|db| sql::all(db, select, read)),
            Backend::Postgres(store) => store.all(select, read),
        }
    }

    /// The first that `select` finds; one that may find several says which comes first.
    pub(crate) fn first<T>(
        &self,
        select: &SelectStatement,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match &self.backend {
            Backend::Sqlite(store) => store.read(|db| sql::first(db, select, read)),
            Backend::Postgres(store) => store.first(select, read),
        }
    }

    /// Lends `read` a connection, on which everything read is of one moment.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.backend {
            Backend::Sqlite(store) => store.read(read),
            Backend::Postgres(store) => store.read(read),
        }
    }

    fn partitions(&self) -> &[Partition] {
        match &self.backend {
            Backend::Sqlite(_) => &WHOLE,
            Backend::Postgres(store) => store.partitions(),
        }
    }

    fn fed(&self) -> Result<Vec<bool>, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(vec![true]),
            Backend::Postgres(store) => store.fed(),
        }
    }
}

impl Rebuild {
    /// Takes events in, as [`ViewStore::apply`] does.
    ///
    /// # Errors
    /// The store failed.
    pub fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        match &self.0 {
            Rebuilding::Sqlite(store) => store.apply(events),
            Rebuilding::Postgres(rebuilt) => rebuilt.views.apply(events),
        }
    }

    /// Where the rebuilt views stand, as [`ViewStore::checkpoint`].
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        self.read(checkpoint)
    }

    /// How each rebuilt view stands.
    ///
    /// # Errors
    /// The store failed.
    pub fn status(&self) -> Result<Vec<ViewStatus>, StoreError> {
        self.read(ledger::views)
    }

    /// The digests of the rebuilt tables, as [`ViewStore::digest`].
    ///
    /// # Errors
    /// The store failed.
    pub fn digest(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(digest::digest)
    }

    /// Gives up and removes what was built.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn abandon(self) -> Result<(), StoreError> {
        match self.0 {
            Rebuilding::Sqlite(store) => store.abandon(),
            Rebuilding::Postgres(rebuilt) => rebuilt.abandon(),
        }
    }

    fn read<T>(
        &self,
        read: impl FnOnce(Db<'_>, &[Partition]) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.0 {
            Rebuilding::Sqlite(store) => store.read(|db| read(db, &WHOLE)),
            Rebuilding::Postgres(rebuilt) => rebuilt.views.read(|db| read(db, rebuilt.views.partitions())),
        }
    }
}

/// The lowest checkpoint of the running views; of all views when none is running.
fn checkpoint(db: Db<'_>, partitions: &[Partition]) -> Result<Option<Position>, StoreError> {
    Ok(lowest(ledger::statuses(db, partitions)?.iter()))
}

fn lowest<'a>(parts: impl Iterator<Item = &'a ledger::Part> + Clone) -> Option<Position> {
    let running = parts.clone().filter(|part| part.status.running());
    let lowest = running.map(|part| part.status.checkpoint).min();
    lowest.unwrap_or_else(|| parts.map(|part| part.status.checkpoint).min().flatten())
}

fn poisoned(parts: &[ledger::Part], partition: Partition) -> Vec<Poisoned> {
    let of_it = parts.iter().filter(|part| part.partition == partition);
    of_it.filter_map(|part| part.status.poisoned.clone()).collect()
}

/// The highest checkpoint of any view.
fn furthest(db: Db<'_>) -> Result<Option<Position>, StoreError> {
    let parts = ledger::statuses(db, &WHOLE)?;
    Ok(parts.iter().map(|part| part.status.checkpoint).max().flatten())
}

fn differing(live: &BTreeMap<String, String>, rebuilt: &BTreeMap<String, String>) -> Vec<String> {
    let both = live
        .iter()
        .filter_map(|(table, digest)| Some((table, digest, rebuilt.get(table)?)));
    both.filter(|(_, live, rebuilt)| live != rebuilt)
        .map(|(table, ..)| table.clone())
        .collect()
}
