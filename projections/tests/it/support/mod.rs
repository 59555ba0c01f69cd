//! A log in memory, written by the domain's decisions, and stores to feed it to.

pub mod random;
pub mod random_watch;
mod watch;
mod world;

use std::path::PathBuf;

use tally_domain::{Event, Recorded};
use tally_projections::ViewStore;
use tempfile::TempDir;

pub use random::{ops, play};
pub use watch::{incident_id, version};
pub use world::{World, account, asset_id, client_key, fingerprint, import_id, sealed, set, tag, tenant_id};

/// A store in a directory of its own, which goes with it.
pub struct TempStore {
    pub store: ViewStore,
    pub path: PathBuf,
    directory: TempDir,
}

impl std::ops::Deref for TempStore {
    type Target = ViewStore;

    fn deref(&self) -> &ViewStore {
        &self.store
    }
}

impl TempStore {
    pub fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("views.db");
        Self {
            store: ViewStore::open(&path).unwrap(),
            path,
            directory,
        }
    }

    /// Fed with all of `events` at once; no view stops.
    pub fn fed(events: &[Recorded<Event>]) -> Self {
        let store = Self::empty();
        store.apply(events).unwrap();
        assert_eq!(store.needs_rebuild().unwrap(), vec![]);
        store
    }

    /// Closed, meddled with by `meddle`, and opened again.
    pub fn reopened(self, meddle: impl FnOnce(&rusqlite::Connection)) -> Self {
        let Self {
            store,
            path,
            directory,
        } = self;
        drop(store);
        meddle(&rusqlite::Connection::open(&path).unwrap());
        Self {
            store: ViewStore::open(&path).unwrap(),
            path,
            directory,
        }
    }

    /// The file itself, behind the store's back.
    pub fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.path).unwrap()
    }
}
