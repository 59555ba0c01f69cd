//! The files of imports under way, or ended with refused rows, and which process works on which.
//!
//! A process on its own keeps them in a folder, and works on all. Nodes that share a database keep
//! them there, so that any of them can go on where another stopped.

#[cfg(test)]
mod contract;
mod database;
mod folder;

use async_trait::async_trait;
use tally_domain::ImportId;

pub use self::database::SharedFiles;
pub use self::folder::Folder;

/// Where the files of imports under way are kept.
#[async_trait]
pub trait FileStore: Send + Sync {
    /// Keeps a file. It is there wholly or not at all.
    ///
    /// # Errors
    /// The folder or the database does not take it; the same call may be repeated.
    async fn keep(&self, import: ImportId, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<()>;

    /// Reads a kept file; `None` when it is not there.
    ///
    /// # Errors
    /// The folder or the database cannot be read, which says nothing of whether the file is there.
    async fn read(&self, import: ImportId, sha256: &str) -> anyhow::Result<Option<Vec<u8>>>;

    /// Removes a file; one that is not there is gone already.
    ///
    /// # Errors
    /// The folder or the database fails; a later [`Self::sweep`] removes the file.
    async fn remove(&self, import: ImportId, sha256: &str) -> anyhow::Result<()>;

    /// Removes every file of an import. Returns how many there were.
    ///
    /// # Errors
    /// The folder or the database fails; the same call may be repeated.
    async fn remove_all(&self, import: ImportId) -> anyhow::Result<u64>;

    /// Removes the files of all imports but the `needed` ones, and files that were never written to
    /// their end. Returns how many it removed.
    ///
    /// # Errors
    /// The folder or the database fails in between; the files removed before that stay removed.
    async fn sweep(&self, needed: Vec<ImportId>) -> anyhow::Result<u64>;

    /// The locks on imports, where several processes work on them; a process on its own needs none.
    fn locks(&self) -> Option<&dyn ImportLocks> {
        None
    }
}

/// Which process works on which import. A lock keeps two from doing the same work, and no more:
/// what they would append is recognised as the same.
#[async_trait]
pub trait ImportLocks: Send + Sync {
    /// Locks `import` for this process; false when another has it. The lock ends with
    /// [`Self::unlock`], or with the process.
    ///
    /// # Errors
    /// The database cannot be reached, so it is unknown whether another process has the lock.
    async fn try_lock(&self, import: ImportId) -> anyhow::Result<bool>;

    /// Gives the lock up.
    async fn unlock(&self, import: ImportId);

    /// Shows that this process lives. To be called every few seconds, or its locks end.
    async fn keep_alive(&self);
}
