//! Tokens, right or wrong in any way a test wants.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::install_key::InstallKey;
use super::qsh::qsh;

/// The fixed word that stands where the query hash would, in tokens for a page's own calls.
pub const CONTEXT_QSH: &str = "context-qsh";

/// How long a token for one request lives, in seconds.
const REQUEST_LIFE: i64 = 180;
/// How long a token for a page's own calls lives, in seconds.
const CONTEXT_LIFE: i64 = 900;

/// A token before it is signed: any claim and any part of the header can be set or left out.
#[derive(Clone, Debug)]
pub struct Token {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Token {
    /// A token of `issuer` for one request, issued now. `path_and_query` is relative to the called
    /// one's base URL.
    pub fn request(issuer: &str, method: &str, path_and_query: &str) -> Self {
        Self::issued(issuer, REQUEST_LIFE).claim("qsh", qsh(method, path_and_query))
    }

    /// A token of `issuer` with which its page calls us on behalf of `account`.
    pub fn context(issuer: &str, account: &str) -> Self {
        Self::issued(issuer, CONTEXT_LIFE)
            .claim("qsh", CONTEXT_QSH)
            .claim("sub", account)
    }

    /// A token for a lifecycle callback of `issuer` to the app at `audience`.
    pub fn lifecycle(issuer: &str, audience: &str, path_and_query: &str) -> Self {
        Self::request(issuer, "POST", path_and_query).claim("aud", json!([audience]))
    }

    /// A token of exactly these parts. Both must be JSON objects.
    pub fn of_parts(header: &Value, claims: &Value) -> Self {
        let object = |value: &Value| value.as_object().cloned().unwrap();
        Self {
            header: object(header),
            claims: object(claims),
        }
    }

    fn issued(issuer: &str, life: i64) -> Self {
        let now = Utc::now().timestamp();
        let empty = Self {
            header: Map::new(),
            claims: Map::new(),
        };
        empty
            .header("typ", "JWT")
            .claim("iss", issuer)
            .claim("iat", now)
            .claim("exp", now + life)
            // Times are whole seconds and RS256 is deterministic: without it, two callbacks of one
            // second would carry the same token.
            .claim("jti", Uuid::new_v4().to_string())
    }

    /// With a claim set to `value`.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Without a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Issued at `seconds` since 1970, for as long as it would be otherwise.
    #[must_use]
    pub fn issued_at(self, seconds: i64) -> Self {
        let now = self.claims.get("iat").and_then(Value::as_i64).unwrap_or(seconds);
        self.later(seconds - now)
    }

    /// Issued and expiring `seconds` later than it would be.
    #[must_use]
    pub fn later(mut self, seconds: i64) -> Self {
        for name in ["iat", "exp"] {
            if let Some(time) = self.claims.get(name).and_then(Value::as_i64) {
                self = self.claim(name, time + seconds);
            }
        }
        self
    }

    /// With a part of the header set to `value`. It stays even where it contradicts the signature.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Signed by a site with its shared secret, HS256.
    pub fn signed_with(self, secret: &str) -> String {
        self.hashed(Algorithm::HS256, secret.as_bytes())
    }

    /// Signed with any bytes and any HMAC algorithm, as an attacker would try.
    pub fn hashed(self, algorithm: Algorithm, secret: &[u8]) -> String {
        let token = self.unless_set("alg", format!("{algorithm:?}"));
        token.finished(&EncodingKey::from_secret(secret), algorithm)
    }

    /// Signed by the platform, RS256, naming the key.
    pub fn signed_by(self, key: &InstallKey) -> String {
        let token = self
            .unless_set("alg", "RS256")
            .unless_set("kid", key.kid.as_str());
        token.finished(key.private(), Algorithm::RS256)
    }

    /// Not signed, and saying so: `alg` is `none`.
    pub fn unsigned(self) -> String {
        format!("{}.", self.unless_set("alg", "none").message())
    }

    fn unless_set(self, name: &str, value: impl Into<Value>) -> Self {
        if self.header.contains_key(name) {
            self
        } else {
            self.header(name, value)
        }
    }

    fn finished(&self, key: &EncodingKey, algorithm: Algorithm) -> String {
        let message = self.message();
        let signature = crypto::sign(message.as_bytes(), key, algorithm).unwrap();
        format!("{message}.{signature}")
    }

    fn message(&self) -> String {
        let part = |value: &Map<String, Value>| URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation, decode};

    fn lenient(algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.validate_aud = false;
        validation
    }

    #[test]
    fn a_token_of_a_site_verifies_with_its_secret_and_no_other() {
        let token = Token::context("client", "someone").signed_with("right");
        let verify = |secret: &str| {
            let key = DecodingKey::from_secret(secret.as_bytes());
            decode::<Value>(&token, &key, &lenient(Algorithm::HS256))
        };
        assert_eq!(verify("right").unwrap().claims["qsh"], CONTEXT_QSH);
        assert!(verify("wrong").is_err());
    }

    #[test]
    fn a_token_of_the_platform_verifies_with_the_published_key() {
        let key = InstallKey::platform();
        let token = Token::lifecycle("client", "http://app", "/connect/lifecycle/installed").signed_by(key);
        let public = DecodingKey::from_rsa_pem(key.public_pem.as_bytes()).unwrap();
        let decoded = decode::<Value>(&token, &public, &lenient(Algorithm::RS256)).unwrap();
        assert_eq!(decoded.header.kid.as_deref(), Some(key.kid.as_str()));
        assert_eq!(decoded.claims["aud"], json!(["http://app"]));
    }

    #[test]
    fn a_token_can_be_wrong_in_every_part() {
        let token = Token::context("client", "someone")
            .without("exp")
            .header("alg", "RS256")
            .signed_with("secret");
        let parts: Vec<_> = token.split('.').collect();
        let json =
            |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(json(parts[0])["alg"], "RS256");
        assert_eq!(json(parts[1]).get("exp"), None);
        assert!(Token::context("client", "someone").unsigned().ends_with('.'));
    }
}
