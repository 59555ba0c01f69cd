//! Tokens: what the platform or a site claims, and its signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::qsh::qsh;

/// The fixed word that stands where the query hash would, in tokens for a page's own calls.
pub const CONTEXT_QSH: &str = "context-qsh";

/// The lifetime of a token for one request, in seconds.
const REQUEST_LIFETIME: i64 = 180;
/// The lifetime of a token for a page's own calls, in seconds.
const CONTEXT_LIFETIME: i64 = 900;

/// A token before it is signed.
#[derive(Clone, Debug)]
pub struct Token {
    /// The header. The signing functions add the algorithm and the key's id if they are absent.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}

impl Token {
    /// A token of `issuer` for one request, issued at `now`. `path_and_query` is relative to the
    /// base URL of the host that is called.
    pub fn for_request(issuer: &str, method: &str, path_and_query: &str, now: DateTime<Utc>) -> Self {
        Self::issue(issuer, REQUEST_LIFETIME, now).claim("qsh", qsh(method, path_and_query))
    }

    /// A token with which a page of the site `issuer` calls the app.
    pub fn for_page_calls(issuer: &str, now: DateTime<Utc>) -> Self {
        Self::issue(issuer, CONTEXT_LIFETIME, now).claim("qsh", CONTEXT_QSH)
    }

    /// A token for a lifecycle callback about the site `issuer`, to the app at `audience`.
    pub fn for_callback(issuer: &str, audience: &str, path_and_query: &str, now: DateTime<Utc>) -> Self {
        Self::for_request(issuer, "POST", path_and_query, now).claim("aud", json!([audience]))
    }

    fn issue(issuer: &str, lifetime: i64, now: DateTime<Utc>) -> Self {
        let now = now.timestamp();
        let empty = Self {
            header: Map::from_iter([("typ".to_owned(), json!("JWT"))]),
            claims: Map::new(),
        };
        empty
            .claim("iss", issuer)
            .claim("iat", now)
            .claim("exp", now + lifetime)
            // Times are whole seconds and signatures deterministic: without it, two callbacks
            // within a second would have the same token.
            .claim("jti", Uuid::new_v4().to_string())
    }

    /// The token with a claim set to `value`.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// The token on behalf of the person with this account.
    #[must_use]
    pub fn on_behalf_of(self, account: &str) -> Self {
        self.claim("sub", account)
    }

    /// Signs as a site does, with the secret that it shares with the app: HS256.
    ///
    /// # Errors
    /// The library refuses the secret.
    pub fn sign_with_secret(self, secret: &str) -> Result<String, Error> {
        self.sign_with_hmac(Algorithm::HS256, secret.as_bytes())
    }

    /// Signs with any bytes and any HMAC algorithm.
    ///
    /// # Errors
    /// The algorithm is no HMAC, or the library refuses the secret.
    pub fn sign_with_hmac(self, algorithm: Algorithm, secret: &[u8]) -> Result<String, Error> {
        let token = self.header_unless_set("alg", format!("{algorithm:?}"));
        token.sign(&EncodingKey::from_secret(secret), algorithm)
    }

    /// Signs as the platform does, with a private key that it publishes as `key_id`: RS256.
    ///
    /// # Errors
    /// The key is no RSA key.
    pub fn sign_with_key(self, key: &EncodingKey, key_id: &str) -> Result<String, Error> {
        let token = self
            .header_unless_set("alg", "RS256")
            .header_unless_set("kid", key_id);
        token.sign(key, Algorithm::RS256)
    }

    /// The token without a signature; its header says so.
    pub fn unsigned(self) -> String {
        format!("{}.", self.header_unless_set("alg", "none").message())
    }

    fn header_unless_set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.entry(name).or_insert_with(|| value.into());
        self
    }

    fn sign(self, key: &EncodingKey, algorithm: Algorithm) -> Result<String, Error> {
        let message = self.message();
        let signature = crypto::sign(message.as_bytes(), key, algorithm)?;
        Ok(format!("{message}.{signature}"))
    }

    fn message(self) -> String {
        let encode = |part| URL_SAFE_NO_PAD.encode(Value::Object(part).to_string());
        format!("{}.{}", encode(self.header), encode(self.claims))
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, TokenData, Validation, decode};

    use super::*;

    /// Verifies the signature alone: the times are those of the day on which the test was written.
    fn verify(token: &str, secret: &str) -> Result<TokenData<Value>, Error> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        decode(token, &DecodingKey::from_secret(secret.as_bytes()), &validation)
    }

    fn now() -> DateTime<Utc> {
        "2026-03-07T02:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_token_of_a_site_verifies_with_its_secret_and_no_other() {
        let token = Token::for_page_calls("client", now()).on_behalf_of("someone");
        let token = token.sign_with_secret("right").unwrap();
        let verified = verify(&token, "right").unwrap().claims;
        assert_eq!(verified["qsh"], CONTEXT_QSH);
        assert_eq!(verified["sub"], "someone");
        assert_eq!(verified["iat"], now().timestamp());
        assert_eq!(verified["exp"], now().timestamp() + 900);
        assert!(verify(&token, "wrong").is_err());
    }

    #[test]
    fn a_token_for_a_request_names_its_hash_and_lives_for_three_minutes() {
        let token = Token::for_request("client", "GET", "/pages/assets?b=2&a=1", now());
        let verified = verify(&token.sign_with_secret("secret").unwrap(), "secret").unwrap();
        assert_eq!(verified.claims["qsh"], qsh("GET", "/pages/assets?a=1&b=2"));
        assert_eq!(verified.claims["exp"], now().timestamp() + 180);
    }

    #[test]
    fn two_tokens_of_the_same_second_differ() {
        let token = || Token::for_callback("client", "http://app", "/installed", now()).unsigned();
        assert_ne!(token(), token());
    }
}
