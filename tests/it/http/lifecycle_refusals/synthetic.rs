//! The tenant of probes: installed by the probe's key alone, and nothing but such a tenant is
//! installed by that.

use std::sync::LazyLock;

use serde_json::json;
use tally_atlassian::synthetic::{BASE_URL, SyntheticIssuer};
use tally_tests::app::TestApp;
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;

use super::{Case, STRANGER, all_refused, body_of, right, with};

/// The probe's key of this run.
static PROBE: LazyLock<InstallKey> = LazyLock::new(|| {
    let mut key = InstallKey::generate();
    let issuer = SyntheticIssuer::from_pem(&key.public_pem).unwrap();
    key.kid = issuer.key_id().to_string();
    key
});

fn synthetic(name: &str) -> Site {
    Site {
        client_key: format!("tally-probe-{name}"),
        ..Site::new(name, BASE_URL)
    }
}

/// Tally with the probe's public key, and the folder that holds it.
async fn probed() -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("probe-public.pem");
    std::fs::write(&file, &PROBE.public_pem).unwrap();
    let file = file.display().to_string();
    (
        TestApp::start_with([("probe_public_key_file", file.as_str())]).await,
        folder,
    )
}

async fn say(app: &TestApp, site: &Site, event: &'static str) -> u16 {
    let token = right(app, site, event).signed_by(&PROBE);
    let path = tally_tests::app::lifecycle_path(event);
    let answer = app.callback(&path, Some(&token), &body_of(site, event)).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn a_synthetic_tenant_lives_as_any_other_without_a_key_server_and_without_a_jira() {
    let (app, _key) = probed().await;
    let site = synthetic("1");
    assert_eq!(say(&app, &site, "installed").await, 204);
    assert_eq!(app.page(&site, "a", "/pages/assets").await.status(), 200);
    let me = app.caller(&site, "a").get("/me").await.body;
    assert_eq!(me["role"], "agent", "{me}");
    let body = json!({ "attributes": { "name": "An asset" } });
    assert_eq!(app.caller(&site, "a").post("/assets", &body).await.status, 201);
    let rotated = site.rotated();
    assert_eq!(say(&app, &rotated, "installed").await, 204);
    assert_eq!(app.page(&rotated, "a", "/pages/assets").await.status(), 200);
    assert_eq!(say(&app, &rotated, "uninstalled").await, 204);
    let refused = app.caller(&rotated, "a").get_refused("/me").await;
    assert_eq!(refused.status_and_code(), (403, "tenant.uninstalled"));
    assert_eq!(app.keys.requests(), 0, "the key server was asked");
}

#[tokio::test]
async fn an_agent_of_a_synthetic_tenant_is_no_admin() {
    let (app, _key) = probed().await;
    let site = synthetic("1");
    assert_eq!(say(&app, &site, "installed").await, 204);
    let refused = app.caller(&site, "a").get_refused("/admin/install-log").await;
    assert_eq!(refused.status_and_code(), (403, "permission.denied"));
}

#[tokio::test]
async fn the_key_of_one_says_nothing_of_the_other() {
    let (app, _key) = probed().await;
    let (acme, site) = (app.installed_site("acme").await, synthetic("1"));
    assert_eq!(say(&app, &site, "installed").await, 204);
    let platform = InstallKey::platform();
    let fetches = app.keys.requests();
    for event in ["installed", "uninstalled"] {
        let case = |name, site: &Site, token: String, expected| {
            Case::new(name, event, token, &body_of(site, event), expected)
        };
        let token = |site: &Site| -> Token { right(&app, site, event) };
        let mismatch = (401, "install.synthetic_key_mismatch");
        let forged = (401, "jwt.signature_invalid");
        let not_allowed = (401, "install.synthetic_key_not_allowed");
        let named = token(&site).header("kid", PROBE.kid.as_str());
        let cases = vec![
            case(
                "the platform's key for the probe",
                &site,
                token(&site).signed_by(platform),
                mismatch,
            ),
            case(
                "a stranger's key for the probe",
                &site,
                token(&site).signed_by(&STRANGER),
                mismatch,
            ),
            case(
                "a stranger's key under the probe's name",
                &site,
                named.signed_by(&STRANGER),
                forged,
            ),
            case(
                "the probe's key for a site",
                &acme,
                token(&acme).signed_by(&PROBE),
                not_allowed,
            ),
            case(
                "the probe's token with a site's body",
                &acme,
                token(&site).signed_by(&PROBE),
                (401, "install.issuer_mismatch"),
            ),
            case(
                "a site's token with the probe's body",
                &site,
                token(&acme).signed_by(platform),
                (401, "install.issuer_mismatch"),
            ),
        ];
        all_refused(&app, &[&acme, &site], cases).await;
    }
    assert_eq!(app.keys.requests(), fetches, "the key server was asked");
}

#[tokio::test]
async fn a_synthetic_tenant_is_held_against_all_that_others_are() {
    let (app, _key) = probed().await;
    let (site, event) = (synthetic("1"), "installed");
    let token = || right(&app, &site, event);
    let body = site.installed();
    let claimed =
        |name, token: Token, expected| Case::new(name, event, token.signed_by(&PROBE), &body, expected);
    let address = |name, url: &str| {
        let body = with(&body, "baseUrl", Some(json!(url)));
        let expected = (403, "install.synthetic_base_url_mismatch");
        Case::new(name, event, token().signed_by(&PROBE), &body, expected)
    };
    let cases = vec![
        address("a real address", "https://acme.atlassian.net"),
        address("this machine", "http://localhost:8080"),
        address("another port", "https://probe.tally.invalid:8443"),
        claimed(
            "another audience",
            token().claim("aud", json!(["https://other.example.com"])),
            (401, "install.audience_mismatch"),
        ),
        claimed("five minutes late", token().later(-480), (401, "jwt.expired")),
        claimed(
            "five minutes early",
            token().later(300),
            (401, "jwt.not_yet_valid"),
        ),
        claimed("no query hash", token().without("qsh"), (401, "jwt.qsh_missing")),
        Case::new(
            "no secret",
            event,
            token().signed_by(&PROBE),
            &with(&body, "sharedSecret", None),
            (400, "install.secret_missing"),
        ),
    ];
    all_refused(&app, &[&site], cases).await;
    assert_eq!(app.tenant(&site).await, None);
}

#[tokio::test]
async fn a_replayed_token_plants_no_secret_in_a_synthetic_tenant_either() {
    let (app, _key) = probed().await;
    let site = synthetic("1");
    let (path, token) = (
        tally_tests::app::lifecycle_path("installed"),
        right(&app, &site, "installed").signed_by(&PROBE),
    );
    let first = app.callback(&path, Some(&token), &site.installed()).await;
    assert_eq!(first.status(), 204);
    let again = app
        .callback(&path, Some(&token), &site.rotated().installed())
        .await;
    assert_eq!(
        Problem::of(again).await.status_and_code(),
        (409, "install.replayed_with_another_body")
    );
}

#[tokio::test]
async fn without_the_probes_key_there_is_no_synthetic_tenant() {
    let app = TestApp::start().await;
    let site = synthetic("1");
    for event in ["installed", "uninstalled"] {
        let cases = [&*PROBE, InstallKey::platform(), &*STRANGER].map(|key| {
            let token = right(&app, &site, event).signed_by(key);
            let expected = (403, "install.synthetic_not_configured");
            Case::new("any key", event, token, &body_of(&site, event), expected)
        });
        all_refused(&app, &[&site], cases.into()).await;
    }
    assert_eq!(app.keys.requests(), 0, "the key server was asked");
}

#[tokio::test]
async fn no_other_site_sees_the_synthetic_tenant_nor_it_another() {
    let (app, _key) = probed().await;
    let (acme, site) = (app.installed_site("acme").await, synthetic("1"));
    assert_eq!(say(&app, &site, "installed").await, 204);
    let (ours, theirs) = (
        app.caller(&site, "a"),
        app.caller(&acme, &Person::agent().account_id),
    );
    let asset = |tag: &str| json!({ "tag": tag, "attributes": { "name": "An asset" } });
    let probed = ours.post("/assets", &asset("SAME-1")).await.body;
    let real = theirs.post("/assets", &asset("SAME-1")).await.body;
    for (caller, own, other) in [(&ours, &probed, &real), (&theirs, &real, &probed)] {
        let list = caller.get("/assets").await.body;
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{list}");
        assert_eq!(items[0]["id"], own["id"]);
        let path = format!("/assets/{}", other["id"].as_str().unwrap());
        assert_eq!(caller.get_refused(&path).await.status, 404);
    }
    let admin = app.caller(&acme, &Person::admin().account_id);
    let log = admin.get("/admin/install-log").await.body.to_string();
    assert!(!log.contains("tally-probe-"), "{log}");
}

#[tokio::test]
async fn when_the_probes_key_is_taken_away_its_tenants_are_served_no_more() {
    let (app, key) = probed().await;
    let site = synthetic("1");
    assert_eq!(say(&app, &site, "installed").await, 204);
    let app = app.restart_with([("probe_public_key_file", "")]).await;
    let refused = app.caller(&site, "a").get_refused("/me").await;
    assert_eq!(refused.status_and_code(), (401, "jwt.signature_invalid"));
    drop(key);
}
