//! The vault: the key store, the keeper of the key-encryption key, and the keys in memory.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::caches::{Caches, Owner};
use crate::gate::Gate;
use crate::keys::postgres::PostgresKeys;
use crate::keys::sqlite::SqliteKeys;
use crate::keys::{KeyStore, StoredKey, Wanted};
use crate::lost::LostKeys;
use crate::subkeys::RootKey;
use crate::{DataKey, KeyWrapper, VaultError};

/// Seals and opens: secrets, and what is stored of events. Clones share everything.
#[derive(Clone)]
pub struct Vault {
    pub(crate) inner: Arc<Inner>,
}

/// What the clones share. Its calls block: for a moment with a file, and with a database for no
/// longer than its timeout.
pub(crate) struct Inner {
    pub(crate) keys: Box<dyn KeyStore>,
    pub(crate) wrapper: Arc<dyn KeyWrapper>,
    pub(crate) caches: Caches,
    pub(crate) gate: Gate,
    pub(crate) lost: LostKeys,
}

impl Vault {
    /// A vault with its keys in the SQLite file at `path`, made if it is not there.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] or [`VaultError::Store`] when the file cannot be used;
    /// [`VaultError::OtherFormat`] when another version made it.
    pub fn open_at(path: &Path, wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::new(SqliteKeys::open(path)?, wrapper))
    }

    /// A vault with its keys in the schema `tally_keys` of a PostgreSQL database, made if it is not
    /// there, which other nodes may be using as well. `url` is
    /// `postgres://USER:PASSWORD@HOST/DATABASE` with the driver's parameters (`sslmode`,
    /// `sslrootcert`, ...) and `timeout`, in seconds.
    ///
    /// # Errors
    /// [`VaultError::BadUrl`], or [`VaultError::Database`] when the database cannot be used;
    /// neither holds anything of the URL but the name of a parameter.
    /// [`VaultError::OtherFormat`] when another version made the schema.
    pub async fn open_in_database(url: &str, wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::new(PostgresKeys::open(url).await?, wrapper))
    }

    /// A vault whose keys end with it. For tests.
    ///
    /// # Errors
    /// [`VaultError::Store`] when SQLite cannot make its table in memory.
    pub fn in_memory(wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::new(SqliteKeys::in_memory()?, wrapper))
    }

    fn new(keys: impl KeyStore + 'static, wrapper: Arc<dyn KeyWrapper>) -> Self {
        Self {
            inner: Arc::new(Inner {
                keys: Box::new(keys),
                wrapper,
                caches: Caches::default(),
                gate: Gate::default(),
                lost: LostKeys::default(),
            }),
        }
    }

    /// Whether the key store answers. Costs one query, and blocks.
    ///
    /// # Errors
    /// The store failed: see [`VaultError::is_transient`].
    pub fn check_store(&self) -> Result<(), VaultError> {
        let none = Wanted {
            ids: vec![uuid::Uuid::nil()],
            ..Wanted::default()
        };
        self.inner.keys.find(&none).map(drop)
    }

    /// The name of the master key that wraps from now on.
    pub fn master_key_id(&self) -> &str {
        self.inner.wrapper.current_id()
    }

    /// How many keys this process needed and did not find, although they were not destroyed.
    pub fn lost_keys(&self) -> usize {
        self.inner.lost.count()
    }

    /// Runs a call that may ask the key store, away from the threads that serve requests.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Inner) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let inner = self.inner.clone();
        self.inner.gate.run(move || call(&inner)).await
    }
}

impl Inner {
    /// The data key of a row that was read just now.
    pub(crate) fn unwrap(&self, stored: &StoredKey) -> Result<DataKey, VaultError> {
        if let Some(key) = self.caches.data_key(stored.id) {
            return Ok(key);
        }
        let key = stored.unwrap_key(self.wrapper.as_ref())?;
        self.caches.keep_data_key(stored.id, key.clone());
        Ok(key)
    }

    /// The key from which those of an owner's events follow.
    pub(crate) fn root_key(&self, stored: &StoredKey) -> Result<Arc<RootKey>, VaultError> {
        let key = stored.unwrap_key(self.wrapper.as_ref())?;
        Ok(Arc::new(RootKey::new(stored.id, &key)))
    }
}

impl Owner {
    /// The rows that say something about the owner's key.
    pub(crate) fn want(self, wanted: &mut Wanted) {
        match self {
            Self::Tenant(tenant) => wanted.tenants.push(tenant.to_string()),
            Self::Person(_, person) => wanted.people.push(person.0),
            Self::Text(_, text) => wanted.texts.push(text.0),
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault")
    }
}
