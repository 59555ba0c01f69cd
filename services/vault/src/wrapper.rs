//! Data keys, and the keeper of the key-encryption key that wraps them.

use std::fmt;

use zeroize::Zeroizing;

use crate::cipher::{self, KEY_BYTES, NONCE_BYTES};
use crate::{KeyEncryptionKey, VaultError};

/// A data key in the clear: 32 bytes, wiped when dropped, never printed.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl DataKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`VaultError::Randomness`] when the operating system gives none.
    pub fn generate() -> Result<Self, VaultError> {
        cipher::random().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// A key that came back from where it was wrapped, `None` if it is not 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes, for a keeper that wraps them.
    #[must_use]
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DataKey([redacted])")
    }
}

/// A data key as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrappedKey {
    /// The name (and so the version) of the key-encryption key that unwraps it.
    pub kek_id: String,
    /// What the keeper of that key made of it.
    pub bytes: Vec<u8>,
}

/// The keeper of key-encryption keys.
pub trait KeyWrapper: Send + Sync {
    /// The name of the key that wraps from now on.
    fn current_id(&self) -> &str;

    /// Whether it unwraps what is under the key of this name.
    fn unwraps(&self, kek_id: &str) -> bool;

    /// Wraps a data key under the current key, bound to a context without which it does not unwrap.
    ///
    /// # Errors
    /// Any [`VaultError`].
    fn wrap(&self, key: &DataKey, context: &[u8]) -> Result<WrappedKey, VaultError>;

    /// Unwraps a data key, also one wrapped under an older key as long as the keeper still has
    /// that.
    ///
    /// # Errors
    /// [`VaultError::WrongKek`] when it has not; [`VaultError::Tampered`] when bytes and context do
    /// not fit.
    fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<DataKey, VaultError>;
}

/// Key-encryption keys held in memory: one that wraps, and others that only unwrap.
#[derive(Debug)]
pub struct LocalKeyWrapper {
    current: KeyEncryptionKey,
    others: Vec<KeyEncryptionKey>,
}

impl LocalKeyWrapper {
    /// Wraps and unwraps with one key.
    #[must_use]
    pub fn new(current: KeyEncryptionKey) -> Self {
        Self {
            current,
            others: Vec::new(),
        }
    }

    /// Unwraps with another key too: an older one until rewrapping has left nothing under it, or
    /// one that other nodes wrap with already.
    #[must_use]
    pub fn with_other(mut self, other: KeyEncryptionKey) -> Self {
        self.others.push(other);
        self
    }

    fn find(&self, id: &str) -> Option<&KeyEncryptionKey> {
        std::iter::once(&self.current)
            .chain(&self.others)
            .find(|key| key.id() == id)
    }
}

impl KeyWrapper for LocalKeyWrapper {
    fn current_id(&self) -> &str {
        self.current.id()
    }

    fn unwraps(&self, kek_id: &str) -> bool {
        self.find(kek_id).is_some()
    }

    fn wrap(&self, key: &DataKey, context: &[u8]) -> Result<WrappedKey, VaultError> {
        let nonce = cipher::random::<NONCE_BYTES>()?;
        let mut bytes = nonce.to_vec();
        bytes.extend(cipher::encrypt(
            self.current.bytes(),
            &nonce,
            key.expose(),
            context,
        )?);
        Ok(WrappedKey {
            kek_id: self.current.id().to_owned(),
            bytes,
        })
    }

    fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<DataKey, VaultError> {
        let key = self.find(&wrapped.kek_id).ok_or_else(|| VaultError::WrongKek {
            needed: wrapped.kek_id.clone(),
        })?;
        let (nonce, ciphertext) = wrapped.bytes.split_first_chunk().ok_or(VaultError::Tampered)?;
        let bytes = cipher::decrypt(key.bytes(), nonce, ciphertext, context)?;
        DataKey::from_slice(&bytes).ok_or(VaultError::Tampered)
    }
}
