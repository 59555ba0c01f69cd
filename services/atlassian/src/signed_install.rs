//! `installed` and `uninstalled`: the callbacks Atlassian signs with a key of its own.
//!
//! That key signs for every app there is. Three checks make a token ours: its audience is our base
//! URL, its issuer is the client key in the body, and its query hash is of this very request. The
//! body itself is covered by no signature, so the digests in [`CallbackProof`] have to be
//! remembered until the token ends: the same token with another body is a replay, with a secret of
//! the attacker's own.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::Algorithm;
use secrecy::SecretString;

use crate::base_url::{AppBaseUrl, TenantBaseUrl};
use crate::compact::{self, RawClaims};
use crate::install_keys::{InstallKey, InstallKeys, KeyId, KeyLookupError, Unavailable};
use crate::lifecycle::{Callback, LifecyclePayload, LifecycleRules, required_secret};
use crate::qsh::SignedRequest;
use crate::shared_secret::require_request_hash;
use crate::synthetic::{self, SyntheticIssuer};
use crate::token::{RawToken, UnverifiedClaims};
use crate::{Digest, Refusal, Unreadable};

/// Verifies `installed` and `uninstalled`.
pub struct InstallVerifier {
    rules: LifecycleRules,
    base_urls: Vec<AppBaseUrl>,
    keys: Arc<dyn InstallKeys>,
    synthetic: Option<SyntheticIssuer>,
}

/// An `installed` callback that verified in every respect. [`InstallVerifier`] alone makes one.
#[derive(Clone, Debug)]
pub struct VerifiedInstall {
    payload: LifecyclePayload,
    base_url: TenantBaseUrl,
    shared_secret: SecretString,
    proof: CallbackProof,
}

impl VerifiedInstall {
    /// What the callback says about the site.
    #[must_use]
    pub fn payload(&self) -> &LifecyclePayload {
        &self.payload
    }

    /// The site's base URL, on an allowed host.
    #[must_use]
    pub fn base_url(&self) -> &TenantBaseUrl {
        &self.base_url
    }

    /// The secret to verify and sign with from now on: 1 to 400 bytes.
    #[must_use]
    pub fn shared_secret(&self) -> &SecretString {
        &self.shared_secret
    }

    /// When the callback was made, and how to recognise it again.
    #[must_use]
    pub fn proof(&self) -> &CallbackProof {
        &self.proof
    }
}

/// An `uninstalled` callback that verified in every respect. [`InstallVerifier`] alone makes one.
#[derive(Clone, Debug)]
pub struct VerifiedUninstall {
    payload: LifecyclePayload,
    proof: CallbackProof,
}

impl VerifiedUninstall {
    /// What the callback says about the site.
    #[must_use]
    pub fn payload(&self) -> &LifecyclePayload {
        &self.payload
    }

    /// When the callback was made, and how to recognise it again.
    #[must_use]
    pub fn proof(&self) -> &CallbackProof {
        &self.proof
    }
}

/// What to keep of a verified callback: its times, and digests that tell a repetition from a
/// replay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallbackProof {
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    token_digest: Digest,
    body_digest: Digest,
    key_id: KeyId,
}

impl CallbackProof {
    /// The token's `iat`. Installs of one tenant are ordered by it, not by arrival.
    #[must_use]
    pub fn issued_at(&self) -> DateTime<Utc> {
        self.issued_at
    }

    /// The token's `exp`. Digests can be forgotten after it (and the clock leeway).
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// SHA-256 of the token's text.
    #[must_use]
    pub fn token_digest(&self) -> Digest {
        self.token_digest
    }

    /// SHA-256 of the body's bytes as received.
    #[must_use]
    pub fn body_digest(&self) -> Digest {
        self.body_digest
    }

    /// The key that the token is signed with.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }
}

impl InstallVerifier {
    /// Accepts tokens made for any of `base_urls`, verified with `keys`, and bodies under `rules`.
    #[must_use]
    pub fn new(rules: LifecycleRules, base_urls: Vec<AppBaseUrl>, keys: Arc<dyn InstallKeys>) -> Self {
        Self {
            rules,
            base_urls,
            keys,
            synthetic: None,
        }
    }

    /// The same, which also accepts what `issuer` signs for synthetic tenants. Without an issuer no
    /// signature counts for those.
    #[must_use]
    pub fn with_synthetic(mut self, issuer: Option<SyntheticIssuer>) -> Self {
        self.synthetic = issuer;
        self
    }

