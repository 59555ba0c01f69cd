use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use uuid::Uuid;

use crate::data_keys::{DataKeys, StoredKey};
use crate::{Binding, DataKey, KeyWrapper, SealedSecret, VaultError, cipher};

/// How many unwrapped keys are kept at most. When full they are all forgotten; unwrapping again is cheap.
const KEPT_KEYS: usize = 1024;

/// Seals and opens secrets. Can be shared between threads; every call is short and blocks.
pub struct Vault {
    inner: Mutex<Inner>,
}

struct Inner {
    keys: DataKeys,
    wrapper: Arc<dyn KeyWrapper>,
    unwrapped: HashMap<Uuid, DataKey>,
}

impl Vault {
    /// A vault with its keys in the SQLite file at `path`, made if it is not there.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] or [`VaultError::Store`] when the file cannot be used.
    pub fn open_at(path: &Path, wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::over(DataKeys::open(path)?, wrapper))
    }

    /// A vault whose keys end with it. For tests.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub fn in_memory(wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::over(DataKeys::in_memory()?, wrapper))
    }

    fn over(keys: DataKeys, wrapper: Arc<dyn KeyWrapper>) -> Self {
        Self {
            inner: Mutex::new(Inner {
                keys,
                wrapper,
                unwrapped: HashMap::new(),
            }),
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
        let (id, key) = self.inner().key_for_sealing(tenant, subject)?;
        SealedSecret::seal((id, &key), cipher::random()?, binding, secret)
    }

    /// Opens a sealed secret at the place it was sealed for.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] when it was erased, [`VaultError::KeyUnknown`], [`VaultError::WrongKek`],
    /// [`VaultError::Tampered`] when it was altered or belongs to another place.
    pub fn open(&self, binding: &Binding, sealed: &SealedSecret) -> Result<SecretString, VaultError> {
        let key = self.inner().key_for_opening(sealed.key_id())?;
        sealed.open(&key, binding)
    }

    /// Takes `new` as the keeper of the key-encryption key and wraps every data key anew that is not under its
    /// current key. No ciphertext changes. Either all are rewrapped or nothing has changed. Returns how many were.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when the old keeper cannot unwrap one of them.
    pub fn rewrap_all(&self, new: Arc<dyn KeyWrapper>) -> Result<u64, VaultError> {
        let mut inner = self.inner();
        let old = Arc::clone(&inner.wrapper);
        let rewrapped = inner.keys.rewrap(old.as_ref(), new.as_ref())?;
        inner.wrapper = new;
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
        let mut inner = self.inner();
        inner.unwrapped.clear();
        inner.keys.destroy(tenant, subject)
    }

    /// A panic elsewhere leaves nothing half done: SQLite rolls back, and the cache can be rebuilt.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn key_for_sealing(&mut self, tenant: &str, subject: &str) -> Result<(Uuid, DataKey), VaultError> {
        let stored = match self.keys.find_living(tenant, subject)? {
            Some(stored) => stored,
            None => {
                self.keys.create(tenant, subject, self.wrapper.as_ref())?;
                self.keys
                    .find_living(tenant, subject)?
                    .ok_or(VaultError::KeyDestroyed)?
            }
        };
        Ok((stored.id, self.unwrap(&stored)?))
    }

    /// The row is read each time, so that a key destroyed by another process opens nothing here either.
    fn key_for_opening(&mut self, id: Uuid) -> Result<DataKey, VaultError> {
        let stored = self.keys.find(id)?.ok_or(VaultError::KeyUnknown)?;
        if stored.is_destroyed() {
            self.unwrapped.remove(&id);
            return Err(VaultError::KeyDestroyed);
        }
        self.unwrap(&stored)
    }

    fn unwrap(&mut self, stored: &StoredKey) -> Result<DataKey, VaultError> {
        if let Some(key) = self.unwrapped.get(&stored.id) {
            return Ok(key.clone());
        }
        let key = stored.unwrapped(self.wrapper.as_ref())?;
        if self.unwrapped.len() >= KEPT_KEYS {
            self.unwrapped.clear();
        }
        self.unwrapped.insert(stored.id, key.clone());
        Ok(key)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault")
    }
}
