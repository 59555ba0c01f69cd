//! `installed` and `uninstalled`, signed with the platform's key.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tally_atlassian::base_url::{AppBaseUrl, HostAllowList};
use tally_atlassian::install_keys::FixedInstallKeys;
use tally_atlassian::lifecycle::LifecycleRules;
use tally_atlassian::qsh::{CONTEXT_QSH, SignedRequest};
use tally_atlassian::signed_install::{InstallVerifier, VerifiedInstall, VerifiedUninstall};
use tally_atlassian::{Digest, Refusal, Unreadable};

use crate::support::signing::{foreign_key, hmac_token, hs256, platform_key, raw, unsigned};
use crate::support::{at, hash, now};

const KID: &str = "0190c0de-0000-7000-8000-000000000001";
const OTHER_KID: &str = "0190c0de-0000-7000-8000-000000000002";
const TARGET: &str = "/connect/lifecycle/installed";
const SECRET: &str = "ATCO-the-shared-secret";

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": KID })
}

fn claims() -> Value {
    json!({ "iss": "client-a", "iat": at(0), "exp": at(180), "aud": ["https://tally.example"],
            "qsh": hash("POST&/connect/lifecycle/installed&") })
}

fn body() -> Value {
    json!({ "key": "tally-assets", "clientKey": "client-a", "eventType": "installed",
            "baseUrl": "https://acme.atlassian.net", "sharedSecret": SECRET, "productType": "jira" })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name);
    object
}

fn verifier() -> InstallVerifier {
    let keys = FixedInstallKeys::new().with(KID, &platform_key().pem());
    let base_urls = ["https://tally.example", "https://old.tally.example/app"];
    InstallVerifier::new(
        LifecycleRules::new("tally-assets", HostAllowList::atlassian()),
        base_urls
            .iter()
            .map(|url| AppBaseUrl::parse(url).unwrap())
            .collect(),
        Arc::new(keys),
    )
}

async fn verify(token: &str, body: &Value) -> Result<VerifiedInstall, Refusal> {
    let request = SignedRequest::new("POST", TARGET);
    verifier()
        .verify_installed(&raw(token), &request, body.to_string().as_bytes(), now())
        .await
}

async fn signed(claims: &Value, body: &Value) -> Result<VerifiedInstall, Refusal> {
    verify(&platform_key().sign(&header(), claims), body).await
}

async fn refusal_of(claims: &Value, body: &Value) -> Refusal {
    signed(claims, body).await.unwrap_err()
}

#[tokio::test]
async fn a_signed_install_brings_the_secret_and_what_to_remember_it_by() {
    let token = platform_key().sign(&header(), &claims());
    let verified = verify(&token, &body()).await.unwrap();
    assert_eq!(verified.payload().client_key, "client-a");
    assert_eq!(verified.base_url().as_str(), "https://acme.atlassian.net");
    assert_eq!(verified.shared_secret().expose_secret(), SECRET);
    assert_eq!(verified.proof().issued_at(), now());
    assert_eq!(verified.proof().expires_at().timestamp(), at(180));
    assert_eq!(verified.proof().token_digest(), Digest::of(token.as_bytes()));
    assert_eq!(
        verified.proof().body_digest(),
        Digest::of(body().to_string().as_bytes())
    );
    assert_eq!(verified.proof().key_id().to_string(), KID);
}

#[tokio::test]
async fn a_verified_install_prints_no_secret() {
    let verified = signed(&claims(), &body()).await.unwrap();
    assert!(!format!("{verified:?}").contains("ATCO"));
}

#[tokio::test]
async fn the_same_token_with_another_body_has_the_same_token_digest_and_another_body_digest() {
    let token = platform_key().sign(&header(), &claims());
    let proof_of = async |body| verify(&token, &body).await.unwrap().proof().clone();
    let first = proof_of(body()).await;
    let again = proof_of(body()).await;
    let replayed = proof_of(with(body(), "sharedSecret", "a secret of mine".into())).await;
    assert_eq!(first, again);
    assert_eq!(first.token_digest(), replayed.token_digest());
    assert_ne!(first.body_digest(), replayed.body_digest());
}

