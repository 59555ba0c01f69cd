use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::cipher::{self, NONCE_BYTES};
use crate::{DataKey, VaultError};

/// The place a ciphertext belongs to. Opening takes the same binding as sealing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The tenant's id.
    pub tenant: String,
    /// The stream of the event that holds it.
    pub stream: String,
    /// The event's place in that stream.
    pub revision: u64,
    /// The event's type and the path of the field in it, such as `tenant.installed/sharedSecret`.
    pub field: String,
}

impl Binding {
    fn context(&self) -> Vec<u8> {
        let revision = self.revision.to_be_bytes();
        let parts: [&[u8]; 4] = [
            self.tenant.as_bytes(),
            self.stream.as_bytes(),
            &revision,
            self.field.as_bytes(),
        ];
        cipher::context("tally/sealed-secret/v1", &parts)
    }
}

/// A secret nobody can read without its data key. Its JSON is part of stored events and never changes:
/// `{"alg":"A256GCM","kid":"<uuid>","n":"<base64url>","ct":"<base64url>"}`, both without padding.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret {
    alg: Algorithm,
    kid: Uuid,
    #[serde(serialize_with = "to_base64url", deserialize_with = "nonce")]
    n: [u8; NONCE_BYTES],
    #[serde(serialize_with = "to_base64url", deserialize_with = "from_base64url")]
    ct: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Algorithm {
    A256GCM,
}

impl SealedSecret {
    /// The data key it is under.
    #[must_use]
    pub fn key_id(&self) -> Uuid {
        self.kid
    }

    pub(crate) fn seal(
        (kid, key): (Uuid, &DataKey),
        n: [u8; NONCE_BYTES],
        binding: &Binding,
        secret: &SecretString,
    ) -> Result<Self, VaultError> {
        let ct = cipher::encrypt(
            key.expose(),
            &n,
            secret.expose_secret().as_bytes(),
            &binding.context(),
        )?;
        Ok(Self {
            alg: Algorithm::A256GCM,
            kid,
            n,
            ct,
        })
    }

    pub(crate) fn open(&self, key: &DataKey, binding: &Binding) -> Result<SecretString, VaultError> {
        let message = cipher::decrypt(key.expose(), &self.n, &self.ct, &binding.context())?;
        let text = std::str::from_utf8(&message).map_err(|_| VaultError::Tampered)?;
        Ok(SecretString::from(text))
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SealedSecret(under {}, {} bytes)",
            self.kid,
            self.ct.len()
        )
    }
}

fn to_base64url<S: Serializer>(bytes: impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
}

fn from_base64url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| de::Error::custom("not base64url"))
}

fn nonce<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; NONCE_BYTES], D::Error> {
    let bytes = from_base64url(deserializer)?;
    bytes
        .try_into()
        .map_err(|_| de::Error::custom("not a nonce of 12 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = include_str!("../golden/sealed-secret.json");

    fn key() -> DataKey {
        DataKey::from_slice(&std::array::from_fn::<u8, 32, _>(|index| index as u8)).unwrap()
    }

    fn binding() -> Binding {
        Binding {
            tenant: "0190c0de-0000-7000-8000-000000000001".to_owned(),
            stream: "tenant-0190c0de-0000-7000-8000-000000000001".to_owned(),
            revision: 7,
            field: "tenant.shared_secret_rotated/sharedSecret".to_owned(),
        }
    }

    #[test]
    fn what_was_stored_by_the_first_version_opens_and_reads_the_same_for_ever() {
        let stored: SealedSecret = serde_json::from_str(GOLDEN).unwrap();
        let opened = stored.open(&key(), &binding()).unwrap();
        assert_eq!(opened.expose_secret(), "ATCO-not-a-real-secret");

        let kid = Uuid::from_u128(0x6b1f_0f5e_3c7a_4c55_9a43_5d6e_3a51_0d11);
        let sealed = SealedSecret::seal((kid, &key()), [7; NONCE_BYTES], &binding(), &opened).unwrap();
        assert_eq!(sealed, stored);
        assert_eq!(serde_json::to_string(&sealed).unwrap(), GOLDEN.trim_end());
    }

    #[test]
    fn a_json_of_another_shape_is_not_a_sealed_secret() {
        for json in [
            r#"{"alg":"A128GCM","kid":"6b1f0f5e-3c7a-4c55-9a43-5d6e3a510d11","n":"BwcHBwcHBwcHBwcH","ct":"AA"}"#,
            r#"{"alg":"A256GCM","kid":"no uuid","n":"BwcHBwcHBwcHBwcH","ct":"AA"}"#,
            r#"{"alg":"A256GCM","kid":"6b1f0f5e-3c7a-4c55-9a43-5d6e3a510d11","n":"BwcH","ct":"AA"}"#,
            r#"{"alg":"A256GCM","kid":"6b1f0f5e-3c7a-4c55-9a43-5d6e3a510d11","n":"BwcHBwcHBwcHBwcH","ct":"A+=="}"#,
        ] {
            assert!(serde_json::from_str::<SealedSecret>(json).is_err(), "{json}");
        }
    }
}
