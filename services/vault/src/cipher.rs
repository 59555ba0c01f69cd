//! AES-256-GCM, and the associated data that ties a ciphertext to its place.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::VaultError;

pub(crate) const KEY_BYTES: usize = 32;
pub(crate) const NONCE_BYTES: usize = 12;

/// Fresh bytes from the operating system. Keys and nonces come from nowhere else.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| VaultError::Randomness)?;
    Ok(bytes)
}

pub(crate) fn encrypt(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    message: &[u8],
    context: &[u8],
) -> Result<Vec<u8>, VaultError> {
    // Encryption fails only beyond 64 GiB.
    Aes256Gcm::new(&(*key).into())
        .encrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: message,
                aad: context,
            },
        )
        .map_err(|_| VaultError::KeyMaterial("the message is too long"))
}

pub(crate) fn decrypt(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    ciphertext: &[u8],
    context: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    Aes256Gcm::new(&(*key).into())
        .decrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad: context,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| VaultError::Tampered)
}

/// Associated data of several parts. Each is preceded by its length, so that no two lists of parts
/// read the same.
pub(crate) fn context(domain: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in std::iter::once(&domain.as_bytes()).chain(parts) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}