    /// Verifies an `installed` callback received as `request` with exactly these `body` bytes.
    ///
    /// # Errors
    /// Any `jwt.*` or `install.*` refusal but those that need to know the tenant.
    pub async fn verify_installed(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<VerifiedInstall, Refusal> {
        let (issuer, proof) = self.verify_token(token, request, body, now).await?;
        let (payload, secret) = self.rules.read_with_secret(Callback::Installed, body, &issuer)?;
        let base_url = payload.base_url.clone().ok_or(Refusal::BodyMalformed {
            reason: Unreadable::BodyBaseUrl,
        })?;
        Ok(VerifiedInstall {
            payload,
            base_url,
            shared_secret: required_secret(secret)?,
            proof,
        })
    }

    /// Verifies an `uninstalled` callback. A missing base URL is no reason to lose it: it is sent
    /// only once.
    ///
    /// # Errors
    /// As for [`InstallVerifier::verify_installed`], but for those about the base URL and the
    /// secret.
    pub async fn verify_uninstalled(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<VerifiedUninstall, Refusal> {
        let (issuer, proof) = self.verify_token(token, request, body, now).await?;
        let payload = self.rules.read(Callback::Uninstalled, body, &issuer)?;
        Ok(VerifiedUninstall { payload, proof })
    }

    /// Everything that does not need the body read: returns the issuer, which the body has to name.
    async fn verify_token(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(String, CallbackProof), Refusal> {
        let key_id = key_id(token)?;
        // Read before it is verified, to choose the key with. The verified claims are checked
        // below.
        let claimed = token.unverified_claims().ok();
        let claimed = claimed.as_ref().map_or("", UnverifiedClaims::issuer);
        let key = self.find_key(&key_id, claimed).await?;
        let claims = compact::verify(token.text(), key.decoding(), Algorithm::RS256)?
            .ok_or(Refusal::SignatureInvalid)?;
        let lifetime = compact::lifetime(&claims, now)?;
        let issued_at = lifetime.issued_at.ok_or(Refusal::Malformed {
            reason: Unreadable::TokenIssuedAt,
        })?;
        let issuer = compact::issuer(&claims)?.to_owned();
        synthetic::key_for(self.synthetic.as_ref(), &key_id, &issuer)?;
        let base_path = self.audience(&claims)?.base_path();
        require_request_hash(claims.qsh.as_deref(), request, base_path)?;
        let proof = CallbackProof {
            issued_at,
            expires_at: lifetime.expires_at,
            token_digest: token.digest(),
            body_digest: Digest::of(body),
            key_id,
        };
        Ok((issuer, proof))
    }

    async fn find_key(&self, key_id: &KeyId, issuer: &str) -> Result<InstallKey, Refusal> {
        if let Some(own) = synthetic::key_for(self.synthetic.as_ref(), key_id, issuer)? {
            return Ok(own.clone());
        }
        self.keys.find(key_id).await.map_err(|error| match error {
            KeyLookupError::Unknown => Refusal::KeyUnknown,
            // By made-up key ids anyone brings this about.
            KeyLookupError::Unavailable(Unavailable::Throttled) => Refusal::KeysUnavailable,
            KeyLookupError::Unavailable(reason) => {
                tracing::warn!(kid = %key_id, %reason, "install key unavailable");
                Refusal::KeysUnavailable
            }
        })
    }

    /// Which of our base URLs the token was made for.
    fn audience(&self, claims: &RawClaims) -> Result<&AppBaseUrl, Refusal> {
        self.base_urls
            .iter()
            .find(|url| claims.aud.iter().any(|audience| url.is_named_by(audience)))
            .ok_or_else(|| {
                // The signature holds, so this is what the platform has published. An operator
                // compares it with the configuration.
                let received: String = claims
                    .aud
                    .iter()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .chars()
                    .take(400)
                    .collect();
                tracing::warn!(received, expected = ?self.base_urls, "install callback for another base URL");
                Refusal::AudienceMismatch
            })
    }
}

/// The header decides nothing but which key to ask for, and only in the shape a key's name has.
fn key_id(token: &RawToken) -> Result<KeyId, Refusal> {
    let header = compact::header(token.text())?;
    if header.alg != "RS256" {
        return Err(Refusal::AlgorithmNotAllowed);
    }
    header
        .kid
        .as_deref()
        .and_then(KeyId::parse)
        .ok_or(Refusal::KeyIdMalformed)
}
