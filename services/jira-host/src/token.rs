//! JSON Web Tokens as the platform writes and reads them.
//!
//! HS256 with an installation's secret for pages, context tokens, `enabled` and `disabled`; RS256 with the install
//! key for `installed` and `uninstalled`. The header is put together by hand so that a test may ask for a wrong one.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, crypto, decode, decode_header};
use serde_json::{Map, Value, json};
use thiserror::Error;
use uuid::Uuid;

use crate::secret::Secret;

/// The claims of a token, open so that a test can override any of them.
pub type Claims = Map<String, Value>;

/// How far the clocks of the app and of this host may lie apart, in seconds.
pub const LEEWAY_SECONDS: i64 = 30;

/// A token could not be signed. Nothing a caller can do about it: the key or the random source failed.
#[derive(Debug, Error)]
#[error("the token could not be signed: {0}")]
pub struct SigningFailed(String);

/// Why a token from the app was not accepted.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Rejected {
    /// Not three parts of base64url, or not JSON inside.
    #[error("the token is malformed")]
    Malformed,
    /// Another algorithm than HS256 in the header.
    #[error("the token is not signed with HS256")]
    Algorithm,
    /// The signature was made with another secret.
    #[error("the signature was not made with this installation's secret")]
    Signature,
    /// `exp` is missing or past, or `iat` lies in the future.
    #[error("the token is outside its validity")]
    Expired,
    /// A claim is missing or has another value than it must.
    #[error("the claim {0} is missing or wrong")]
    Claim(&'static str),
}

/// Seconds since 1970, as tokens count them.
#[must_use]
pub fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
}

/// Signs claims with HS256; `header` entries are added to, or replace, those of the header.
///
/// # Errors
/// When the key is refused by the library.
pub fn sign_hs256(claims: &Claims, secret: &Secret, header: &Claims) -> Result<String, SigningFailed> {
    let message = unsigned(json!({"alg": "HS256", "typ": "JWT"}), claims, header);
    let key = EncodingKey::from_secret(secret.reveal().as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256)
        .map_err(|error| SigningFailed(error.to_string()))?;
    Ok(format!("{message}.{signature}"))
}

fn unsigned(mut standard: Value, claims: &Claims, header: &Claims) -> String {
    if let Some(fields) = standard.as_object_mut() {
        merge(fields, header);
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(&standard), part(&Value::Object(claims.clone())))
}

/// Lays `overrides` over `claims`; `null` takes a claim away.
pub fn merge(claims: &mut Claims, overrides: &Claims) {
    for (name, value) in overrides {
        if value.is_null() {
            claims.remove(name);
        } else {
            claims.insert(name.clone(), value.clone());
        }
    }
}

/// Reads an HS256 token signed with `secret`, checking algorithm, signature and times, not the other claims.
///
/// # Errors
/// The first check that fails.
pub fn verify_hs256(token: &str, secret: &Secret) -> Result<Claims, Rejected> {
    let header = decode_header(token).map_err(|_| Rejected::Malformed)?;
    if header.alg != Algorithm::HS256 {
        return Err(Rejected::Algorithm);
    }
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let key = DecodingKey::from_secret(secret.reveal().as_bytes());
    let claims = decode::<Claims>(token, &key, &rules)
        .map_err(|_| Rejected::Signature)?
        .claims;
    check_times(&claims)?;
    Ok(claims)
}

fn check_times(claims: &Claims) -> Result<(), Rejected> {
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    let expires = seconds("exp").ok_or(Rejected::Claim("exp"))?;
    let issued = seconds("iat").ok_or(Rejected::Claim("iat"))?;
    if expires + LEEWAY_SECONDS < now() || issued - LEEWAY_SECONDS > now() {
        return Err(Rejected::Expired);
    }
    Ok(())
}

/// The platform's key pair for signed installs; made anew at each start.
#[derive(Debug)]
pub struct InstallKey {
    kid: Uuid,
    pair: KeyPair,
    public_pem: String,
}

impl InstallKey {
    /// Makes an RSA key of 2048 bits with a random key id.
    ///
    /// # Errors
    /// When the random source or the key generation fails.
    pub fn generate() -> Result<Self, SigningFailed> {
        let failed = |_| SigningFailed("no RSA key could be made".to_owned());
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(failed)?;
        let public_pem = pem(der.as_ref());
        Ok(Self {
            kid: Uuid::new_v4(),
            pair,
            public_pem,
        })
    }

