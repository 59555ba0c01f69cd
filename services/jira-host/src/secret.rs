//! The shared secret of one installation.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A shared secret. Its text leaves this process in an `installed` body and in the state file only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A random secret in the platform's present shape: the prefix `ATCO`, 128 characters, a
    /// checksum.
    #[must_use]
    pub fn generate() -> Self {
        let halves: [[u8; 32]; 3] = rand::random();
        let body = URL_SAFE_NO_PAD.encode(halves.concat());
        let checksum = hex::encode_upper(&Sha256::digest(body.as_bytes())[..4]);
        Self(format!("ATCO{body}={checksum}"))
    }

    /// The text itself, as key bytes for signing or for the `sharedSecret` field.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The first 16 hex digits of the SHA-256 of the text: enough to distinguish secrets, useless
    /// for signing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes())[..8])
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_secret_looks_like_the_platforms_and_is_never_printed() {
        let secret = Secret::generate();
        assert!(secret.reveal().starts_with("ATCO"));
        assert!(secret.reveal().len() <= 400);
        assert_ne!(secret, Secret::generate());
        let printed = format!("{secret:?}");
        assert!(printed.contains(&secret.fingerprint()));
        assert!(!printed.contains(secret.reveal()));
    }
}
