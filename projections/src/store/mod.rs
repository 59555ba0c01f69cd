//! The store of all views: opening, feeding, asking how they stand, rebuilding.

mod connections;
mod digest;
mod feed;
mod ledger;
mod rebuild;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use rusqlite::Connection;
use tally_domain::{Event, Position, Recorded};

use self::connections::{Access, Connections};
use crate::alarms::AlarmsView;
use crate::asset_history::AssetHistoryView;
use crate::asset_register::AssetRegisterView;
use crate::error::{StoreError, SwapError};
use crate::imports::ImportsView;
use crate::incidents::IncidentsView;
use crate::install_log::InstallLogView;
use crate::releases::ReleasesView;
use crate::tenant_credentials::TenantCredentialsView;
use crate::tenant_health::TenantHealthView;
use crate::tenant_timeline::TenantTimelineView;
use crate::view::{ViewName, ViewStatus};

pub use self::rebuild::{Rebuild, Swapped};

/// All views, in one SQLite file. Calls block; share it in an `Arc` and call it where blocking is allowed.
///
/// One process at a time can have the file open for writing: a lock on `<path>.lock` sees to it.
pub struct ViewStore {
    path: PathBuf,
    access: Access,
    /// Absent only if a swap could not open the new file.
    connections: RwLock<Option<Connections>>,
    /// Held as long as the store is open.
    _lock: Option<File>,
}

impl fmt::Debug for ViewStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ViewStore({})", self.path.display())
    }
}

impl ViewStore {
    /// Opens the views at `path` for feeding and asking, making the file when there is none. Ask [`Self::needs_rebuild`] next.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has them open; otherwise the store failed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_locked(path, lock(path)?)
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

    /// Opens the views at `path` for asking only, also while another process feeds them.
    ///
    /// # Errors
    /// There is no such file, or the store failed.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let connections = Connections::open(path, Access::ReadOnly)?;
        Ok(Self {
            path: path.to_owned(),
            access: Access::ReadOnly,
            connections: RwLock::new(Some(connections)),
            _lock: None,
        })
    }

    /// Takes `events` into all running views, in one transaction with their checkpoints, and answers with [`Self::checkpoint`]. Events
    /// taken in before are skipped. Gaps between positions are not seen: the caller delivers every event of the log.
    ///
    /// An event that a view cannot take in stops that view, which is logged and shown by [`Self::status`]; the others go on.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`] when positions do not ascend; otherwise the store failed. Nothing is taken in then.
    pub fn apply(&self, events: &[Recorded<Event>]) -> Result<Option<Position>, StoreError> {
        self.connected(|connections| {
            let mut writer = connections.writer()?;
            feed::feed(&mut writer, events)?;
            checkpoint(&writer)
        })
    }

    /// The last event that all running views have taken in; `None` when that is none. The subscription to the log starts after it.
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        self.read(checkpoint)
    }

    /// The last event that `view` has taken in.
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint_of(&self, view: ViewName) -> Result<Option<Position>, StoreError> {
        self.read(|db| Ok(ledger::status(db, view)?.checkpoint))
    }

    /// How each view stands, in the order of [`ViewName::ALL`].
    ///
    /// # Errors
    /// The store failed.
    pub fn status(&self) -> Result<Vec<ViewStatus>, StoreError> {
        self.read(ledger::statuses)
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

    /// The SHA-256 of each table's rows in the order of their keys, lower-case hex. Equal for stores that took in the same events.
    ///
    /// # Errors
    /// The store failed.
    pub fn digest(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(digest::digest)
    }

    /// Begins to build all views anew in `<path>.rebuild`; what is left there of an earlier attempt is removed. Feed it the log from
    /// the start, then [`Self::swap`].
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another rebuild is under way; otherwise the store failed.
    pub fn begin_rebuild(&self) -> Result<Rebuild, StoreError> {
        Rebuild::begin(&rebuild::beside(&self.path, ".rebuild"))
    }

    /// Puts the rebuilt views in the place of the live ones. Nothing is fed or asked meanwhile.
    ///
    /// # Errors
    /// [`SwapError::Behind`] when the rebuilt views know less than the live ones; otherwise the store failed.
    pub fn swap(&self, rebuilt: Rebuild) -> Result<Swapped, SwapError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::ReadOnly.into());
        }
        let mut connections = self.connections.write().unwrap_or_else(PoisonError::into_inner);
        let held = connections.as_ref().ok_or(StoreError::Closed)?;
        let live = held.read(furthest)?;
        let at = rebuilt.checkpoint()?;
        if at < live {
            let rebuilt = Box::new(rebuilt);
            return Err(SwapError::Behind { rebuilt, at, live });
        }
        let differing = if at == live {
            differing(&held.read(digest::digest)?, &rebuilt.digest()?)
        } else {
            vec![]
        };
        let from = rebuilt.finish()?;
        if let Some(old) = connections.take() {
            old.close()?;
        }
        let replaced = rebuild::replace(&from, &self.path);
        // Opened again also when the file could not be replaced: the old views are better than none.
        *connections = Some(Connections::open(&self.path, Access::ReadWrite)?);
        replaced?;
        Ok(Swapped {
            checkpoint: at,
            differing,
        })
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

    /// Lends `read` a connection, on which everything read is of one moment.
    pub(crate) fn read<T, E: From<StoreError> + From<rusqlite::Error>>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.connected(|connections| connections.read(read))
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

fn prepare(connections: &Connections) -> Result<(), StoreError> {
    let mut writer = connections.writer()?;
    let all = writer.transaction()?;
    ledger::prepare(&all)?;
    Ok(all.commit()?)
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(rebuild::beside(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The lowest checkpoint of the running views; of all views when none is running.
fn checkpoint(db: &Connection) -> Result<Option<Position>, StoreError> {
    let statuses = ledger::statuses(db)?;
    let running = statuses.iter().filter(|status| status.running());
    let lowest = running.map(|status| status.checkpoint).min();
    Ok(lowest.unwrap_or_else(|| statuses.iter().map(|status| status.checkpoint).min().flatten()))
}

/// The highest checkpoint of any view.
fn furthest(db: &Connection) -> Result<Option<Position>, StoreError> {
    let statuses = ledger::statuses(db)?;
    Ok(statuses.iter().map(|status| status.checkpoint).max().flatten())
}

fn differing(live: &BTreeMap<String, String>, rebuilt: &BTreeMap<String, String>) -> Vec<String> {
    let both = live
        .iter()
        .filter_map(|(table, digest)| Some((table, digest, rebuilt.get(table)?)));
    both.filter(|(_, live, rebuilt)| live != rebuilt)
        .map(|(table, ..)| table.clone())
        .collect()
}
