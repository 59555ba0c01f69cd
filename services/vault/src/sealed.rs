//! Sealing and opening: from a secret to its stored form and back, bound to one place.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tally_domain::tenant::SealedSecret;
use tally_domain::{StreamName, TenantId};
use uuid::Uuid;

use crate::cipher::{self, NONCE_BYTES};
use crate::{DataKey, VaultError};

/// AES-256-GCM, as the stored form names it.
const ALGORITHM: &str = "A256GCM";

/// The field of a tenant's events that holds a shared secret.
const SHARED_SECRET_FIELD: &str = "secret";

/// The place a ciphertext belongs to. Opening takes the same binding as sealing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The tenant's id.
    pub tenant: String,
    /// The stream of the event that holds the secret.
    pub stream: String,
    /// The event's revision in that stream.
    pub revision: u64,
    /// The path of the field in the event, such as `secret`.
    pub field: String,
}

impl Binding {
    /// The place of a tenant's shared secret: the event at `revision` of the tenant's own stream.
    #[must_use]
    pub fn of_shared_secret(tenant: TenantId, revision: u64) -> Self {
        Self {
            tenant: tenant.to_string(),
            stream: StreamName::tenant(tenant).to_string(),
            revision,
            field: SHARED_SECRET_FIELD.to_owned(),
        }
    }

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

/// Seals `secret` under the data key `key`, whose id is `key_id`. The JSON of the result is part of
/// stored events and never changes: `{"alg":"A256GCM","kid":"<uuid>","n":"<base64url>",
/// "ct":"<base64url>"}`, both without padding.
pub(crate) fn seal(
    (key_id, key): (Uuid, &DataKey),
    nonce: [u8; NONCE_BYTES],
    binding: &Binding,
    secret: &SecretString,
) -> Result<SealedSecret, VaultError> {
    let message = secret.expose_secret().as_bytes();
    let ciphertext = cipher::encrypt(key.expose(), &nonce, message, &binding.context())?;
    Ok(SealedSecret {
        alg: ALGORITHM.to_owned(),
        kid: key_id.to_string(),
        n: URL_SAFE_NO_PAD.encode(nonce),
        ct: URL_SAFE_NO_PAD.encode(ciphertext),
    })
}

/// A stored secret after its parts were read: what is needed to open it.
pub(crate) struct Ciphertext {
    /// The data key it is under.
    pub(crate) key_id: Uuid,
    nonce: [u8; NONCE_BYTES],
    bytes: Vec<u8>,
}

impl Ciphertext {
    /// Reads the parts of a stored secret. The domain keeps them as text, so an event with a
    /// damaged one can still be folded, and the damage shows here.
    pub(crate) fn parse(sealed: &SealedSecret) -> Result<Self, VaultError> {
        if sealed.alg != ALGORITHM {
            return Err(VaultError::Malformed("its algorithm is not A256GCM"));
        }
        let key_id = Uuid::try_parse(&sealed.kid);
        let nonce = decode(&sealed.n, "its nonce is not base64url")?;
        Ok(Self {
            key_id: key_id.map_err(|_| VaultError::Malformed("its key id is not a UUID"))?,
            nonce: nonce
                .try_into()
                .map_err(|_| VaultError::Malformed("its nonce does not have 12 bytes"))?,
            bytes: decode(&sealed.ct, "its ciphertext is not base64url")?,
        })
    }

    pub(crate) fn open(&self, key: &DataKey, binding: &Binding) -> Result<SecretString, VaultError> {
        let message = cipher::decrypt(key.expose(), &self.nonce, &self.bytes, &binding.context())?;
        let text = std::str::from_utf8(&message).map_err(|_| VaultError::Tampered)?;
        Ok(SecretString::from(text))
    }
}

fn decode(text: &str, otherwise: &'static str) -> Result<Vec<u8>, VaultError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| VaultError::Malformed(otherwise))
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
    fn what_the_first_version_stored_opens_and_reads_the_same_for_ever() {
        let stored: SealedSecret = serde_json::from_str(GOLDEN).unwrap();
        let opened = Ciphertext::parse(&stored)
            .unwrap()
            .open(&key(), &binding())
            .unwrap();
        assert_eq!(opened.expose_secret(), "ATCO-not-a-real-secret");

        let kid = Uuid::from_u128(0x6b1f_0f5e_3c7a_4c55_9a43_5d6e_3a51_0d11);
        let sealed = seal((kid, &key()), [7; NONCE_BYTES], &binding(), &opened).unwrap();
        assert_eq!(sealed, stored);
        assert_eq!(serde_json::to_string(&sealed).unwrap(), GOLDEN.trim_end());
    }

    #[test]
    fn a_stored_form_that_is_damaged_says_which_part_of_it_is() {
        let damages: [(&str, &str, &str); 4] = [
            ("alg", "A128GCM", "algorithm"),
            ("kid", "no uuid", "key id"),
            ("n", "BwcH", "nonce"),
            ("ct", "A+==", "ciphertext"),
        ];
        for (field, text, named) in damages {
            let mut json: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
            json[field] = text.into();
            let stored: SealedSecret = serde_json::from_value(json).unwrap();
            match Ciphertext::parse(&stored).map(drop) {
                Err(VaultError::Malformed(what)) => assert!(what.contains(named), "{field}: {what}"),
                other => panic!("{field}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_shared_secret_is_bound_to_its_tenants_stream_and_revision() {
        let tenant = TenantId(Uuid::from_u128(7));
        let binding = Binding::of_shared_secret(tenant, 3);
        assert_eq!(binding.tenant, tenant.to_string());
        assert_eq!(binding.stream, StreamName::tenant(tenant).to_string());
        assert_eq!((binding.revision, binding.field.as_str()), (3, "secret"));
    }
}
