use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;
use uuid::Uuid;

use crate::cache::Cache;
use crate::keys::sqlite::SqliteKeys;
use crate::keys::{KeyStore, StoredKey};
use crate::{Binding, DataKey, KeyWrapper, SealedSecret, VaultError, cipher};

/// How many keys are asked of the store at once.
const BATCH: usize = 1024;

/// Seals and opens secrets. Can be shared between threads, and asked from asynchronous code too: every call blocks, for a moment with a
/// file, and with a database for no longer than its time-out.
pub struct Vault {
    keys: Box<dyn KeyStore>,
    /// Held for reading while a key is made, so that none is made under a keeper that is just being replaced.
    wrapper: RwLock<Arc<dyn KeyWrapper>>,
    unwrapped: Cache,
}

impl Vault {
    /// A vault with its keys in the SQLite file at `path`, made if it is not there.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] or [`VaultError::Store`] when the file cannot be used.
    pub fn open_at(path: &Path, wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::over(SqliteKeys::open(path)?, wrapper))
    }

    /// A vault with its keys in the schema `tally_keys` of a PostgreSQL database, made if it is not there, which other nodes may be using
    /// as well. `url` is `postgres://USER:PASSWORD@HOST/DATABASE` with the driver's parameters (`sslmode`, `sslrootcert`, ...) and
    /// `timeout`, in seconds.
    ///
    /// # Errors
    /// [`VaultError::BadUrl`], or [`VaultError::Database`] when the database cannot be used. Neither holds anything of the URL but the
    /// name of a parameter.
    #[cfg(feature = "postgres")]
    pub async fn open_in_database(url: &str, wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        let keys = crate::keys::postgres::PostgresKeys::open(url).await?;
        Ok(Self::over(keys, wrapper))
    }

    /// A vault whose keys end with it. For tests.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub fn in_memory(wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::over(SqliteKeys::in_memory()?, wrapper))
    }

    fn over(keys: impl KeyStore + 'static, wrapper: Arc<dyn KeyWrapper>) -> Self {
        Self {
            keys: Box::new(keys),
            wrapper: RwLock::new(wrapper),
            unwrapped: Cache::default(),
        }
    }

    /// Seals a secret for one place, under the data key of (`tenant`, `subject`), which is made if there is none. The
    /// key is durable before this returns.
    ///
    /// # Errors
    /// [`VaultError::OtherTenant`] when the binding names another tenant; otherwise what the store or the keeper of
    /// the key-encryption key says.
    pub fn seal(
        &self,
        tenant: &str,
        subject: &str,
        binding: &Binding,
        secret: &SecretString,
    ) -> Result<SealedSecret, VaultError> {
        if binding.tenant != tenant {
            return Err(VaultError::OtherTenant);
        }
        let (id, key) = self.key_for_sealing(tenant, subject)?;
        SealedSecret::seal((id, &key), cipher::random()?, binding, secret)
    }

    /// Opens a sealed secret at the place it was sealed for.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] when it was erased, [`VaultError::KeyUnknown`], [`VaultError::WrongKek`],
    /// [`VaultError::Tampered`] when it was altered or belongs to another place.
    pub fn open(&self, binding: &Binding, sealed: &SealedSecret) -> Result<SecretString, VaultError> {
        let found = self.keys.find(&[sealed.key_id()])?.pop();
        self.open_with(found.as_ref(), binding, sealed)
    }

    /// Opens many sealed secrets, each at its place and with an outcome of its own, in the order given. The store is asked once for a
    /// thousand of them, not once for each.
    ///
    /// # Errors
    /// The store failed: nothing can be said of any of them.
    pub fn open_all(
        &self,
        secrets: &[(Binding, SealedSecret)],
    ) -> Result<Vec<Result<SecretString, VaultError>>, VaultError> {
        let mut outcomes = Vec::with_capacity(secrets.len());
        for batch in secrets.chunks(BATCH) {
            let mut ids: Vec<Uuid> = batch.iter().map(|(_, sealed)| sealed.key_id()).collect();
            ids.sort_unstable();
            ids.dedup();
            let found = self.keys.find(&ids)?;
            let found: HashMap<Uuid, StoredKey> = found.into_iter().map(|key| (key.id, key)).collect();
            let open = |(binding, sealed): &(Binding, SealedSecret)| {
                self.open_with(found.get(&sealed.key_id()), binding, sealed)
            };
            outcomes.extend(batch.iter().map(open));
        }
        Ok(outcomes)
    }

    /// Takes `new` as the keeper of the key-encryption key and wraps every data key anew that is not under its
    /// current key. No ciphertext changes. Either all are rewrapped or nothing has changed. Returns how many were.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when the old keeper cannot unwrap one of them.
    pub fn rewrap_all(&self, new: Arc<dyn KeyWrapper>) -> Result<u64, VaultError> {
        let mut wrapper = self.wrapper.write().unwrap_or_else(PoisonError::into_inner);
        let rewrapped = self.keys.rewrap(Arc::clone(&wrapper), Arc::clone(&new))?;
        *wrapper = new;
        Ok(rewrapped)
    }

    /// Destroys the data key of one subject: whatever was sealed under it is erased, everywhere, for good. What is
    /// sealed afterwards gets a new key. Returns how many keys were destroyed; doing it again is harmless.
    ///
    /// # Errors
    /// [`VaultError::NotWiped`] when the key is destroyed but traces could not be wiped yet: ask again.
    pub fn destroy(&self, tenant: &str, subject: &str) -> Result<u64, VaultError> {
        self.destroy_keys(tenant, Some(subject))
    }

    /// Destroys the data keys of all subjects of a tenant, as [`Vault::destroy`] does for one.
    ///
    /// # Errors
    /// As for [`Vault::destroy`].
    pub fn destroy_tenant(&self, tenant: &str) -> Result<u64, VaultError> {
        self.destroy_keys(tenant, None)
    }

    fn destroy_keys(&self, tenant: &str, subject: Option<&str>) -> Result<u64, VaultError> {
        self.unwrapped.clear();
        self.keys.destroy(tenant, subject)
    }

    fn key_for_sealing(&self, tenant: &str, subject: &str) -> Result<(Uuid, DataKey), VaultError> {
        let wrapper = self.wrapper.read().unwrap_or_else(PoisonError::into_inner);
        let stored = match self.keys.find_living(tenant, subject)? {
            Some(stored) => stored,
            None => {
                self.keys
                    .add(StoredKey::generate(tenant, subject, wrapper.as_ref())?)?;
                let living = self.keys.find_living(tenant, subject)?;
                living.ok_or(VaultError::KeyDestroyed)?
            }
        };
        Ok((stored.id, self.unwrap(&stored, wrapper.as_ref())?))
    }

    /// `stored` was read just now, so that a key destroyed by another process opens nothing here either.
    fn open_with(
        &self,
        stored: Option<&StoredKey>,
        binding: &Binding,
        sealed: &SealedSecret,
    ) -> Result<SecretString, VaultError> {
        let stored = stored.ok_or(VaultError::KeyUnknown)?;
        if stored.is_destroyed() {
            self.unwrapped.forget(stored.id);
            return Err(VaultError::KeyDestroyed);
        }
        let wrapper = self.wrapper.read().unwrap_or_else(PoisonError::into_inner);
        sealed.open(&self.unwrap(stored, wrapper.as_ref())?, binding)
    }

    fn unwrap(&self, stored: &StoredKey, wrapper: &dyn KeyWrapper) -> Result<DataKey, VaultError> {
        if let Some(key) = self.unwrapped.get(stored.id) {
            return Ok(key);
        }
        let key = stored.unwrapped(wrapper)?;
        self.unwrapped.keep(stored.id, &key);
        Ok(key)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault")
    }
}
