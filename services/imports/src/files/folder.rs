//! Files in a folder of this process's own, for its next start.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tally_domain::ImportId;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::FileStore;

/// The folder of the files, below the data folder.
pub struct Folder {
    folder: PathBuf,
}

impl Folder {
    /// The folder `imports` below `data_dir`; it is made when the first file comes.
    pub fn below(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join("imports"),
        }
    }

    /// A file is named by its import and its content, so that two tries with different content
    /// never meet.
    fn path(&self, import: ImportId, sha256: &str) -> PathBuf {
        let content: String = sha256.chars().take(16).collect();
        self.folder.join(format!("{import}-{content}.csv"))
    }
}

#[async_trait]
impl FileStore for Folder {
    async fn keep(&self, import: ImportId, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let (folder, path) = (self.folder.clone(), self.path(import, sha256));
        Ok(spawn_blocking(move || write_file(&folder, &path, &bytes)).await??)
    }

    async fn read(&self, import: ImportId, sha256: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let path = self.path(import, sha256);
        match spawn_blocking(move || fs::read(path)).await? {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read?)),
        }
    }

    async fn remove(&self, import: ImportId, sha256: &str) -> anyhow::Result<()> {
        let path = self.path(import, sha256);
        match spawn_blocking(move || fs::remove_file(path)).await? {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    async fn remove_all(&self, import: ImportId) -> anyhow::Result<u64> {
        let folder = self.folder.clone();
        let prefix = format!("{import}-");
        let is_its = move |name: &str| name.starts_with(&prefix);
        Ok(spawn_blocking(move || remove_files(&folder, is_its)).await??)
    }

    async fn sweep(&self, needed: Vec<ImportId>) -> anyhow::Result<u64> {
        let folder = self.folder.clone();
        Ok(spawn_blocking(move || sweep_folder(&folder, &needed)).await??)
    }
}

fn write_file(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!("{}.part", Uuid::new_v4()));
    let written = write_through(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // What is left of it goes with the next sweep.
        drop(fs::remove_file(&unfinished));
    }
    written?;
    File::open(folder)?.sync_all()
}

fn sweep_folder(folder: &Path, running: &[ImportId]) -> io::Result<u64> {
    let running_names: Vec<String> = running.iter().map(ToString::to_string).collect();
    let is_running = |name: &str| {
        running_names
            .iter()
            .any(|import| name.starts_with(import.as_str()))
    };
    remove_files(folder, |name| {
        let ours = name.ends_with(".csv") || name.ends_with(".part");
        ours && !is_running(name)
    })
}

fn remove_files(folder: &Path, is_doomed: impl Fn(&str) -> bool) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if is_doomed(&name.to_string_lossy()) {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_kept_until_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, import) = (Folder::below(dir.path()), ImportId(Uuid::from_u128(1)));
        for _ in 0..2 {
            folder.keep(import, "aa", b"name\nx".to_vec()).await.unwrap();
        }
        assert_eq!(
            folder.read(import, "aa").await.unwrap(),
            Some(b"name\nx".to_vec())
        );
        for _ in 0..2 {
            folder.remove(import, "aa").await.unwrap();
        }
        assert_eq!(folder.read(import, "aa").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_sweep_leaves_the_files_of_running_imports_and_of_others_than_imports() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::below(dir.path());
        assert_eq!(folder.sweep(vec![]).await.unwrap(), 0);
        let [running, finished] = [1, 2].map(|n| ImportId(Uuid::from_u128(n)));
        folder.keep(running, "aa", b"1".to_vec()).await.unwrap();
        folder.keep(finished, "bb", b"2".to_vec()).await.unwrap();
        fs::write(dir.path().join("imports/left.part"), b"3").unwrap();
        fs::write(dir.path().join("imports/README"), b"4").unwrap();
        assert_eq!(folder.sweep(vec![running]).await.unwrap(), 2);
        assert!(folder.read(running, "aa").await.unwrap().is_some());
        assert!(dir.path().join("imports/README").exists());
    }
}
