//! A disk that refuses writes: by a limit on files, which needs no rights, or truly full, where a
//! file system may be mounted.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::stage::Stage;

/// Enough for the smallest drill, and little to fill.
const SIZE: &str = "size=64m";

/// What refuses.
pub enum Disk {
    /// A limit on the size of files: a write beyond it fails at once.
    Limited,
    /// A small file system in memory, filled up.
    Full(Mount),
}

impl Disk {
    /// A file system of its own, where that is allowed.
    pub fn mounted() -> Option<Self> {
        Mount::make().map(Self::Full)
    }

    /// Where the data goes, if not where it always does.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Limited => None,
            Self::Full(mount) => Some(mount.folder.path()),
        }
    }

    /// From now on writes fail.
    pub fn refuse(&self, stage: &Stage) {
        match self {
            Self::Limited => stage.nodes[0].serving().limit_files(Some(0)),
            Self::Full(mount) => mount.fill(),
        }
    }

    /// From now on there is space.
    pub fn relent(&self, stage: &Stage) {
        match self {
            Self::Limited => stage.nodes[0].serving().limit_files(None),
            Self::Full(mount) => fs::remove_file(mount.ballast()).unwrap(),
        }
    }
}

/// A mounted file system, unmounted when dropped.
pub struct Mount {
    folder: TempDir,
}

impl Mount {
    fn make() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(folder.path());
        let done = mount.stdout(Stdio::null()).stderr(Stdio::null()).status();
        done.is_ok_and(|status| status.success())
            .then_some(Self { folder })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    fn fill(&self) {
        let mut ballast = File::create(self.ballast()).unwrap();
        let page = [0; 4096];
        loop {
            match ballast.write_all(&page) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("filling the disk: {error}"),
            }
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a process that has files open there may still be ending.
        drop(Command::new("umount").arg("-l").arg(self.folder.path()).status());
    }
}
