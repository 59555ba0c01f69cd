//! The vault: seals and opens secrets under data keys that a store keeps wrapped.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use parking_lot::RwLock;
use secrecy::SecretString;
use tally_domain::tenant::SealedSecret;
use uuid::Uuid;

use crate::cache::UnwrappedKeys;
use crate::keys::postgres::PostgresKeys;
use crate::keys::sqlite::SqliteKeys;
use crate::keys::{KeyStore, StoredKey};
use crate::sealed::{self, Ciphertext};
use crate::{Binding, DataKey, KeyWrapper, VaultError, cipher};

/// How many keys one query asks for.
const BATCH: usize = 1024;

/// Seals and opens secrets. It can be shared between threads and used from asynchronous code too.
/// Every call blocks: for a moment with a file, and with a database for no longer than its
/// time-out.
pub struct Vault {
    keys: Box<dyn KeyStore>,
    /// Held for reading while a key is made, so that none is made under a keeper that is just being
    /// replaced.
    wrapper: RwLock<Arc<dyn KeyWrapper>>,
    unwrapped: UnwrappedKeys,
}

impl Vault {
    /// A vault with its keys in the SQLite file at `path`, made if it is not there.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] or [`VaultError::Store`] when the file cannot be used.
    pub fn open_at(path: &Path, wrapper: Arc<dyn KeyWrapper>) -> Result<Self, VaultError> {
        Ok(Self::new(SqliteKeys::open(path)?, wrapper))
    }

    /// A vault with its keys in the schema `tally_keys` of a PostgreSQL database, made if it is not
    /// there, which other nodes may be using as well. `url` is
    /// `postgres://USER:PASSWORD@HOST/DATABASE` with the driver's parameters (`sslmode`,
    /// `sslrootcert`, ...) and `timeout`, in seconds.
    ///
    /// # Errors
    /// [`VaultError::BadUrl`], or [`VaultError::Database`] when the database cannot be used.
    /// Neither holds anything of the URL but the name of a parameter.
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
            keys: Box::new(keys),
            wrapper: RwLock::new(wrapper),
            unwrapped: UnwrappedKeys::default(),
        }
    }

    /// Seals a secret for one place, under the data key of (`tenant`, `subject`), which is made if
    /// there is none. The key is durable before this returns.
    ///
    /// # Errors
    /// [`VaultError::OtherTenant`] when the binding names another tenant; otherwise what the store
    /// or the keeper of the key-encryption key reports.
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
        sealed::seal((id, &key), cipher::random()?, binding, secret)
    }

    /// Opens a sealed secret at the place it was sealed for.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] when it was erased, [`VaultError::KeyUnknown`],
    /// [`VaultError::WrongKek`], [`VaultError::Malformed`] when its stored form cannot be read, and
    /// [`VaultError::Tampered`] when it was altered or belongs to another place.
    pub fn open(&self, binding: &Binding, sealed: &SealedSecret) -> Result<SecretString, VaultError> {
        let ciphertext = Ciphertext::parse(sealed)?;
        let found = self.keys.find(&[ciphertext.key_id])?.pop();
        self.open_with(found.as_ref(), binding, &ciphertext)
    }

    /// Opens many sealed secrets, each at its place and with a result of its own, in the order
    /// given. The store is queried once for a thousand of them, not once for each.
    ///
    /// # Errors
    /// The store failed, so nothing is known of any of them: see [`VaultError::is_transient`].
    pub fn open_all(
        &self,
        secrets: &[(Binding, SealedSecret)],
    ) -> Result<Vec<Result<SecretString, VaultError>>, VaultError> {
        let mut results = Vec::with_capacity(secrets.len());
        for batch in secrets.chunks(BATCH) {
            let parsed: Vec<_> = batch
                .iter()
                .map(|(_, sealed)| Ciphertext::parse(sealed))
                .collect();
            let found = self.find_keys(parsed.iter().flatten())?;
            results.extend(batch.iter().zip(parsed).map(|((binding, _), parsed)| {
                let ciphertext = parsed?;
                self.open_with(found.get(&ciphertext.key_id), binding, &ciphertext)
            }));
        }
        Ok(results)
    }

    /// Whether the store of data keys answers. Costs one query.
    ///
    /// # Errors
    /// The store failed: see [`VaultError::is_transient`].
    pub fn check_store(&self) -> Result<(), VaultError> {
        self.keys.find(&[Uuid::nil()]).map(drop)
    }

    /// Takes `new` as the keeper of the key-encryption key and wraps every data key again that is
    /// not under its current key. No ciphertext changes. Either all are rewrapped or nothing has
    /// changed. Returns how many were.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when the old keeper cannot unwrap one of them.
    pub fn rewrap_all(&self, new: Arc<dyn KeyWrapper>) -> Result<u64, VaultError> {
        let mut wrapper = self.wrapper.write();
        let rewrapped = self.keys.rewrap(Arc::clone(&wrapper), Arc::clone(&new))?;
        *wrapper = new;
        Ok(rewrapped)
    }

    /// Destroys the data key of one subject: whatever was sealed under it is erased, everywhere,
    /// for good. What is sealed afterwards gets a new key. Returns how many keys were destroyed;
    /// doing it again is harmless.
    ///
    /// # Errors
    /// [`VaultError::NotWiped`] when the key is destroyed but traces could not be wiped yet: repeat
    /// it.
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
        let wrapper = self.wrapper.read();
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

    fn find_keys<'c>(
        &self,
        ciphertexts: impl Iterator<Item = &'c Ciphertext>,
    ) -> Result<HashMap<Uuid, StoredKey>, VaultError> {
        let mut ids: Vec<Uuid> = ciphertexts.map(|ciphertext| ciphertext.key_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.keys.find(&ids)?;
        Ok(found.into_iter().map(|key| (key.id, key)).collect())
    }

    /// `stored` was read just now, so a key that another process destroyed opens nothing here
    /// either.
    fn open_with(
        &self,
        stored: Option<&StoredKey>,
        binding: &Binding,
        ciphertext: &Ciphertext,
    ) -> Result<SecretString, VaultError> {
        let stored = stored.ok_or(VaultError::KeyUnknown)?;
        if stored.is_destroyed() {
            self.unwrapped.forget(stored.id);
            return Err(VaultError::KeyDestroyed);
        }
        let wrapper = self.wrapper.read();
        ciphertext.open(&self.unwrap(stored, wrapper.as_ref())?, binding)
    }

    fn unwrap(&self, stored: &StoredKey, wrapper: &dyn KeyWrapper) -> Result<DataKey, VaultError> {
        if let Some(key) = self.unwrapped.get(stored.id) {
            return Ok(key);
        }
        let key = stored.unwrap_key(wrapper)?;
        self.unwrapped.keep(stored.id, key.clone());
        Ok(key)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault")
    }
}
