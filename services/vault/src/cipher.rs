//! AES-256-GCM, and the associated data that ties a ciphertext to its place.

use aes_gcm::aead::{Aead, AeadInOut, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::VaultError;

pub(crate) const KEY_BYTES: usize = 32;
pub(crate) const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;

/// Fresh bytes from the operating system. Keys and nonces come from nowhere else.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    fill_random(&mut bytes)?;
    Ok(bytes)
}

/// A fresh nonce for each of `count` messages, by one call to the operating system.
pub(crate) fn random_nonces(count: usize) -> Result<Vec<[u8; NONCE_BYTES]>, VaultError> {
    let mut nonces = vec![[0; NONCE_BYTES]; count];
    fill_random(nonces.as_flattened_mut())?;
    Ok(nonces)
}

fn fill_random(bytes: &mut [u8]) -> Result<(), VaultError> {
    SysRng.try_fill_bytes(bytes).map_err(|_| VaultError::Randomness)
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

/// Encrypts `message` where it stands, and returns the tag.
pub(crate) fn encrypt_in_place(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    context: &[u8],
    message: &mut [u8],
) -> Result<[u8; TAG_BYTES], VaultError> {
    Aes256Gcm::new(&(*key).into())
        .encrypt_inout_detached(&Nonce::from(*nonce), context, message.into())
        .map(Into::into)
        .map_err(|_| VaultError::KeyMaterial("the message is too long"))
}

/// Decrypts `message` where it stands, unless it is not what was encrypted.
pub(crate) fn decrypt_in_place(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    context: &[u8],
    message: &mut [u8],
    tag: &[u8; TAG_BYTES],
) -> Result<(), VaultError> {
    Aes256Gcm::new(&(*key).into())
        .decrypt_inout_detached(&Nonce::from(*nonce), context, message.into(), &Tag::from(*tag))
        .map_err(|_| VaultError::Tampered)
}

/// Associated data of several parts. Each is preceded by its length, so that no two lists of parts
/// read the same.
pub(crate) fn context(domain: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_context(&mut bytes, domain, parts);
    bytes
}

/// Writes what [`context`] returns into `bytes`, in the place of what is there.
pub(crate) fn write_context(bytes: &mut Vec<u8>, domain: &str, parts: &[&[u8]]) {
    bytes.clear();
    for part in std::iter::once(&domain.as_bytes()).chain(parts) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
}