#[tokio::test]
async fn an_uninstall_needs_neither_secret_nor_base_url() {
    let uninstall = |body: Value| async move {
        let claims = with(
            claims(),
            "qsh",
            hash("POST&/connect/lifecycle/uninstalled&").into(),
        );
        let token = raw(&platform_key().sign(&header(), &claims));
        let request = SignedRequest::new("POST", "/connect/lifecycle/uninstalled");
        let body = body.to_string();
        let outcome: Result<VerifiedUninstall, _> = verifier()
            .verify_uninstalled(&token, &request, body.as_bytes(), now())
            .await;
        outcome
    };
    let smallest = json!({ "key": "tally-assets", "clientKey": "client-a", "eventType": "uninstalled" });
    assert_eq!(
        uninstall(smallest).await.unwrap().payload().client_key,
        "client-a"
    );
    assert_eq!(uninstall(body()).await.unwrap_err(), Refusal::EventTypeMismatch);
}

#[tokio::test]
async fn only_rs256_is_accepted() {
    let named = |alg: &str| json!({ "typ": "JWT", "alg": alg, "kid": KID });
    let pem = platform_key().pem();
    let tokens = [
        hs256(SECRET, &claims()),
        unsigned("none", &claims()),
        platform_key().sign(&named("RS384"), &claims()),
        platform_key().sign(&named("PS256"), &claims()),
        platform_key().sign(&named("rs256"), &claims()),
        // The public key is public: a verifier that lets the token choose HMAC could be fed this.
        hmac_token(Algorithm::HS256, pem.as_bytes(), &named("HS256"), &claims()),
    ];
    for token in tokens {
        assert_eq!(
            verify(&token, &body()).await.unwrap_err(),
            Refusal::AlgorithmNotAllowed
        );
    }
    let hmac_under_rs256 = hmac_token(Algorithm::HS256, pem.as_bytes(), &header(), &claims());
    assert_eq!(
        verify(&hmac_under_rs256, &body()).await.unwrap_err(),
        Refusal::SignatureInvalid
    );
}

#[tokio::test]
async fn a_key_id_must_have_the_shape_of_one() {
    let malformed = [
        json!("fake-kid"),
        json!(""),
        json!("../../secrets"),
        json!("0190c0de000070008000000000000001"),
        json!("{0190c0de-0000-7000-8000-000000000001}"),
        json!("urn:uuid:0190c0de-0000-7000-8000-000000000001"),
        Value::Null,
    ];
    for kid in malformed {
        let token = platform_key().sign(&with(header(), "kid", kid.clone()), &claims());
        assert_eq!(
            verify(&token, &body()).await.unwrap_err(),
            Refusal::KeyIdMalformed,
            "{kid}"
        );
    }
    let without_kid = platform_key().sign(&without(header(), "kid"), &claims());
    assert_eq!(
        verify(&without_kid, &body()).await.unwrap_err(),
        Refusal::KeyIdMalformed
    );
}

#[tokio::test]
async fn an_unknown_key_is_distinguished_from_a_wrong_signature() {
    let unknown = platform_key().sign(&with(header(), "kid", OTHER_KID.into()), &claims());
    assert_eq!(verify(&unknown, &body()).await.unwrap_err(), Refusal::KeyUnknown);
    let forged = foreign_key().sign(&header(), &claims());
    assert_eq!(
        verify(&forged, &body()).await.unwrap_err(),
        Refusal::SignatureInvalid
    );
}

#[tokio::test]
async fn the_audience_is_one_of_our_base_urls_exactly() {
    let accepted = [
        json!("https://tally.example"),
        json!("https://tally.example/"),
        json!(["https://someone.example", "https://tally.example"]),
    ];
    for audience in accepted {
        assert!(
            signed(&with(claims(), "aud", audience.clone()), &body())
                .await
                .is_ok(),
            "{audience}"
        );
    }
    let refused = [
        json!("https://tally.example.evil.example"),
        json!("https://tally.example/other"),
        json!("https://tally.exampl"),
        json!("https://evil.example/?https://tally.example"),
        json!(["https://someone.example"]),
        json!([]),
        json!(""),
        Value::Null,
    ];
    for audience in refused {
        let refusal = refusal_of(&with(claims(), "aud", audience.clone()), &body()).await;
        assert_eq!(refusal, Refusal::AudienceMismatch, "{audience}");
    }
    assert_eq!(
        refusal_of(&without(claims(), "aud"), &body()).await,
        Refusal::AudienceMismatch
    );
}

