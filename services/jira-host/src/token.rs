//! JSON Web Tokens as the platform writes and reads them.
//!
//! HS256 with an installation's secret for pages, context tokens, `enabled` and `disabled`; RS256
//! with the install key for `installed` and `uninstalled`. The header is written field by field, so
//! that a test may ask for a wrong one.

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

use crate::clock::epoch_seconds;
use crate::secret::Secret;

/// The claims of a token, as a map, so that a test can override any of them.
pub type Claims = Map<String, Value>;

/// Largest difference between the clocks of the app and of this host, in seconds.
pub const LEEWAY_SECONDS: i64 = 30;

/// The key or the random source failed, so that a token could not be signed.
#[derive(Debug, Error)]
#[error("the token could not be signed: {0}")]
pub struct SigningError(String);

/// Why a token from the app was not accepted.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TokenRejection {
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

/// Signs claims with HS256; `header` entries are added to the header or replace those in it.
///
/// # Errors
/// [`SigningError`] when the library refuses the key.
pub fn sign_hs256(claims: &Claims, secret: &Secret, header: &Claims) -> Result<String, SigningError> {
    let message = signing_input(json!({"alg": "HS256", "typ": "JWT"}), claims, header);
    let key = EncodingKey::from_secret(secret.reveal().as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256)
        .map_err(|error| SigningError(error.to_string()))?;
    Ok(format!("{message}.{signature}"))
}

fn signing_input(mut standard: Value, claims: &Claims, header: &Claims) -> String {
    if let Some(fields) = standard.as_object_mut() {
        merge(fields, header);
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(&standard), part(&Value::Object(claims.clone())))
}

/// Replaces or adds the claims in `overrides`; `null` removes one.
pub fn merge(claims: &mut Claims, overrides: &Claims) {
    for (name, value) in overrides {
        if value.is_null() {
            claims.remove(name);
        } else {
            claims.insert(name.clone(), value.clone());
        }
    }
}

/// Reads an HS256 token signed with `secret`. Checks algorithm, signature and times; the caller
/// checks the other claims.
///
/// # Errors
/// The [`TokenRejection`] of the first check that fails.
pub fn verify_hs256(token: &str, secret: &Secret) -> Result<Claims, TokenRejection> {
    let header = decode_header(token).map_err(|_| TokenRejection::Malformed)?;
    if header.alg != Algorithm::HS256 {
        return Err(TokenRejection::Algorithm);
    }
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let key = DecodingKey::from_secret(secret.reveal().as_bytes());
    let claims = decode::<Claims>(token, &key, &rules)
        .map_err(|_| TokenRejection::Signature)?
        .claims;
    check_times(&claims)?;
    Ok(claims)
}

fn check_times(claims: &Claims) -> Result<(), TokenRejection> {
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    let expires = seconds("exp").ok_or(TokenRejection::Claim("exp"))?;
    let issued = seconds("iat").ok_or(TokenRejection::Claim("iat"))?;
    if expires + LEEWAY_SECONDS < epoch_seconds() || issued - LEEWAY_SECONDS > epoch_seconds() {
        return Err(TokenRejection::Expired);
    }
    Ok(())
}

/// The platform's key pair for signed installs, generated at each start.
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
    /// [`SigningError`] when the random source or the key generation fails.
    pub fn generate() -> Result<Self, SigningError> {
        let failed = |_| SigningError("no RSA key could be made".to_owned());
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(failed)?;
        let public_pem = to_pem(der.as_ref());
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

    /// Signs claims with RS256 under this key; `header` entries are added to the header or replace
    /// those in it.
    ///
    /// # Errors
    /// [`SigningError`] when the key pair refuses to sign.
    pub fn sign(&self, claims: &Claims, header: &Claims) -> Result<String, SigningError> {
        let standard = json!({"alg": "RS256", "typ": "JWT", "kid": self.kid.to_string()});
        let message = signing_input(standard, claims, header);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .map_err(|_| SigningError("the install key refused to sign".to_owned()))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn to_pem(der: &[u8]) -> String {
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
        claims(&json!({"iss": "tally", "iat": epoch_seconds(), "exp": epoch_seconds() + 60}))
    }

    #[test]
    fn a_token_verifies_with_the_secret_it_was_signed_with_and_with_no_other() {
        let (ours, other) = (Secret::generate(), Secret::generate());
        let token = sign_hs256(&valid(), &ours, &Claims::new()).unwrap();
        assert_eq!(verify_hs256(&token, &ours).unwrap()["iss"], "tally");
        assert_eq!(verify_hs256(&token, &other), Err(TokenRejection::Signature));
        assert_eq!(verify_hs256("a.b", &ours), Err(TokenRejection::Malformed));
    }

    #[test]
    fn times_are_checked_with_leeway_both_ways() {
        let secret = Secret::generate();
        let verdict = |value: &Value| {
            let token = sign_hs256(&claims(value), &secret, &Claims::new()).unwrap();
            verify_hs256(&token, &secret).map(|_| ())
        };
        assert_eq!(
            verdict(&json!({"iat": epoch_seconds() - 100, "exp": epoch_seconds() - 10})),
            Ok(())
        );
        assert_eq!(
            verdict(&json!({"iat": epoch_seconds() - 100, "exp": epoch_seconds() - 90})),
            Err(TokenRejection::Expired)
        );
        assert_eq!(
            verdict(&json!({"iat": epoch_seconds() + 90, "exp": epoch_seconds() + 100})),
            Err(TokenRejection::Expired)
        );
        assert_eq!(
            verdict(&json!({"iat": epoch_seconds()})),
            Err(TokenRejection::Claim("exp"))
        );
        assert_eq!(
            verdict(&json!({"exp": epoch_seconds() + 5})),
            Err(TokenRejection::Claim("iat"))
        );
    }

    #[test]
    fn a_header_with_another_algorithm_is_refused_whatever_the_signature() {
        let secret = Secret::generate();
        for algorithm in ["HS384", "RS256"] {
            let token = sign_hs256(&valid(), &secret, &claims(&json!({"alg": algorithm}))).unwrap();
            assert_eq!(verify_hs256(&token, &secret), Err(TokenRejection::Algorithm));
        }
        let none = sign_hs256(&valid(), &secret, &claims(&json!({"alg": "none"}))).unwrap();
        assert_eq!(verify_hs256(&none, &secret), Err(TokenRejection::Malformed));
    }

    #[test]
    fn the_published_key_verifies_what_the_install_key_signed() {
        let key = InstallKey::generate().unwrap();
        let token = key.sign(&valid(), &Claims::new()).unwrap();
        let public = DecodingKey::from_rsa_pem(key.public_pem().as_bytes()).unwrap();
        let read = decode::<Claims>(&token, &public, &Validation::new(Algorithm::RS256)).unwrap();
        assert_eq!(read.claims["iss"], "tally");
        assert_eq!(read.header.kid, Some(key.kid().to_string()));
        let unknown = InstallKey::generate().unwrap();
        let other = DecodingKey::from_rsa_pem(unknown.public_pem().as_bytes()).unwrap();
        assert!(decode::<Claims>(&token, &other, &Validation::new(Algorithm::RS256)).is_err());
    }

    #[test]
    fn overrides_replace_add_and_remove_claims() {
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
