//! The files of imports that run, kept so that a restart can take them up again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tally_domain::ImportId;
use uuid::Uuid;

/// The folder of the files, below the data folder.
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Below `data_dir`.
    pub fn below(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join("imports"),
        }
    }

    /// A file is named by its import and its content, so that two tries with different content never meet.
    fn path(&self, import: ImportId, sha256: &str) -> PathBuf {
        let content: String = sha256.chars().take(16).collect();
        self.folder.join(format!("{import}-{content}.csv"))
    }

    /// Keeps a file. It is there wholly or not at all.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn keep(&self, import: ImportId, sha256: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let unfinished = self.folder.join(format!("{}.part", Uuid::new_v4()));
        let written = write_through(&unfinished, bytes)
            .and_then(|()| fs::rename(&unfinished, self.path(import, sha256)));
        if written.is_err() {
            // What is left of it goes with the next sweep.
            drop(fs::remove_file(&unfinished));
        }
        written?;
        File::open(&self.folder)?.sync_all()
    }

    /// Reads a kept file.
    ///
    /// # Errors
    /// It is not there, or the disk does not give it.
    pub fn read(&self, import: ImportId, sha256: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(import, sha256))
    }

    /// Whether a file of `import` is kept here.
    pub fn has(&self, import: ImportId) -> bool {
        let begins = format!("{import}-");
        let names = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        names
            .map(|entry| entry.file_name())
            .any(|name| name.to_string_lossy().starts_with(&begins))
    }

    /// Lets a file go; one that is not there is gone already.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(&self, import: ImportId, sha256: &str) -> io::Result<()> {
        match fs::remove_file(self.path(import, sha256)) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// Removes the files of all imports but `running` ones, and what was never finished. Says how many it removed.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn sweep(&self, running: &[ImportId]) -> io::Result<usize> {
        let kept: Vec<String> = running.iter().map(ToString::to_string).collect();
        let entries = match fs::read_dir(&self.folder) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name.ends_with(".csv") || name.ends_with(".part");
            if ours && !kept.iter().any(|import| name.starts_with(import.as_str())) {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_file_is_read_again_until_it_is_let_go() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::below(dir.path());
        let import = ImportId(Uuid::from_u128(1));
        files.keep(import, "aa", b"name\nx").unwrap();
        files.keep(import, "aa", b"name\nx").unwrap();
        assert_eq!(files.read(import, "aa").unwrap(), b"name\nx");
        assert!(files.has(import) && !files.has(ImportId(Uuid::from_u128(2))));
        files.remove(import, "aa").unwrap();
        files.remove(import, "aa").unwrap();
        assert!(files.read(import, "aa").is_err());
    }

    #[test]
    fn a_sweep_leaves_the_files_of_running_imports_and_of_others_than_imports() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::below(dir.path());
        assert_eq!(files.sweep(&[]).unwrap(), 0);
        let [running, over] = [1, 2].map(|n| ImportId(Uuid::from_u128(n)));
        files.keep(running, "aa", b"1").unwrap();
        files.keep(over, "bb", b"2").unwrap();
        fs::write(dir.path().join("imports/left.part"), b"3").unwrap();
        fs::write(dir.path().join("imports/README"), b"4").unwrap();
        assert_eq!(files.sweep(&[running]).unwrap(), 2);
        assert!(files.read(running, "aa").is_ok());
        assert!(dir.path().join("imports/README").exists());
    }
}