#[tokio::test]
async fn the_hash_is_relative_to_the_base_url_the_token_was_made_for() {
    let token = raw(&platform_key().sign(
        &header(),
        &with(claims(), "aud", "https://old.tally.example/app".into()),
    ));
    let body = body().to_string();
    let request = SignedRequest::new("POST", "/app/connect/lifecycle/installed");
    assert!(
        verifier()
            .verify_installed(&token, &request, body.as_bytes(), now())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_token_must_be_of_this_request_and_never_a_context_token() {
    let other = hash("POST&/connect/lifecycle/uninstalled&");
    assert_eq!(
        refusal_of(&with(claims(), "qsh", other.into()), &body()).await,
        Refusal::QshMismatch
    );
    assert_eq!(
        refusal_of(&without(claims(), "qsh"), &body()).await,
        Refusal::QshMissing
    );
    let context = with(claims(), "qsh", CONTEXT_QSH.into());
    assert_eq!(
        refusal_of(&context, &body()).await,
        Refusal::ContextTokenNotAllowed
    );
}

#[tokio::test]
async fn the_times_of_the_token_hold() {
    let cases = [
        (without(claims(), "exp"), Refusal::ExpiryMissing),
        (
            with(claims(), "exp", at(-30).into()),
            Refusal::Expired { seconds: 30 },
        ),
        (
            with(claims(), "iat", at(31).into()),
            Refusal::NotYetValid { seconds: 31 },
        ),
        (
            with(claims(), "nbf", at(31).into()),
            Refusal::NotYetValid { seconds: 31 },
        ),
        (
            without(claims(), "iat"),
            Refusal::Malformed {
                reason: Unreadable::TokenIssuedAt,
            },
        ),
    ];
    for (claims, expected) in cases {
        assert_eq!(refusal_of(&claims, &body()).await, expected, "{claims}");
    }
    assert!(
        signed(&with(claims(), "exp", at(-29).into()), &body())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_token_must_be_of_the_tenant_in_the_body() {
    assert_eq!(
        refusal_of(&claims(), &with(body(), "clientKey", "client-b".into())).await,
        Refusal::IssuerMismatch
    );
    let without_issuer = refusal_of(&without(claims(), "iss"), &body()).await;
    assert!(matches!(without_issuer, Refusal::Malformed { .. }));
}

#[tokio::test]
async fn the_body_must_be_of_this_app_this_callback_and_an_allowed_site() {
    let cases = [
        (with(body(), "key", "other-app".into()), Refusal::AppKeyMismatch),
        (
            with(body(), "eventType", "uninstalled".into()),
            Refusal::EventTypeMismatch,
        ),
        (
            with(
                body(),
                "baseUrl",
                "https://acme.atlassian.net.evil.example".into(),
            ),
            Refusal::BaseUrlNotAllowed,
        ),
        (
            without(body(), "baseUrl"),
            Refusal::BodyMalformed {
                reason: Unreadable::BodyBaseUrl,
            },
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(refusal_of(&claims(), &body).await, expected, "{body}");
    }
}

#[tokio::test]
async fn an_install_brings_a_secret_of_16_to_400_bytes() {
    for missing in [Value::Null, "".into(), " \n".into()] {
        assert_eq!(
            refusal_of(&claims(), &with(body(), "sharedSecret", missing)).await,
            Refusal::SecretMissing
        );
    }
    assert_eq!(
        refusal_of(&claims(), &without(body(), "sharedSecret")).await,
        Refusal::SecretMissing
    );
    for right in [16, 400] {
        let body = with(body(), "sharedSecret", "s".repeat(right).into());
        assert!(signed(&claims(), &body).await.is_ok(), "{right}");
    }
    for short in ["s", "123456789012345"] {
        assert_eq!(
            refusal_of(&claims(), &with(body(), "sharedSecret", short.into())).await,
            Refusal::SecretTooShort
        );
    }
    for long in ["s".repeat(401), "ü".repeat(201)] {
        assert_eq!(
            refusal_of(&claims(), &with(body(), "sharedSecret", long.into())).await,
            Refusal::SecretTooLong
        );
    }
}

#[tokio::test]
async fn a_forged_token_learns_nothing_about_what_else_is_wrong() {
    let wrong_everything = json!({ "iss": "x", "aud": "y", "exp": at(-999), "qsh": "z" });
    let forged = foreign_key().sign(&header(), &wrong_everything);
    assert_eq!(
        verify(&forged, &json!({})).await.unwrap_err(),
        Refusal::SignatureInvalid
    );
}

#[tokio::test]
async fn what_is_no_token_is_refused_before_any_key_is_asked_for() {
    for text in ["a", "a.b", "a.b.c", "..", "a.b.c.d"] {
        assert!(
            matches!(
                verify(text, &body()).await.unwrap_err(),
                Refusal::Malformed { .. }
            ),
            "{text}"
        );
    }
}
