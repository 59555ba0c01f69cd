//! Rebuilding: the views are folded anew into a file beside the live one, and take its place in one step.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tally_domain::{Event, Position, Recorded};

use super::ViewStore;
use crate::error::StoreError;
use crate::view::ViewStatus;

/// Views being built anew beside the live ones.
#[derive(Debug)]
pub struct Rebuild {
    store: ViewStore,
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

impl Rebuild {
    pub(super) fn begin(path: &Path) -> Result<Self, StoreError> {
        // Locked before anything is removed: it may be another's, under way.
        let lock = super::lock(path)?;
        remove(path)?;
        let store = ViewStore::open_locked(path, lock)?;
        Ok(Self { store })
    }

    /// Takes events in, as [`ViewStore::apply`] does.
    ///
    /// # Errors
    /// The store failed.
    pub fn apply(&self, events: &[Recorded<Event>]) -> Result<Option<Position>, StoreError> {
        self.store.apply(events)
    }

    /// Where the rebuilt views stand, as [`ViewStore::checkpoint`].
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        self.store.checkpoint()
    }

    /// How each rebuilt view stands.
    ///
    /// # Errors
    /// The store failed.
    pub fn status(&self) -> Result<Vec<ViewStatus>, StoreError> {
        self.store.status()
    }

    /// The digests of the rebuilt tables, as [`ViewStore::digest`].
    ///
    /// # Errors
    /// The store failed.
    pub fn digest(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.store.digest()
    }

    /// Gives up and removes the file.
    ///
    /// # Errors
    /// The file cannot be closed or removed.
    pub fn abandon(self) -> Result<(), StoreError> {
        remove(&self.finish()?)
    }

    /// Closes the file, complete in itself, and says where it is.
    pub(super) fn finish(self) -> Result<PathBuf, StoreError> {
        let path = self.store.path.clone();
        self.store.close()?;
        remove_file(&beside(&path, ".lock"))?;
        Ok(path)
    }
}

/// `path` with `suffix` added to its last part.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Puts the file at `from`, which is closed, in the place of the one at `to`, which is closed too.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), StoreError> {
    // A write-ahead log left of the old file would be taken for the new one's.
    remove_journal(to)?;
    Ok(fs::rename(from, to)?)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    remove_journal(path)?;
    remove_file(path)
}

fn remove_journal(path: &Path) -> Result<(), StoreError> {
    remove_file(&beside(path, "-wal"))?;
    remove_file(&beside(path, "-shm"))
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
