//! The state file: all sites as JSON, so that a restarted host goes on where it stopped.
//!
//! It holds secrets in clear: it is the memory of a simulator, readable by its owner only.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::site::Site;

/// Reads the sites of a state file; an absent file holds none.
///
/// # Errors
/// When the file cannot be read or is not a state file.
pub fn read(path: &Path) -> io::Result<Vec<Site>> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Replaces the state file at once, so that a crash leaves the old one or the new one.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, sites: &[Site]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(&serde_json::to_vec_pretty(sites)?)?;
    file.sync_all()?;
    fs::rename(beside, path)
}
