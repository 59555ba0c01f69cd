//! The probe's key: made once; its public half is given to Tally, its private half stays with the
//! probe.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, ensure};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use chrono::{DateTime, Utc};
use jsonwebtoken::EncodingKey;
use pem::{EncodeConfig, LineEnding, Pem};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

/// How the client keys of synthetic tenants begin, as published.
const CLIENT_KEY_PREFIX: &str = "tally-probe-";
/// The longest key file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// The private key, and what is derived from it. Not printable.
pub struct ProbeKey {
    signing: EncodingKey,
    digest: [u8; 32],
}

/// The files of a new key pair.
pub struct KeyFiles {
    /// For the machine that probes; readable by its owner only.
    pub private: PathBuf,
    /// For Tally's configuration: TALLY_PROBE_PUBLIC_KEY_FILE.
    pub public: PathBuf,
}

impl ProbeKey {
    /// Reads a private key from a PEM file.
    ///
    /// # Errors
    /// The file cannot be read or holds no RSA private key. The error never repeats what it holds.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let named = || format!("the key file {}", path.display());
        let length = fs::metadata(path).with_context(named)?.len();
        ensure!(length <= MAX_FILE, "{} is too long to be a key", named());
        let pem = Zeroizing::new(fs::read(path).with_context(named)?);
        Self::from_pem(&pem).with_context(named)
    }

    fn from_pem(pem: &[u8]) -> anyhow::Result<Self> {
        let no_key = || anyhow!("it is not an RSA private key in PEM");
        let signing = EncodingKey::from_rsa_pem(pem).map_err(|_| no_key())?;
        let pair = KeyPair::from_der(signing.as_bytes()).map_err(|_| no_key())?;
        let digest = Sha256::digest(pair.public_key().as_ref()).into();
        Ok(Self { signing, digest })
    }

    /// The `kid` of its tokens: derived from the key itself, as Tally derives it from the public
    /// half.
    pub fn key_id(&self) -> String {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &self.digest).to_string()
    }

    pub(super) fn signing(&self) -> &EncodingKey {
        &self.signing
    }

    /// The tenant that is probed with this key in the month of `now`. A month's walks are quick to
    /// fold; a stream that grew by three events every few minutes for years would not be.
    pub fn client_key(&self, now: DateTime<Utc>) -> String {
        let key = hex::encode(&self.digest[..6]);
        format!("{CLIENT_KEY_PREFIX}{key}-{}", now.format("%Y-%m"))
    }

    /// A secret of that tenant. All its walks use the same two: a tenant keeps every secret it ever
    /// had, to distinguish an old one from a forged one.
    pub(super) fn secret(&self, client_key: &str, which: &str) -> SecretString {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.signing.as_bytes());
        let tag = hmac::sign(&key, format!("{client_key}/{which}").as_bytes());
        SecretString::from(hex::encode(tag.as_ref()))
    }
}

/// Makes a key pair in `folder`. A key that is there is never replaced.
///
/// # Errors
/// The files cannot be written, or one of them exists.
pub fn generate_key_pair(folder: &Path) -> anyhow::Result<KeyFiles> {
    let pair = KeyPair::generate(KeySize::Rsa3072).map_err(|_| anyhow!("the key pair could not be made"))?;
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| anyhow!("the key cannot be encoded"))?;
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key())
        .map_err(|_| anyhow!("the key cannot be encoded"))?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let files = KeyFiles {
        private: folder.join("probe-private.pem"),
        public: folder.join("probe-public.pem"),
    };
    let private = Zeroizing::new(encode_pem("PRIVATE KEY", private.as_ref()));
    write_new(&files.private, 0o600, &private)?;
    write_new(&files.public, 0o644, &encode_pem("PUBLIC KEY", public.as_ref()))?;
    Ok(files)
}

fn encode_pem(label: &str, der: &[u8]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    pem::encode_config(&Pem::new(label, der), config)
}

fn write_new(path: &Path, mode: u32, text: &str) -> anyhow::Result<()> {
    let named = || path.display().to_string();
    let mut options = OpenOptions::new();
    let mut file: File = options
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .with_context(named)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(named)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn only_its_owner_reads_the_private_key_and_no_key_is_ever_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let files = generate_key_pair(&folder.path().join("keys")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(&files.private), mode(&files.public) & 0o600),
            (0o600, 0o600)
        );
        ProbeKey::read(&files.private).unwrap();
        let before = fs::read(&files.private).unwrap();
        assert!(
            generate_key_pair(&folder.path().join("keys")).is_err(),
            "a key is never replaced"
        );
        assert_eq!(fs::read(&files.private).unwrap(), before);
    }

    #[test]
    fn tenants_and_secrets_are_derived_from_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let key = ProbeKey::read(&generate_key_pair(folder.path()).unwrap().private).unwrap();
        let month = |text: &str| key.client_key(text.parse().unwrap());
        let march = month("2026-03-07T02:00:00Z");
        assert!(
            march.starts_with(CLIENT_KEY_PREFIX) && march.ends_with("-2026-03") && march.len() < 40,
            "{march}"
        );
        assert_eq!(march, month("2026-03-31T23:59:59Z"));
        assert_ne!(march, month("2026-04-01T00:00:00Z"));
        let secret = |which| key.secret(&march, which).expose_secret().to_owned();
        assert_eq!(secret("first"), secret("first"));
        assert_ne!(secret("first"), secret("second"));
    }

    #[test]
    fn a_file_without_a_private_key_is_refused_and_its_content_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let files = generate_key_pair(folder.path()).unwrap();
        let other = folder.path().join("other.pem");
        let no_key = pem::encode(&Pem::new("PRIVATE KEY", "no key"));
        let content = no_key.lines().nth(1).unwrap();
        fs::write(&other, &no_key).unwrap();
        for path in [&files.public, &other, &folder.path().join("none.pem")] {
            let error = format!("{:#}", ProbeKey::read(path).err().unwrap());
            assert!(error.contains("key file") && !error.contains(content), "{error}");
        }
    }
}
