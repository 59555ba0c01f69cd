//! The state file: all sites as JSON, so that a restarted host continues where it stopped.
//!
//! It holds secrets in clear text, and only its owner can read it: these sites are not real.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::site::Site;

/// Reads the sites from a state file; an absent file has none.
///
/// # Errors
/// The file system's error, or `InvalidData` when the text is not a state file.
pub fn read(path: &Path) -> io::Result<Vec<Site>> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Replaces the state file atomically, so that a crash leaves the old one or the new one.
///
/// # Errors
/// The file system's error when the new file cannot be written or renamed.
pub fn write(path: &Path, sites: &[Site]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(sites)?)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}
