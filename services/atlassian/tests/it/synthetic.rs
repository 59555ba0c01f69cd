//! Synthetic tenants: the probe's key and they belong together, and neither has to do with any real
//! site.

use std::sync::Arc;

use serde_json::{Value, json};
use tally_atlassian::Refusal;
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_atlassian::install_keys::FixedInstallKeys;
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::qsh::SignedRequest;
use tally_atlassian::signed_install::{InstallVerifier, VerifiedInstall};
use tally_atlassian::synthetic::{BASE_URL, SyntheticIssuer, is_synthetic};

use crate::support::signing::{RsaKey, foreign_key, platform_key, raw};
use crate::support::{at, hash, now};

const PLATFORM_KID: &str = "0190c0de-0000-7000-8000-000000000001";
const TARGET: &str = "/connect/lifecycle/installed";
const PROBE: &str = "tally-probe-1";
const SITE: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// The probe's key in these tests is the one that is unknown elsewhere.
fn probe_key() -> &'static RsaKey {
    foreign_key()
}

fn issuer() -> SyntheticIssuer {
    SyntheticIssuer::from_pem(&probe_key().pem()).unwrap()
}

fn verifier(synthetic: Option<SyntheticIssuer>) -> InstallVerifier {
    let hosts = HostAllowList::atlassian().with(["invalid"]);
    InstallVerifier::new(
        LifecycleRules::new("tally-assets", hosts),
        vec![AppBaseUrl::parse("https://tally.example").unwrap()],
        Arc::new(FixedInstallKeys::new().with(PLATFORM_KID, &platform_key().pem())),
    )
    .with_synthetic(synthetic)
}

fn token(key: &RsaKey, kid: &str, client_key: &str) -> String {
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": kid });
    let claims = json!({ "iss": client_key, "iat": at(0), "exp": at(180), "aud": ["https://tally.example"],
                         "qsh": hash("POST&/connect/lifecycle/installed&") });
    key.sign(&header, &claims)
}

fn body(client_key: &str, base_url: &str) -> Value {
    json!({ "key": "tally-assets", "clientKey": client_key, "eventType": "installed",
            "baseUrl": base_url, "sharedSecret": "a secret of the tests" })
}

async fn verify(verifier: &InstallVerifier, token: &str, body: &Value) -> Result<VerifiedInstall, Refusal> {
    let request = SignedRequest::new("POST", TARGET);
    verifier
        .verify_installed(&raw(token), &request, body.to_string().as_bytes(), now())
        .await
}

#[tokio::test]
async fn the_probes_key_installs_a_synthetic_tenant() {
    let (verifier, kid) = (verifier(Some(issuer())), issuer().key_id().to_string());
    let token = token(probe_key(), &kid, PROBE);
    for url in [BASE_URL.to_owned(), format!("{BASE_URL}/")] {
        let verified = verify(&verifier, &token, &body(PROBE, &url)).await.unwrap();
        assert_eq!(verified.base_url().as_str(), BASE_URL);
        assert_eq!(verified.proof().key_id(), issuer().key_id());
    }
}

#[tokio::test]
async fn the_platforms_key_installs_real_sites_as_before() {
    let token = token(platform_key(), PLATFORM_KID, SITE);
    for synthetic in [None, Some(issuer())] {
        let body = body(SITE, "https://acme.atlassian.net");
        assert!(verify(&verifier(synthetic), &token, &body).await.is_ok());
    }
}

#[tokio::test]
async fn no_key_counts_for_what_is_the_others() {
    let (with, without) = (verifier(Some(issuer())), verifier(None));
    let kid = issuer().key_id().to_string();
    let (probe, platform) = (probe_key(), platform_key());
    let cases = [
        (
            &with,
            token(platform, PLATFORM_KID, PROBE),
            Refusal::SyntheticKeyMismatch,
        ),
        (&with, token(platform, &kid, PROBE), Refusal::SignatureInvalid),
        (&with, token(probe, &kid, SITE), Refusal::SyntheticKeyForSite),
        (&with, token(probe, PLATFORM_KID, SITE), Refusal::SignatureInvalid),
        (
            &without,
            token(probe, &kid, PROBE),
            Refusal::SyntheticNotConfigured,
        ),
        (
            &without,
            token(platform, PLATFORM_KID, PROBE),
            Refusal::SyntheticNotConfigured,
        ),
        (&without, token(probe, &kid, SITE), Refusal::KeyUnknown),
    ];
    for (verifier, token, expected) in cases {
        for client_key in [PROBE, SITE] {
            let refused = verify(verifier, &token, &body(client_key, BASE_URL)).await;
            assert_eq!(refused.unwrap_err(), expected, "{expected} with {client_key}");
        }
    }
}

#[tokio::test]
async fn the_body_cannot_turn_one_into_the_other() {
    let (verifier, kid) = (verifier(Some(issuer())), issuer().key_id().to_string());
    let cases = [
        (token(probe_key(), &kid, PROBE), SITE),
        (token(platform_key(), PLATFORM_KID, SITE), PROBE),
    ];
    for (token, client_key) in cases {
        let refused = verify(&verifier, &token, &body(client_key, BASE_URL)).await;
        assert_eq!(refused.unwrap_err(), Refusal::IssuerMismatch, "{client_key}");
    }
}

#[tokio::test]
async fn a_synthetic_tenant_is_at_its_one_address() {
    let (verifier, kid) = (verifier(Some(issuer())), issuer().key_id().to_string());
    let token = token(probe_key(), &kid, PROBE);
    let addresses = [
        "https://acme.atlassian.net",
        "http://probe.tally.invalid",
        "https://probe.tally.invalid:8443",
        "https://probe.tally.invalid/jira",
        "https://other.probe.tally.invalid",
        "https://probe.tally.invalid//",
        "",
    ];
    for url in addresses {
        let refused = verify(&verifier, &token, &body(PROBE, url)).await;
        assert_eq!(refused.unwrap_err(), Refusal::SyntheticBaseUrlMismatch, "{url}");
    }
}

#[test]
fn the_key_id_is_the_keys_own_however_it_is_wrapped() {
    let pkcs1 = SyntheticIssuer::from_pem(&probe_key().pkcs1_pem()).unwrap();
    assert_eq!(pkcs1.key_id(), issuer().key_id());
    let other = SyntheticIssuer::from_pem(&platform_key().pem()).unwrap();
    assert_ne!(other.key_id(), issuer().key_id());
    assert!(SyntheticIssuer::from_pem(&probe_key().private_pem()).is_none());
}

#[test]
fn a_client_key_is_synthetic_by_how_it_begins() {
    assert!(is_synthetic("tally-probe-") && is_synthetic(PROBE));
    for real in [SITE, "", "Tally-probe-1", "x-tally-probe-1", "tally-prob"] {
        assert!(!is_synthetic(real), "{real}");
    }
}
