//! Tokens, right or wrong in any way a test needs.

use chrono::{DateTime, Utc};
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::install_key::InstallKey;

/// A token before it is signed: any claim and any part of the header can be set or left out.
#[derive(Clone, Debug)]
pub struct Token(tally_connect::Token);

/// The time as a site and the platform have it.
#[expect(
    clippy::disallowed_methods,
    reason = "a site and the platform have a clock of their own"
)]
fn current_time() -> DateTime<Utc> {
    Utc::now()
}

impl Token {
    /// A token of `issuer` for one request, issued now. `path_and_query` is relative to the base
    /// URL of the host that is called.
    pub fn request(issuer: &str, method: &str, path_and_query: &str) -> Self {
        let now = current_time();
        Self(tally_connect::Token::for_request(
            issuer,
            method,
            path_and_query,
            now,
        ))
    }

    /// A token of `issuer` with which its page calls the app on behalf of `account`.
    pub fn context(issuer: &str, account: &str) -> Self {
        let token = tally_connect::Token::for_page_calls(issuer, current_time());
        Self(token.on_behalf_of(account))
    }

    /// A token for a lifecycle callback of `issuer` to the app at `audience`.
    pub fn lifecycle(issuer: &str, audience: &str, path_and_query: &str) -> Self {
        let now = current_time();
        Self(tally_connect::Token::for_callback(
            issuer,
            audience,
            path_and_query,
            now,
        ))
    }

    /// A token of exactly these parts. Both must be JSON objects.
    pub fn of_parts(header: &Value, claims: &Value) -> Self {
        let object = |value: &Value| value.as_object().cloned().unwrap();
        Self(tally_connect::Token {
            header: object(header),
            claims: object(claims),
        })
    }

    /// With a claim set to `value`.
    #[must_use]
    pub fn claim(self, name: &str, value: impl Into<Value>) -> Self {
        Self(self.0.claim(name, value))
    }

    /// Without a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.claims.remove(name);
        self
    }

    /// Issued at `seconds` since 1970, for as long as it would be otherwise.
    #[must_use]
    pub fn issued_at(self, seconds: i64) -> Self {
        let now = self.0.claims.get("iat").and_then(Value::as_i64);
        self.later(seconds - now.unwrap_or(seconds))
    }

    /// Issued and expiring `seconds` later than it would be.
    #[must_use]
    pub fn later(mut self, seconds: i64) -> Self {
        for name in ["iat", "exp"] {
            if let Some(time) = self.0.claims.get(name).and_then(Value::as_i64) {
                self = self.claim(name, time + seconds);
            }
        }
        self
    }

    /// With a part of the header set to `value`. It stays even where it contradicts the signature.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.header.insert(name.to_owned(), value.into());
        self
    }

    /// Signed by a site with its shared secret, HS256.
    pub fn signed_with(self, secret: &str) -> String {
        self.0.sign_with_secret(secret).unwrap()
    }

    /// Signed with any bytes and any HMAC algorithm, as an attacker would try.
    pub fn hashed(self, algorithm: Algorithm, secret: &[u8]) -> String {
        self.0.sign_with_hmac(algorithm, secret).unwrap()
    }

    /// Signed by the platform, RS256, naming the key.
    pub fn signed_by(self, key: &InstallKey) -> String {
        self.0.sign_with_key(key.private(), &key.kid).unwrap()
    }

    /// Not signed, and saying so: `alg` is `none`.
    pub fn unsigned(self) -> String {
        self.0.unsigned()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{DecodingKey, Validation, decode};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_of_the_platform_verifies_with_the_published_key() {
        let key = InstallKey::platform();
        let token = Token::lifecycle("client", "http://app", "/connect/lifecycle/installed").signed_by(key);
        let public = DecodingKey::from_rsa_pem(key.public_pem.as_bytes()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_aud = false;
        let decoded = decode::<Value>(&token, &public, &validation).unwrap();
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
