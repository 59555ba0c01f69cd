//! What Tally stores is its own user's alone: directories 0700, files 0600.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::fs::Mode;
use tracing::warn;

/// What others may do with a file.
const OTHERS: u32 = 0o077;

/// With what the names of Tally's files in its data directory begin.
const OUR_NAMES: [&str; 6] = [
    "events.db",
    "views.db",
    "keys.db",
    "imports",
    "master.key",
    "ops-token",
];

/// From here on, whatever this process makes is its own user's alone.
pub fn make_private() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// Makes the data directory if it is not there, and takes from others what an earlier version left
/// to them. A directory that holds other files too keeps its permissions.
///
/// # Errors
/// The directory cannot be made or listed.
pub fn prepare_directory(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut is_ours = true;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if OUR_NAMES.iter().any(|ours| name.starts_with(ours)) {
            restrict_all(&entry.path());
        } else {
            is_ours = false;
        }
    }
    if is_ours {
        restrict(folder);
    }
    Ok(())
}

/// Restricts a file, or a folder with all that is in it.
fn restrict_all(path: &Path) {
    restrict(path);
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        restrict_all(&entry.path());
    }
}

fn restrict(path: &Path) {
    let restricted = fs::symlink_metadata(path).and_then(|found| {
        let mode = found.permissions().mode();
        if found.is_symlink() || mode & OTHERS == 0 {
            return Ok(());
        }
        fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
    });
    if let Err(cause) = restricted {
        warn!(path = %path.display(), %cause, "others may read this, and its permissions cannot be changed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn add(path: &Path) {
        fs::write(path, "").unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
    }

    #[test]
    fn what_an_earlier_version_left_readable_is_taken_from_others() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("data");
        fs::create_dir_all(folder.join("imports")).unwrap();
        for path in [&folder, &folder.join("imports")] {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        for name in ["events.db", "events.db-wal", "views.db", "imports/a.csv"] {
            add(&folder.join(name));
        }
        prepare_directory(&folder).unwrap();
        assert_eq!(
            (mode_of(&folder), mode_of(&folder.join("imports"))),
            (0o700, 0o700)
        );
        for name in ["events.db", "events.db-wal", "views.db", "imports/a.csv"] {
            assert_eq!(mode_of(&folder.join(name)), 0o600, "{name}");
        }
    }

    #[test]
    fn a_directory_with_files_of_others_keeps_its_permissions() {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
        for name in ["events.db", "theirs"] {
            add(&home.path().join(name));
        }
        prepare_directory(home.path()).unwrap();
        assert_eq!(mode_of(home.path()), 0o755);
        assert_eq!(mode_of(&home.path().join("events.db")), 0o600);
        assert_eq!(mode_of(&home.path().join("theirs")), 0o644);
    }
}
