//! The key-encryption key: reading, making and naming it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::VaultError;
use crate::cipher::{self, KEY_BYTES};

const ID_DOMAIN: &[u8] = b"tally/kek-id/v1\0";
const DERIVE_DOMAIN: &[u8] = b"tally/kek-derive/v1\0";

/// The key that wraps data keys: 32 bytes, wiped when dropped. `Debug` prints its name, never the
/// key.
pub struct KeyEncryptionKey {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    id: String,
}

impl KeyEncryptionKey {
    /// From 32 bytes in base64 (standard alphabet, padded), white space around them ignored.
    ///
    /// # Errors
    /// [`VaultError::KeyMaterial`] for anything else.
    pub fn from_base64(text: &str) -> Result<Self, VaultError> {
        let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| VaultError::KeyMaterial("not base64"))?;
        Self::from_bytes(&bytes)
    }

    /// From a file that holds the 32 bytes, raw or in base64, and that only its owner may read.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`] when it cannot be read, [`VaultError::KeyMaterial`] when others may
    /// read it or when it holds something else.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        refuse_open_permissions(path)?;
        let content = Zeroizing::new(fs::read(path)?);
        if content.len() == KEY_BYTES {
            return Self::from_bytes(&content);
        }
        let text =
            std::str::from_utf8(&content).map_err(|_| VaultError::KeyMaterial("not 32 bytes, nor base64"))?;
        Self::from_base64(text)
    }

    /// From a file, which is made with a fresh key if it is not there. For development: a key that
    /// lies beside the data protects nothing from a reader who has both.
    ///
    /// # Errors
    /// As for [`KeyEncryptionKey::from_file`]; [`VaultError::KeyFile`] when the file cannot be
    /// made.
    pub fn load_or_create(path: &Path) -> Result<Self, VaultError> {
        if !path.exists() {
            create(path)?;
        }
        Self::from_file(path)
    }

    /// A fresh key.
    ///
    /// # Errors
    /// [`VaultError::Randomness`] when the operating system gives none.
    pub fn generate() -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(cipher::random::<KEY_BYTES>()?);
        Self::from_bytes(bytes.as_slice())
    }

    /// The key's name, derived from the key and kept with everything it wraps.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A key for another purpose, derived from this one (HMAC-SHA256 over the purpose). It reveals
    /// nothing of this one or of keys for other purposes, and changes when this one is rotated.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.bytes.as_slice());
        let tag = hmac::sign(&key, &[DERIVE_DOMAIN, purpose.as_bytes()].concat());
        let mut derived = Zeroizing::new([0; KEY_BYTES]);
        derived.copy_from_slice(tag.as_ref());
        derived
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        let bytes: [u8; KEY_BYTES] = bytes
            .try_into()
            .map_err(|_| VaultError::KeyMaterial("not 32 bytes"))?;
        let digest = Sha256::new()
            .chain_update(ID_DOMAIN)
            .chain_update(bytes)
            .finalize();
        let id = format!("local-{}", hex::encode(&digest[..8]));
        Ok(Self {
            bytes: Zeroizing::new(bytes),
            id,
        })
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyEncryptionKey({}, [redacted])", self.id)
    }
}

/// Writes a fresh key beside the target and links it into place, so that two processes that start
/// at once read the same, complete key.
fn create(path: &Path) -> Result<(), VaultError> {
    let key = Zeroizing::new(cipher::random::<KEY_BYTES>()?);
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key.as_slice())));
    let draft = path.with_extension(format!("{}.new", Uuid::new_v4().simple()));
    let mut file = private_file(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => sync_directory(path),
    }
}

fn sync_directory(path: &Path) -> Result<(), VaultError> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => Ok(File::open(parent)?.sync_all()?),
        None => Ok(()),
    }
}

/// A new file that only its owner may read.
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn refuse_open_permissions(path: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(VaultError::KeyMaterial(
            "others may read the file; set its mode to 0600",
        ))
    }
}

#[cfg(not(unix))]
fn refuse_open_permissions(_path: &Path) -> Result<(), VaultError> {
    Ok(())
}
