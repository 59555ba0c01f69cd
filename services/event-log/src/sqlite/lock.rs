//! One writer to a file: a lock that the operating system frees when its holder dies, however it
//! dies.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::unavailable;
use crate::error::OpenError;

/// How long a lock may remain after its process ended: a child that a process starts has its
/// parent's files until it becomes the other program, and with them the lock that the parent has
/// just given up.
const LET_GO: Duration = Duration::from_millis(500);
/// How often to look in that time.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The held lock.
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Locks `<path>.lock`, or says that another holds it.
    pub(super) fn acquire(path: &Path) -> Result<Self, OpenError> {
        let mut name = OsString::from(path);
        name.push(".lock");
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&name);
        let file =
            opened.map_err(|e| unavailable("opening the lock file", format!("{}: {e}", name.display())))?;
        match lock_soon(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                log: path.display().to_string(),
            }),
            Err(TryLockError::Error(e)) => Err(unavailable("locking the log", e)),
        }
    }
}

fn lock_soon(file: &File) -> Result<(), TryLockError> {
    let until = Instant::now() + LET_GO;
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(LOOK_EVERY),
            answer => return answer,
        }
    }
}

/// The one path of a file that several may lead to, so that all of them meet at one lock. Makes the
/// folder it is to be in.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    if path.exists() {
        return path
            .canonicalize()
            .map_err(|e| unavailable("finding the file", e));
    }
    let name = path
        .file_name()
        .ok_or_else(|| unavailable("finding the file", "the path names no file"))?;
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|e| unavailable("making the folder", e))?;
    let folder = folder
        .canonicalize()
        .map_err(|e| unavailable("finding the folder", e))?;
    Ok(folder.join(name))
}
