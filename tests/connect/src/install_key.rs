//! The platform's key for signed installs.

use std::fmt;
use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::EncodingKey;
use uuid::Uuid;

/// An RSA key and the id under which the key server publishes it.
#[derive(Clone)]
pub struct InstallKey {
    /// Its id, a UUID.
    pub kid: String,
    /// Its public half as the key server serves it, PEM.
    pub public_pem: String,
    private: EncodingKey,
}

/// Making a key is slow, and one is enough for a whole run.
static PLATFORM: LazyLock<InstallKey> = LazyLock::new(InstallKey::generate);

impl InstallKey {
    /// The platform's key of this run.
    pub fn platform() -> &'static Self {
        &PLATFORM
    }

    /// A key of its own.
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
        Self {
            kid: Uuid::new_v4().to_string(),
            public_pem: pem("PUBLIC KEY", public.as_ref()),
            private: EncodingKey::from_rsa_pem(pem("PRIVATE KEY", private.as_ref()).as_bytes()).unwrap(),
        }
    }

    /// The same key, calling itself otherwise.
    #[must_use]
    pub fn called(&self, kid: &str) -> Self {
        Self {
            kid: kid.to_owned(),
            ..self.clone()
        }
    }

    pub(super) fn private(&self) -> &EncodingKey {
        &self.private
    }
}

impl fmt::Debug for InstallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InstallKey({})", self.kid)
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}
