//! Tokens signed with a tenant's shared secret (HS256).
//!
//! Two kinds, two verifiers. A page token is bound to one request by its query hash; a context
//! token is bound to none, any user's browser can get one, and so only routes made for our own
//! front end may mount its verifier.
//!
//! Several secrets of one tenant may be alive at a time. They are tried in the order given, and the
//! answer says which one it was. Secrets that are known but no longer acceptable can be passed as
//! well: they turn "not verified" into "verified with a secret that was replaced", which is a
//! diagnosis.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey};
use secrecy::{ExposeSecret, SecretString};

use crate::Refusal;
use crate::compact::{self, RawClaims};
use crate::qsh::{CONTEXT_QSH, Mismatch, QueryHash, SignedRequest};
use crate::token::RawToken;

/// The secrets of one tenant.
#[derive(Clone, Copy, Debug)]
pub struct KnownSecrets<'a> {
    /// Accepted, with a label for logs (a state or a fingerprint), the most likely first.
    pub acceptable: &'a [(&'a str, &'a SecretString)],
    /// Recognised, but never accepted.
    pub superseded: &'a [&'a SecretString],
}

/// Claims of a token whose signature, times and query hash hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Claims {
    /// The tenant's client key.
    pub iss: String,
    /// The user's account id. Absent for anonymous users and for what Jira itself sends.
    pub sub: Option<String>,
    /// When the token was issued, if it says.
    pub iat: Option<DateTime<Utc>>,
    /// The time from which it is refused.
    pub exp: DateTime<Utc>,
    /// The audience it names. Not checked: the secret already ties it to us, and senders fill it
    /// differently.
    pub aud: Vec<String>,
    /// What Jira says about the place the page is shown in.
    pub context: Option<serde_json::Value>,
}

/// A verified token that is bound to its request. [`PageTokenVerifier`] alone makes one.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifiedRequest {
    claims: Claims,
    matched: usize,
}

impl VerifiedRequest {
    /// The claims of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The index of the acceptable secret that verified it.
    #[must_use]
    pub fn secret_index(&self) -> usize {
        self.matched
    }
}

/// A verified context token. [`ContextTokenVerifier`] alone makes one.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifiedContext {
    account_id: String,
    claims: Claims,
    matched: usize,
}

impl VerifiedContext {
    /// The user that the token stands for.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// The claims of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The index of the acceptable secret that verified it.
    #[must_use]
    pub fn secret_index(&self) -> usize {
        self.matched
    }
}

/// Verifies tokens of pages, webhooks, `enabled` and `disabled`: bound to the request, never a
/// context token.
#[derive(Clone, Debug)]
pub struct PageTokenVerifier {
    base_path: String,
}

impl PageTokenVerifier {
    /// `base_path` is the path part of our own base URL,
    /// [`crate::base_url::AppBaseUrl::base_path`].
    #[must_use]
    pub fn new(base_path: &str) -> Self {
        Self {
            base_path: base_path.to_owned(),
        }
    }

    /// Verifies a token that came with `request`.
    ///
    /// # Errors
    /// Any `jwt.*` refusal but those about finding the tenant. Time and query hash are only spoken
    /// of once the signature holds.
    pub fn verify(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        secrets: &KnownSecrets<'_>,
        now: DateTime<Utc>,
    ) -> Result<VerifiedRequest, Refusal> {
        let signed = verify_signature(token, secrets)?;
        let qsh = signed.claims.qsh.clone();
        let verified = signed.in_time(now)?;
        require_request_hash(qsh.as_deref(), request, &self.base_path)?;
        Ok(verified)
    }

    /// Why the token's hash is not of `request`, for a diagnosis after a refusal. `None` when no
    /// secret verifies it: a token that is not genuine proves nothing.
    #[must_use]
    pub fn explain(
        &self,
        token: &RawToken,
        request: &SignedRequest<'_>,
        secrets: &KnownSecrets<'_>,
    ) -> Option<Mismatch> {
        let signed = verify_signature(token, secrets).ok()?;
        let claim = signed.claims.qsh?;
        Some(QueryHash::explain(request, &self.base_path, &claim))
    }

