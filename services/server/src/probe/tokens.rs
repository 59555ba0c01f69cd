//! The tokens of the platform and of a site, spelt as the protocol has them.

use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::key::ProbeKey;

/// How long a token for one request lives, in seconds.
const REQUEST_LIFE: i64 = 180;
/// How long a token for a page's own calls lives, in seconds.
const CONTEXT_LIFE: i64 = 900;

/// A token for a lifecycle callback, signed as the platform would. `canonical` is the request in the form that is hashed.
pub fn lifecycle(
    key: &ProbeKey,
    client_key: &str,
    audience: &str,
    canonical: &str,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = claims(client_key, REQUEST_LIFE);
    claims.insert("aud".to_owned(), json!([audience]));
    claims.insert("qsh".to_owned(), json!(hash(canonical)));
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key.key_id());
    jsonwebtoken::encode(&header, &claims, key.signing())
}

/// A token for one request of a person, signed with the site's secret.
pub fn request(
    secret: &SecretString,
    client_key: &str,
    account: &str,
    canonical: &str,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = claims(client_key, REQUEST_LIFE);
    claims.insert("sub".to_owned(), json!(account));
    claims.insert("qsh".to_owned(), json!(hash(canonical)));
    hashed(&claims, secret)
}

/// A token for the calls of a person's page, signed with the site's secret.
pub fn context(
    secret: &SecretString,
    client_key: &str,
    account: &str,
) -> jsonwebtoken::errors::Result<String> {
    let mut claims = claims(client_key, CONTEXT_LIFE);
    claims.insert("sub".to_owned(), json!(account));
    claims.insert("qsh".to_owned(), json!("context-qsh"));
    hashed(&claims, secret)
}

fn claims(issuer: &str, life: i64) -> Map<String, Value> {
    let now = Utc::now().timestamp();
    // Times are whole seconds and signatures deterministic: without `jti` two callbacks of a second would carry the same token.
    let claims = [
        ("iss", json!(issuer)),
        ("iat", json!(now)),
        ("exp", json!(now + life)),
        ("jti", json!(Uuid::new_v4())),
    ];
    claims
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn hashed(claims: &Map<String, Value>, secret: &SecretString) -> jsonwebtoken::errors::Result<String> {
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key)
}

fn hash(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical))
}
