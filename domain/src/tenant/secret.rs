//! Secrets as the domain sees them: sealed, and known by fingerprint.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A secret that cannot be read without the data key named by `kid`. What it is bound to (tenant,
/// stream, revision, field) is authenticated with it, so that it opens nowhere else. The names of
/// the fields are a storage contract.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret {
    /// The algorithm, `A256GCM`.
    pub alg: String,
    /// The data key's id.
    pub kid: String,
    /// The nonce, base64.
    pub n: String,
    /// Ciphertext and tag, base64.
    pub ct: String,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedSecret(kid {})", self.kid)
    }
}

/// What a secret is called wherever people see it: a short digest that says whether two secrets are
/// the same and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretFingerprint(pub String);

impl fmt::Display for SecretFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a secret is good for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SecretState {
    /// What the platform said last.
    Current,
    /// Was current; accepted until then.
    Previous {
        /// The end of its grace, exclusive.
        until: DateTime<Utc>,
    },
    /// Came late; accepted, and promoted by the first request that verifies with it.
    Candidate,
    /// No longer accepted. Kept so that the refusal of a request signed with it can say so.
    Superseded,
}

/// A secret of a tenant, and whether it is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSecret {
    /// The secret, encrypted under the tenant's data key.
    pub sealed: SealedSecret,
    /// The revision of the event that brought it: part of what the seal is bound to.
    pub sealed_at: u64,
    /// The fingerprint of the secret.
    pub fingerprint: SecretFingerprint,
    /// When the platform issued it: the installation token's `iat`.
    pub issued_at: DateTime<Utc>,
    /// Whether requests signed with it are accepted.
    pub state: SecretState,
}

/// One accepted (token, body) pair of a signed installation, remembered until the token expires:
/// the token does not cover the body, so the same token must not be taken with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// SHA-256 of the token, lower-case hex.
    pub token_digest: String,
    /// A MAC of the body under a key of the tenant, lower-case hex.
    pub body_digest: String,
    /// When the token was issued, its `iat`.
    pub issued_at: DateTime<Utc>,
    /// When the token expires, its `exp`.
    pub expires_at: DateTime<Utc>,
}
