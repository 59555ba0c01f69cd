//! The synthetic tenant: a site that exists nowhere but in a probe, so that what Jira does to an
//! app can be done to a running Tally without a Jira.
//!
//! Its installs are signed with a key of the operator's own. That key counts for client keys with
//! [`CLIENT_KEY_PREFIX`] at [`BASE_URL`] and for nothing else, and no other key counts for those:
//! neither can the probe's key touch a real site, nor Atlassian's key a synthetic one. Everything
//! else a callback is held against is the same for both.

use uuid::Uuid;

use crate::base_url::{HostAllowList, TenantBaseUrl};
use crate::install_keys::{InstallKey, KeyId};
use crate::{Digest, Refusal};

/// How the client keys of synthetic tenants begin. Atlassian's are UUIDs or begin otherwise.
pub const CLIENT_KEY_PREFIX: &str = "tally-probe-";
/// Where a synthetic tenant claims to be. No name below `.invalid` ever resolves (RFC 6761), so
/// nothing can be called there.
pub const BASE_URL: &str = "https://probe.tally.invalid";
const HOST: &str = "probe.tally.invalid";

/// Whether a client key is that of a synthetic tenant.
#[must_use]
pub fn is_synthetic(client_key: &str) -> bool {
    client_key.starts_with(CLIENT_KEY_PREFIX)
}

/// Who signs the installs of synthetic tenants.
#[derive(Clone, Debug)]
pub struct SyntheticIssuer {
    key_id: KeyId,
    key: InstallKey,
}

impl SyntheticIssuer {
    /// Reads a public key in PEM form; `None` when it is not one.
    #[must_use]
    pub fn from_pem(pem: &str) -> Option<Self> {
        let key = InstallKey::from_pem(pem)?;
        let digest = Digest::of(key.bytes()?);
        // Derived, so that key and id cannot be mixed up, and never asked of the key server.
        let key_id = KeyId::parse(&Uuid::new_v5(&Uuid::NAMESPACE_OID, digest.as_bytes()).to_string())?;
        Some(Self { key_id, key })
    }

    /// The name by which its tokens call the key.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }
}

/// The key that a token must verify with when its own, and no other, has to: `None` is Atlassian's.
///
/// # Errors
/// The key that is named may not sign for this issuer.
pub(crate) fn key_for<'a>(
    configured: Option<&'a SyntheticIssuer>,
    key_id: &KeyId,
    issuer: &str,
) -> Result<Option<&'a InstallKey>, Refusal> {
    let named = configured.filter(|own| own.key_id == *key_id);
    match (is_synthetic(issuer), configured, named) {
        (false, _, None) => Ok(None),
        (false, _, Some(_)) => Err(Refusal::SyntheticKeyForSite),
        (true, None, _) => Err(Refusal::SyntheticNotConfigured),
        (true, Some(_), None) => Err(Refusal::SyntheticKeyMismatch),
        (true, Some(_), Some(own)) => Ok(Some(&own.key)),
    }
}

/// The base URL of a synthetic tenant: the one there is.
pub(crate) fn base_url(text: &str) -> Result<TenantBaseUrl, Refusal> {
    if text.strip_suffix('/').unwrap_or(text) != BASE_URL {
        return Err(Refusal::SyntheticBaseUrlMismatch);
    }
    TenantBaseUrl::parse(text, &HostAllowList::atlassian().with([HOST]))
}