    /// The id that tokens carry in their header and under which the key server publishes the key.
    #[must_use]
    pub fn kid(&self) -> Uuid {
        self.kid
    }

    /// The public half as PEM text (`SubjectPublicKeyInfo`).
    #[must_use]
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// Signs claims with RS256 under this key; `header` entries are added to, or replace, those of the header.
    ///
    /// # Errors
    /// When the signing itself fails.
    pub fn sign(&self, claims: &Claims, header: &Claims) -> Result<String, SigningFailed> {
        let standard = json!({"alg": "RS256", "typ": "JWT", "kid": self.kid.to_string()});
        let message = unsigned(standard, claims, header);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .map_err(|_| SigningFailed("the install key refused to sign".to_owned()))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<String> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(value: &Value) -> Claims {
        value.as_object().cloned().unwrap()
    }

    fn valid() -> Claims {
        claims(&json!({"iss": "tally", "iat": now(), "exp": now() + 60}))
    }

    #[test]
    fn a_token_verifies_with_the_secret_it_was_signed_with_and_with_no_other() {
        let (ours, other) = (Secret::fresh(), Secret::fresh());
        let token = sign_hs256(&valid(), &ours, &Claims::new()).unwrap();
        assert_eq!(verify_hs256(&token, &ours).unwrap()["iss"], "tally");
        assert_eq!(verify_hs256(&token, &other), Err(Rejected::Signature));
        assert_eq!(verify_hs256("a.b", &ours), Err(Rejected::Malformed));
    }

    #[test]
    fn times_are_checked_with_leeway_both_ways() {
        let secret = Secret::fresh();
        let verdict = |value: &Value| {
            let token = sign_hs256(&claims(value), &secret, &Claims::new()).unwrap();
            verify_hs256(&token, &secret).map(|_| ())
        };
        assert_eq!(verdict(&json!({"iat": now() - 100, "exp": now() - 10})), Ok(()));
        assert_eq!(
            verdict(&json!({"iat": now() - 100, "exp": now() - 90})),
            Err(Rejected::Expired)
        );
        assert_eq!(
            verdict(&json!({"iat": now() + 90, "exp": now() + 100})),
            Err(Rejected::Expired)
        );
        assert_eq!(verdict(&json!({"iat": now()})), Err(Rejected::Claim("exp")));
        assert_eq!(verdict(&json!({"exp": now() + 5})), Err(Rejected::Claim("iat")));
    }

    #[test]
    fn a_header_with_another_algorithm_is_refused_whatever_the_signature() {
        let secret = Secret::fresh();
        for algorithm in ["HS384", "RS256"] {
            let token = sign_hs256(&valid(), &secret, &claims(&json!({"alg": algorithm}))).unwrap();
            assert_eq!(verify_hs256(&token, &secret), Err(Rejected::Algorithm));
        }
        let none = sign_hs256(&valid(), &secret, &claims(&json!({"alg": "none"}))).unwrap();
        assert_eq!(verify_hs256(&none, &secret), Err(Rejected::Malformed));
    }

    #[test]
    fn the_published_key_verifies_what_the_install_key_signed() {
        let key = InstallKey::generate().unwrap();
        let token = key.sign(&valid(), &Claims::new()).unwrap();
        let public = DecodingKey::from_rsa_pem(key.public_pem().as_bytes()).unwrap();
        let read = decode::<Claims>(&token, &public, &Validation::new(Algorithm::RS256)).unwrap();
        assert_eq!(read.claims["iss"], "tally");
        assert_eq!(read.header.kid, Some(key.kid().to_string()));
        let stranger = InstallKey::generate().unwrap();
        let other = DecodingKey::from_rsa_pem(stranger.public_pem().as_bytes()).unwrap();
        assert!(decode::<Claims>(&token, &other, &Validation::new(Algorithm::RS256)).is_err());
    }

    #[test]
    fn overrides_replace_add_and_take_away_claims() {
        let mut subject = valid();
        merge(
            &mut subject,
            &claims(&json!({"iss": "other", "nbf": 1, "exp": null})),
        );
        assert_eq!(subject["iss"], "other");
        assert_eq!(subject["nbf"], 1);
        assert!(!subject.contains_key("exp"));
    }
}
