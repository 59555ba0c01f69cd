//! The tokens of the platform and of a site, written by the published protocol.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::key::ProbeKey;

/// The lifetime of a token for one request, in seconds.
const REQUEST_LIFETIME: i64 = 180;
/// The lifetime of a token for a page's own calls, in seconds.
const CONTEXT_LIFETIME: i64 = 900;

/// A token for a lifecycle callback, signed as the platform would. `canonical` is the request in
/// the form that is hashed.
pub fn sign_callback(
    key: &ProbeKey,
    client_key: &str,
    audience: &str,
    canonical: &str,
    now: DateTime<Utc>,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = make_claims(client_key, now, REQUEST_LIFETIME);
    claims.insert("aud".to_owned(), json!([audience]));
    claims.insert("qsh".to_owned(), json!(hash_request(canonical)));
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key.key_id());
    jsonwebtoken::encode(&header, &claims, key.signing())
}

/// A token for one request of a person, signed with the site's secret.
pub fn sign_request(
    secret: &SecretString,
    client_key: &str,
    account: &str,
    canonical: &str,
    now: DateTime<Utc>,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = make_claims(client_key, now, REQUEST_LIFETIME);
    claims.insert("sub".to_owned(), json!(account));
    claims.insert("qsh".to_owned(), json!(hash_request(canonical)));
    sign_with_secret(&claims, secret)
}

/// A token for the calls of a person's page, signed with the site's secret.
pub fn sign_context(
    secret: &SecretString,
    client_key: &str,
    account: &str,
    now: DateTime<Utc>,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = make_claims(client_key, now, CONTEXT_LIFETIME);
    claims.insert("sub".to_owned(), json!(account));
    claims.insert("qsh".to_owned(), json!("context-qsh"));
    sign_with_secret(&claims, secret)
}

fn make_claims(issuer: &str, now: DateTime<Utc>, lifetime: i64) -> Map<String, Value> {
    let now = now.timestamp();
    // Times are whole seconds and signatures deterministic: without `jti` two callbacks within a
    // second would have the same token.
    let claims = [
        ("iss", json!(issuer)),
        ("iat", json!(now)),
        ("exp", json!(now + lifetime)),
        ("jti", json!(Uuid::new_v4())),
    ];
    claims
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn sign_with_secret(
    claims: &Map<String, Value>,
    secret: &SecretString,
) -> jsonwebtoken::errors::Result<String> {
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key)
}

fn hash_request(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical))
}