    /// Whether a token whose signature did not verify is right in every other way: in time, and
    /// bound to `request`. Anyone can write such a token; it shows that the sender knows how, not
    /// who it is.
    #[must_use]
    pub fn would_fit(&self, token: &RawToken, request: &SignedRequest<'_>, now: DateTime<Utc>) -> bool {
        unverified_hash_in_time(token, now)
            .is_some_and(|qsh| require_request_hash(qsh.as_deref(), request, &self.base_path).is_ok())
    }
}

/// Verifies context tokens, for the API that our own front end calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContextTokenVerifier;

impl ContextTokenVerifier {
    /// A verifier; it needs to know nothing.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// Verifies a context token.
    ///
    /// # Errors
    /// Any `jwt.*` refusal but those about finding the tenant and about the request's hash.
    pub fn verify(
        &self,
        token: &RawToken,
        secrets: &KnownSecrets<'_>,
        now: DateTime<Utc>,
    ) -> Result<VerifiedContext, Refusal> {
        let signed = verify_signature(token, secrets)?;
        let is_context_token = signed.claims.qsh.as_deref() == Some(CONTEXT_QSH);
        let VerifiedRequest { claims, matched } = signed.in_time(now)?;
        if !is_context_token {
            return Err(Refusal::ContextTokenRequired);
        }
        let subject = claims.sub.clone().filter(|subject| !subject.is_empty());
        Ok(VerifiedContext {
            account_id: subject.ok_or(Refusal::SubjectMissing)?,
            claims,
            matched,
        })
    }

    /// Whether a token whose signature did not verify is right in every other way: in time, and a
    /// context token. See [`PageTokenVerifier::would_fit`].
    #[must_use]
    pub fn would_fit(&self, token: &RawToken, now: DateTime<Utc>) -> bool {
        unverified_hash_in_time(token, now).is_some_and(|qsh| qsh.as_deref() == Some(CONTEXT_QSH))
    }
}

/// The query hash that a token claims, if it claims to be in time.
fn unverified_hash_in_time(token: &RawToken, now: DateTime<Utc>) -> Option<Option<String>> {
    let claims = compact::unverified_claims(token.text()).ok()?;
    compact::lifetime(&claims, now).ok()?;
    Some(claims.qsh)
}

/// The hash must be there, be of this request, and not be the one that stands for no request.
pub(crate) fn require_request_hash(
    qsh: Option<&str>,
    request: &SignedRequest<'_>,
    base_path: &str,
) -> Result<(), Refusal> {
    match qsh {
        None => Err(Refusal::QshMissing),
        Some(CONTEXT_QSH) => Err(Refusal::ContextTokenNotAllowed),
        Some(claim) if QueryHash::matches(request, base_path, claim) => Ok(()),
        Some(_) => Err(Refusal::QshMismatch),
    }
}

/// Claims under a good signature, their times not looked at yet.
struct Signed {
    claims: RawClaims,
    matched: usize,
}

impl Signed {
    fn in_time(self, now: DateTime<Utc>) -> Result<VerifiedRequest, Refusal> {
        let lifetime = compact::lifetime(&self.claims, now)?;
        let claims = Claims {
            iss: compact::issuer(&self.claims)?.to_owned(),
            sub: self.claims.sub,
            iat: lifetime.issued_at,
            exp: lifetime.expires_at,
            aud: self.claims.aud.into_vec(),
            context: self.claims.context,
        };
        Ok(VerifiedRequest {
            claims,
            matched: self.matched,
        })
    }
}

fn verify_signature(token: &RawToken, secrets: &KnownSecrets<'_>) -> Result<Signed, Refusal> {
    let header = compact::header(token.text())?;
    if header.alg != "HS256" {
        return Err(Refusal::AlgorithmNotAllowed);
    }
    if header.kid.is_some() {
        return Err(Refusal::KidNotAllowed);
    }
    for (matched, (_, secret)) in secrets.acceptable.iter().enumerate() {
        if let Some(claims) = verify_with(token, secret)? {
            return Ok(Signed { claims, matched });
        }
    }
    for secret in secrets.superseded {
        if verify_with(token, secret)?.is_some() {
            return Err(Refusal::MatchesSupersededSecret);
        }
    }
    Err(Refusal::SignatureInvalid)
}

/// Everyone knows the empty secret, so nothing verifies with it.
fn verify_with(token: &RawToken, secret: &SecretString) -> Result<Option<RawClaims>, Refusal> {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Ok(None);
    }
    compact::verify(
        token.text(),
        &DecodingKey::from_secret(secret.as_bytes()),
        Algorithm::HS256,
    )
}
