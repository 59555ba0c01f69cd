//! D5, D12, D13, D15, D29, D30: install callbacks that are refused.

use jsonwebtoken::Algorithm;
use reqwest::Response;
use serde_json::{Value, json};
use tally_diagnosis::Likelihood::{Certain, Likely, Note};
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::Mood;

use super::{first, found, page, status, well};
use crate::http::lock_writes;

/// `installed` with a token that may be wrong.
async fn install_with(app: &TestApp, token: Option<&str>, body: &Value) -> u16 {
    status(&app.callback(&lifecycle_path("installed"), token, body).await)
}

fn right(app: &TestApp, site: &Site) -> Token {
    Token::lifecycle(&site.client_key, app.url(), &lifecycle_path("installed"))
}

async fn without_secret(app: &TestApp, site: &Site) -> Response {
    app.signed_callback(site, "installed", &site.callback("installed"))
        .await
}

#[tokio::test]
async fn d5_a_base_url_that_is_not_the_published_one() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let token = right(&app, &site).claim("aud", json!(["https://tally.example.com"]));
    let token = token.signed_by(InstallKey::platform());
    assert_eq!(install_with(&app, Some(&token), &site.installed()).await, 401);
    first(&app, &site, "D5", Certain).await;
    assert_eq!(app.install(&site).await.status(), 204);
    assert!(found(&app, &site).await.iter().all(|(entry, _)| entry != "D5"));
}

#[tokio::test]
async fn d12_a_scanner_or_an_old_tool() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let body = site.rotated().installed();
    let hashed = right(&app, &site).signed_with(&site.secret);
    let confused = right(&app, &site).hashed(Algorithm::HS256, InstallKey::platform().public_pem.as_bytes());
    let unsigned = right(&app, &site).unsigned();
    let unknown = right(&app, &site).signed_by(&InstallKey::generate());
    for token in [
        None,
        Some(&hashed),
        Some(&confused),
        Some(&unsigned),
        Some(&unknown),
    ] {
        assert_eq!(install_with(&app, token.map(String::as_str), &body).await, 401);
    }
    assert_eq!(page(&app, &site).await, 200);
    first(&app, &site, "D12", Note).await;
}

#[tokio::test]
async fn d13_a_key_server_that_gives_no_key() {
    for mood in [Mood::Down, Mood::Confused] {
        let app = TestApp::start().await;
        app.keys.feel(mood);
        let site = app.jira.site("acme");
        assert_eq!(app.install(&site).await.status(), 503, "{mood:?}");
        first(&app, &site, "D13", Certain).await;
        app.keys.feel(Mood::Well);
        assert_eq!(app.install(&site).await.status(), 204);
        well(&app, &site).await;
    }
}

#[tokio::test]
async fn d13_a_key_server_of_another_environment() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let token = right(&app, &site).signed_by(&InstallKey::generate());
    assert_eq!(install_with(&app, Some(&token), &site.installed()).await, 401);
    first(&app, &site, "D13", Certain).await;
}

#[tokio::test]
async fn d15_a_log_that_takes_no_writes() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let full = lock_writes(&app.data().join("events.db"));
    assert_eq!(app.install(&site.rotated()).await.status(), 503);
    assert_eq!(page(&app, &site).await, 200);
    first(&app, &site, "D15", Certain).await;
    drop(full);
}

#[tokio::test]
async fn d15_a_callback_that_lacks_its_secret() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(without_secret(&app, &site).await.status(), 400);
    assert_eq!(page(&app, &site).await, 200);
    first(&app, &site, "D15", Certain).await;
    assert_eq!(app.install(&site).await.status(), 204);
    well(&app, &site).await;
}

#[tokio::test]
async fn d29_an_unused_site_tries_again_and_again() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    for _ in 0..3 {
        assert_eq!(without_secret(&app, &site).await.status(), 400);
    }
    first(&app, &site, "D29", Likely).await;
}

#[tokio::test]
async fn d30_a_caught_token_with_another_secret_in_the_body() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let caught = site.signed_callback(app.url(), &lifecycle_path("installed"));
    assert_eq!(install_with(&app, Some(&caught), &site.installed()).await, 204);
    assert_eq!(
        install_with(&app, Some(&caught), &site.rotated().installed()).await,
        409
    );
    assert_eq!(page(&app, &site).await, 200);
    first(&app, &site, "D30", Likely).await;
}

#[tokio::test]
async fn d30_the_token_of_another_site_or_of_another_app() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let planted = site.rotated().installed();
    let of_other_site = right(&app, &other).signed_by(InstallKey::platform());
    assert_eq!(install_with(&app, Some(&of_other_site), &planted).await, 401);
    first(&app, &site, "D30", Likely).await;
    let third = app.installed_site("initech").await;
    let of_other_app = right(&app, &third).claim("aud", json!(["https://other.example.com"]));
    let of_other_app = of_other_app.signed_by(InstallKey::platform());
    assert_eq!(
        install_with(&app, Some(&of_other_app), &third.rotated().installed()).await,
        401
    );
    first(&app, &third, "D30", Likely).await;
}
