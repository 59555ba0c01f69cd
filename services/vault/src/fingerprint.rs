//! The name by which a secret is shown and compared.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Keeps fingerprints apart from every other use of SHA-256 on the same secret.
const DOMAIN: &[u8] = b"tally/secret-fingerprint/v1\0";

/// The name by which a secret is shown and compared everywhere outside a seal: 16 lower-case
/// hexadecimal characters of SHA-256. Meant for secrets that machines make; a guessable one could
/// be found by trying.
#[must_use]
pub fn fingerprint(secret: &SecretString) -> String {
    let digest = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(secret.expose_secret().as_bytes())
        .finalize();
    hex::encode(&digest[..8])
}
