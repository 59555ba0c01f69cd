//! `enabled` and `disabled`: signed with the site's own secret.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;

use super::{Case, all_refused, right, sites_own, with};

#[tokio::test]
async fn enabled_and_disabled_take_the_sites_own_signature_only() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let alg = (401, "jwt.algorithm_not_allowed");
    for event in ["enabled", "disabled"] {
        let (body, token) = (site.callback(event), || sites_own(&site, event));
        let signed = || token().signed_with(&site.secret);
        let case = |name, token, expected| Case::new(name, event, token, &body, expected);
        let repair = |name, member, value: Value, expected| {
            Case::new(name, event, signed(), &with(&body, member, Some(value)), expected)
        };
        let cases = vec![
            case("alg none", token().unsigned(), alg),
            case(
                "the platform's signature",
                right(&app, &site, event).signed_by(InstallKey::platform()),
                alg,
            ),
            case(
                "HS384",
                token().hashed(Algorithm::HS384, site.secret.as_bytes()),
                alg,
            ),
            case(
                "a key id",
                token().header("kid", "x").signed_with(&site.secret),
                (401, "jwt.kid_not_allowed"),
            ),
            case(
                "another secret",
                token().signed_with("wrong"),
                (401, "jwt.signature_invalid"),
            ),
            case(
                "an empty secret",
                token().signed_with(""),
                (401, "jwt.signature_invalid"),
            ),
            case(
                "another site's secret",
                token().signed_with(&other.secret),
                (401, "jwt.signature_invalid"),
            ),
            case(
                "a stranger",
                sites_own(&Site::new("x", "y"), event).signed_with("x"),
                (401, "jwt.signature_invalid"),
            ),
            case(
                "five minutes late",
                token().later(-480).signed_with(&site.secret),
                (401, "jwt.expired"),
            ),
            case(
                "five minutes early",
                token().later(300).signed_with(&site.secret),
                (401, "jwt.not_yet_valid"),
            ),
            case(
                "no end",
                token().without("exp").signed_with(&site.secret),
                (401, "jwt.expiry_missing"),
            ),
            case(
                "no query hash",
                token().without("qsh").signed_with(&site.secret),
                (401, "jwt.qsh_missing"),
            ),
            case(
                "the hash of another callback",
                sites_own(&site, "installed").signed_with(&site.secret),
                (401, "jwt.qsh_mismatch"),
            ),
            case(
                "a context token",
                site.context_token("712020:admin"),
                (401, "jwt.context_token_not_allowed"),
            ),
            repair(
                "another site's client key",
                "clientKey",
                json!(other.client_key),
                (401, "install.issuer_mismatch"),
            ),
            repair(
                "another app's key",
                "key",
                json!("another"),
                (400, "install.app_key_mismatch"),
            ),
            repair(
                "the body of another callback",
                "eventType",
                json!("installed"),
                (400, "install.event_type_mismatch"),
            ),
            repair(
                "a foreign host",
                "baseUrl",
                json!("https://acme.example.com"),
                (403, "install.base_url_not_allowed"),
            ),
        ];
        all_refused(&app, &[&site, &other], cases).await;
    }
    let unsigned = Case {
        tokens: vec![],
        ..Case::new(
            "no token",
            "enabled",
            String::new(),
            &site.callback("enabled"),
            (401, "jwt.missing"),
        )
    };
    all_refused(&app, &[&site], vec![unsigned]).await;
}

#[tokio::test]
async fn disabled_without_a_token_is_answered_as_done_noted_and_without_effect() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let stranger = Site::new("nobody", "https://nobody.atlassian.net");
    let before = app.everything_of(&site).await.len();
    for site in [&site, &stranger] {
        let path = lifecycle_path("disabled");
        let answer = app.callback(&path, None, &site.callback("disabled")).await;
        assert_eq!(answer.status(), 204, "of {}", site.name);
        let noted = app.refused_callbacks().await.pop().unwrap().event;
        assert_eq!(
            (noted.callback.as_str(), noted.code.as_str()),
            ("disabled", "jwt.missing")
        );
        assert_eq!(
            noted.claimed_client_key.as_deref(),
            Some(site.client_key.as_str())
        );
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
    assert_eq!(status(&app, &site).await, "installed");
}

#[tokio::test]
async fn enabled_and_disabled_take_effect_once() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for event in ["enabled", "disabled", "enabled"] {
        let before = app.tenant_events(&site).await.len();
        for _ in 0..2 {
            assert_eq!(app.say(&site, event).await.status(), 204, "{event}");
        }
        assert_eq!(app.tenant_events(&site).await.len(), before + 1, "{event}");
        assert_eq!(status(&app, &site).await, event);
    }
}

#[tokio::test]
async fn after_the_uninstall_disabled_is_answered_as_done_and_enabled_is_refused() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(app.uninstall(&site).await.status(), 204);
    let before = app.everything_of(&site).await.len();
    assert_eq!(app.say(&site, "disabled").await.status(), 204);
    let refused = Problem::of(app.say(&site, "enabled").await).await;
    assert_eq!(refused.status_and_code(), (403, "tenant.uninstalled"));
    assert_eq!(app.everything_of(&site).await.len(), before);
}

async fn status(app: &TestApp, site: &Site) -> String {
    let admin = app.caller(site, &Person::admin().account_id);
    let known = admin.get("/admin/installation").await.body;
    known["tenant"]["status"].as_str().unwrap().to_owned()
}
