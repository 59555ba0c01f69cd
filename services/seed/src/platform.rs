//! The platform of one seeding: it signs installs with a key that no one else has and that is
//! thrown away at the end, and they go through the same verifier as a real platform's.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_atlassian::install_keys::FixedInstallKeys;
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::qsh::{QueryHash, SignedRequest};
use tally_atlassian::signed_install::{InstallVerifier, VerifiedInstall};
use tally_atlassian::token::RawToken;
use uuid::Uuid;

/// Where the platform would send the callback, relative to the app's base URL.
const PATH: &str = "/connect/lifecycle/installed";
/// The lifetime of a callback's token.
const TOKEN_LIFETIME: Duration = Duration::minutes(3);

/// What a site sends with `installed`.
pub struct InstallingSite<'a> {
    /// The platform's name for the site.
    pub client_key: &'a str,
    /// The address of its API.
    pub base_url: &'a str,
    /// The new shared secret.
    pub secret: &'a str,
}

/// The platform, with the verifier that trusts its key and no other.
pub struct Platform {
    key: EncodingKey,
    key_id: String,
    app_key: String,
    audience: AppBaseUrl,
    verifier: InstallVerifier,
}

impl Platform {
    /// A platform with a new key, for an app with this app key and base URL. Sites are on `hosts`.
    ///
    /// # Errors
    /// The system cannot make a key pair.
    pub fn new(app_key: &str, base_url: &AppBaseUrl, hosts: HostAllowList) -> anyhow::Result<Self> {
        let pair =
            KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("the key pair could not be made"))?;
        let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| anyhow!("a private key"))?;
        let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key());
        let public = public.map_err(|_| anyhow!("a public key"))?;
        let key = EncodingKey::from_rsa_pem(to_pem("PRIVATE KEY", private.as_ref()).as_bytes())?;
        let key_id = Uuid::new_v4().to_string();
        let keys = FixedInstallKeys::new().with(&key_id, &to_pem("PUBLIC KEY", public.as_ref()));
        let rules = LifecycleRules::new(app_key, hosts);
        Ok(Self {
            key,
            key_id,
            app_key: app_key.to_owned(),
            audience: base_url.clone(),
            verifier: InstallVerifier::new(rules, vec![base_url.clone()], Arc::new(keys)),
        })
    }

    /// The proof that the verifier returns for the callback that a site sends at the time `at`.
    ///
    /// # Errors
    /// The token cannot be signed, or the verifier refuses the site's base URL.
    pub async fn install(
        &self,
        site: &InstallingSite<'_>,
        at: DateTime<Utc>,
    ) -> anyhow::Result<VerifiedInstall> {
        let body = json!({
            "key": self.app_key,
            "clientKey": site.client_key,
            "sharedSecret": site.secret,
            "baseUrl": site.base_url,
            "displayUrl": site.base_url,
            "productType": "jira",
            "eventType": "installed",
        });
        let (path, body) = (self.path(), body.to_string());
        let request = SignedRequest::new("POST", &path);
        let token = RawToken::new(&self.sign(site.client_key, &request, at)?)?;
        let verified = self
            .verifier
            .verify_installed(&token, &request, body.as_bytes(), at);
        verified
            .await
            .with_context(|| format!("the installation of {}", site.base_url))
    }

    fn path(&self) -> String {
        format!("{}{PATH}", self.audience.base_path())
    }

    fn sign(
        &self,
        client_key: &str,
        request: &SignedRequest<'_>,
        at: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        let claims: Value = json!({
            "iss": client_key,
            "aud": [self.audience.as_str()],
            "iat": at.timestamp(),
            "exp": (at + TOKEN_LIFETIME).timestamp(),
            "qsh": QueryHash::sign(request, self.audience.base_path()),
        });
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.key_id.clone());
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

fn to_pem(label: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, der))
}
