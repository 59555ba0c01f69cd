//! The files of imports under way, and who works on which.
//!
//! A process on its own keeps them in a folder, and works on all. Nodes that share a database keep them there, so that any of them can go on
//! where another stopped.

#[cfg(test)]
#[cfg(feature = "postgres")]
mod contract;
#[cfg(feature = "postgres")]
mod database;
mod folder;

use async_trait::async_trait;
use tally_domain::ImportId;

use self::folder::Folder;
use crate::config::Config;

/// Where the files are.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps a file. It is there wholly or not at all.
    ///
    /// # Errors
    /// The store does not take it.
    async fn keep(&self, import: ImportId, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<()>;

    /// Reads a kept file; `None` when it is not there.
    ///
    /// # Errors
    /// The store does not give it.
    async fn read(&self, import: ImportId, sha256: &str) -> anyhow::Result<Option<Vec<u8>>>;

    /// Lets a file go; one that is not there is gone already.
    ///
    /// # Errors
    /// It cannot be removed.
    async fn remove(&self, import: ImportId, sha256: &str) -> anyhow::Result<()>;

    /// Removes the files of all imports but `running` ones, and what was never finished. Says how many it removed.
    ///
    /// # Errors
    /// The store fails; what was removed is removed.
    async fn sweep(&self, running: Vec<ImportId>) -> anyhow::Result<u64>;

    /// The rights to work on imports, where several processes may; a process on its own needs none.
    fn claims(&self) -> Option<&dyn Claims> {
        None
    }
}

/// Who works on which import. It keeps two from doing the same work, and no more: what they would append is recognised as the same.
#[async_trait]
pub trait Claims: Send + Sync {
    /// Takes the right to work on `import`; false when another process has it. It ends with [`Self::release`], or with the process.
    ///
    /// # Errors
    /// The store cannot be asked.
    async fn claim(&self, import: ImportId) -> anyhow::Result<bool>;

    /// Gives the right up.
    async fn release(&self, import: ImportId);

    /// Shows that this process lives. To be done every few seconds, or its rights end.
    async fn keep(&self);
}

/// The store that is configured.
///
/// # Errors
/// The database cannot be used.
pub async fn open(config: &Config) -> anyhow::Result<Box<dyn Store>> {
    #[cfg(feature = "postgres")]
    if let Some(shared) = &config.shared {
        use anyhow::Context as _;
        use secrecy::ExposeSecret as _;
        let database = database::Database::open(shared.url.expose_secret()).await;
        return Ok(Box::new(
            database.context("the files of imports cannot be kept in the database")?,
        ));
    }
    Ok(Box::new(Folder::below(&config.data_dir)))
}
