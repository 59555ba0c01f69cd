//! Tokens put together by hand, so that a test can write what no library would.

use std::sync::OnceLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tally_atlassian::token::RawToken;
use tally_connect_double::Token;

pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signing_input(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        base64url(header.to_string()),
        base64url(claims.to_string())
    )
}

pub fn raw(text: &str) -> RawToken {
    RawToken::new(text).unwrap()
}

/// HMAC under any algorithm and any header.
pub fn hmac_token(algorithm: Algorithm, key: &[u8], header: &Value, claims: &Value) -> String {
    Token::of_parts(header, claims).hashed(algorithm, key)
}

pub fn hs256(key: &str, claims: &Value) -> String {
    let header = json!({"typ": "JWT", "alg": "HS256"});
    hmac_token(Algorithm::HS256, key.as_bytes(), &header, claims)
}

/// A token that claims to need no signature.
pub fn unsigned(alg: &str, claims: &Value) -> String {
    format!("{}.", signing_input(&json!({"typ": "JWT", "alg": alg}), claims))
}

/// An RSA key of the key server, or of another party.
pub struct RsaKey {
    pair: RsaKeyPair,
    public_der: Vec<u8>,
}

impl RsaKey {
    fn generate() -> Self {
        let generated = rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = generated.public_key();
        let public_der = AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(public)
            .unwrap()
            .as_ref()
            .to_vec();
        Self {
            pair: generated,
            public_der,
        }
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = signing_input(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{input}.{}", base64url(signature))
    }

    /// `PUBLIC KEY` as a key server sends it: lines of 64 and a line break at the end.
    pub fn pem(&self) -> String {
        pem("PUBLIC KEY", &self.public_der)
    }

    /// The older `RSA PUBLIC KEY`.
    pub fn pkcs1_pem(&self) -> String {
        pem("RSA PUBLIC KEY", self.pair.public_key().as_ref())
    }

    /// A private key, which a key server must never be believed to mean.
    pub fn private_pem(&self) -> String {
        let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&self.pair).unwrap();
        pem("PRIVATE KEY", der.as_ref())
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// Atlassian's key in these tests.
pub fn platform_key() -> &'static RsaKey {
    static KEY: OnceLock<RsaKey> = OnceLock::new();
    KEY.get_or_init(RsaKey::generate)
}

/// A key that the key server does not have.
pub fn foreign_key() -> &'static RsaKey {
    static KEY: OnceLock<RsaKey> = OnceLock::new();
    KEY.get_or_init(RsaKey::generate)
}
