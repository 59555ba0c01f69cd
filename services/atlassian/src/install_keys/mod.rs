//! The public keys with which Atlassian signs install callbacks, by key id.
//!
//! New keys get new ids, so a key found once can be kept. Anyone can send a token that names a key
//! that does not exist; [`RemoteInstallKeys`] keeps such tokens from becoming load on the key
//! server.
//!
//! To add another source of keys, implement [`InstallKeys`].

mod fixed;
mod pem;
mod remote;

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use jsonwebtoken::DecodingKey;
use uuid::Uuid;

pub use fixed::FixedInstallKeys;
pub use remote::{RemoteInstallKeys, RemoteInstallKeysError, RemoteInstallKeysOptions};

/// Where install keys come from.
#[async_trait]
pub trait InstallKeys: Send + Sync {
    /// The key of this id.
    ///
    /// # Errors
    /// [`KeyLookupError::Unknown`] when there is no such key, [`KeyLookupError::Unavailable`] when
    /// the source did not answer.
    async fn find(&self, key_id: &KeyId) -> Result<InstallKey, KeyLookupError>;
}

/// The name of a key: a UUID in its usual hyphenated form, as received. Checked before it becomes
/// part of a URL.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct KeyId(String);

impl KeyId {
    /// Reads a key id, `None` if it is not of the shape `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let has_hyphens = text.len() == 36 && text.as_bytes()[8] == b'-';
        (has_hyphens && Uuid::try_parse(text).is_ok()).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An RSA public key.
#[derive(Clone)]
pub struct InstallKey(DecodingKey);

impl InstallKey {
    /// Reads a key in PEM form (`PUBLIC KEY` or `RSA PUBLIC KEY`), whatever its line breaks.
    #[must_use]
    pub fn from_pem(text: &str) -> Option<Self> {
        let canonical = pem::canonical(text)?;
        let key = DecodingKey::from_rsa_pem(canonical.as_bytes()).ok()?;
        // The PEM reader looks at the wrapping only. What is inside is parsed once here, so that an
        // answer that could never verify anything is not kept as a key.
        let is_public_key =
            ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.try_get_as_bytes().ok()?).is_ok();
        is_public_key.then_some(Self(key))
    }

    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.0
    }

    /// The key itself, DER (PKCS #1), whatever its PEM wrapped it in.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.0.try_get_as_bytes().ok()
    }
}

impl fmt::Debug for InstallKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InstallKey")
    }
}

/// Why there is no key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyLookupError {
    /// The source says there is no such key.
    #[error("no such key")]
    Unknown,
    /// The source could not be asked, or its answer was no key.
    #[error("key source unavailable: {0}")]
    Unavailable(Unavailable),
}

/// Why a source of keys did not give its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unavailable {
    /// Too many unknown keys were asked for lately.
    #[error("too many fetches of unknown keys")]
    Throttled,
    /// No answer in time.
    #[error("timed out")]
    TimedOut,
    /// No connection, or it broke.
    #[error("no connection")]
    NoConnection,
    /// Neither 200 nor 404.
    #[error("HTTP status {0}")]
    Status(u16),
    /// 200, but not with a public key.
    #[error("the answer is not a public key")]
    NotAKey,
}
