//! The files that hold views, and the replacement of one by another.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Takes the lock of the file at `path`, which one process at a time can hold.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(add_suffix(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            what: path.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// `path` with `suffix` added to its last part.
pub(super) fn add_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Puts the file at `from` in the place of the one at `to`. Both are closed.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), StoreError> {
    // The write-ahead log of the old file would be read as that of the new one.
    remove_journal(to)?;
    Ok(fs::rename(from, to)?)
}

pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    remove_journal(path)?;
    remove_file(path)
}

fn remove_journal(path: &Path) -> Result<(), StoreError> {
    remove_file(&add_suffix(path, "-wal"))?;
    remove_file(&add_suffix(path, "-shm"))
}

pub(super) fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
