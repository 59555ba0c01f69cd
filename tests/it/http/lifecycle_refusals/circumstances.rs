//! Callbacks with which nothing is wrong: key servers fail, clocks differ, logs are full, and
//! callbacks come again.

use rusqlite::Connection;
use serde_json::json;
use tally_domain::ClientKey;
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::{Mood, Person};
use tally_tests::http::Problem;
use tally_tests::waiting::eventually;
use uuid::Uuid;

use super::{STRANGER, right, sites_own};
use crate::http::lock_writes;

async fn install_with(app: &TestApp, site: &Site, token: Token) -> reqwest::Response {
    let token = token.signed_by(InstallKey::platform());
    app.callback(&lifecycle_path("installed"), Some(&token), &site.installed())
        .await
}

#[tokio::test]
async fn a_key_server_that_does_not_give_a_key_is_no_reason_to_refuse_for_good() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    for mood in [Mood::Down, Mood::Confused] {
        app.keys.feel(mood);
        let refused = Problem::of(app.install(&site).await).await;
        assert_eq!(
            refused.status_and_code(),
            (503, "install.keys_unavailable"),
            "{mood:?}"
        );
        let noted = app.refused_callbacks().await.pop().unwrap().event;
        assert_eq!(noted.code, "install.keys_unavailable", "{mood:?}");
        assert_eq!(app.tenant(&site).await, None, "{mood:?}");
    }
    app.keys.feel(Mood::Well);
    assert_eq!(app.install(&site).await.status(), 204);
}

#[tokio::test]
async fn a_store_of_data_keys_that_fails_is_no_reason_to_refuse_for_good() {
    let app = TestApp::start().await;
    let known = app.installed_site("acme").await;
    let new = app.jira.site("globex");
    let keys = Connection::open(app.data().join("keys.db")).unwrap();
    keys.execute_batch("ALTER TABLE data_keys RENAME TO away")
        .unwrap();
    for site in [&new, &known.rotated()] {
        let refused = Problem::of(app.install(site).await).await;
        assert_eq!(refused.status_and_code(), (503, "keys.unavailable"));
        let noted = app.refused_callbacks().await.pop().unwrap().event;
        assert_eq!(noted.code, "keys.unavailable");
    }
    let link = ClientKey::parse(&new.client_key).unwrap().into();
    assert!(
        app.inside().directory.find(&link).is_none(),
        "no secret was stored"
    );
    keys.execute_batch("ALTER TABLE away RENAME TO data_keys")
        .unwrap();
    for site in [&new, &known.rotated()] {
        assert_eq!(app.install(site).await.status(), 204);
    }
}

#[tokio::test]
async fn a_key_once_fetched_is_enough_while_the_key_server_is_down() {
    let app = TestApp::start().await;
    app.installed_site("acme").await;
    app.keys.feel(Mood::Down);
    app.installed_site("globex").await;
    assert_eq!(app.keys.requests(), 1);
}

#[tokio::test]
async fn a_flood_of_forged_key_ids_does_not_become_the_key_servers_and_is_counted_to_the_last() {
    const FORGED: usize = 200;
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let forged = || async {
        let kid = Uuid::new_v4().to_string();
        let token = right(&app, &site, "installed")
            .header("kid", kid)
            .signed_by(&STRANGER);
        let answer = app
            .callback(&lifecycle_path("installed"), Some(&token), &site.installed())
            .await;
        Problem::of(answer).await
    };
    for refused in futures_util::future::join_all((0..FORGED).map(|_| forged())).await {
        let answer = refused.status_and_code();
        assert!(
            [(401, "install.key_unknown"), (503, "install.keys_unavailable")].contains(&answer),
            "{answer:?}"
        );
    }
    let fetches = app.keys.requests();
    assert!(
        fetches < FORGED / 2,
        "{fetches} questions for {FORGED} forged ids"
    );
    let sent = std::cell::Cell::new(FORGED as u64);
    eventually("every refusal is written or counted in one that is", || async {
        forged().await;
        sent.set(sent.get() + 1);
        let noted = app.refused_callbacks().await;
        let answer: u64 = noted.iter().map(|note| 1 + note.event.suppressed).sum();
        assert!(answer <= sent.get(), "{answer} of {}", sent.get());
        assert!(noted.len() < FORGED, "{} were written one by one", noted.len());
        (answer == sent.get()).then_some(())
    })
    .await;
    assert_eq!(app.install(&site.rotated()).await.status(), 204);
}

#[tokio::test]
async fn one_forged_key_id_is_asked_for_once_however_often_it_comes() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let token = right(&app, &site, "installed").signed_by(&STRANGER);
    let path = lifecycle_path("installed");
    let send = || app.callback(&path, Some(&token), &serde_json::Value::Null);
    for answer in futures_util::future::join_all((0..40).map(|_| send())).await {
        assert_eq!(
            Problem::of(answer).await.status_and_code(),
            (401, "install.key_unknown")
        );
    }
    assert_eq!(app.keys.requests_for(&STRANGER.kid), 1);
}

#[tokio::test]
async fn a_clock_that_is_twenty_seconds_off_is_near_enough() {
    let app = TestApp::start().await;
    for (name, later) in [("early", 20), ("late", -180 - 20)] {
        let site = app.jira.site(name);
        let token = right(&app, &site, "installed").later(later);
        assert_eq!(install_with(&app, &site, token).await.status(), 204, "{name}");
        let token = sites_own(&site, "enabled").later(later).signed_with(&site.secret);
        let body = site.callback("enabled");
        let answer = app
            .callback(&lifecycle_path("enabled"), Some(&token), &body)
            .await;
        assert_eq!(answer.status(), 204, "{name}");
    }
}

#[tokio::test]
async fn an_audience_with_one_slash_more_is_ours() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let token = right(&app, &site, "installed").claim("aud", json!([format!("{}/", app.url())]));
    assert_eq!(install_with(&app, &site, token).await.status(), 204);
}

#[tokio::test]
async fn the_same_callback_again_is_done_already() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    for event in ["installed", "uninstalled"] {
        let path = lifecycle_path(event);
        let (token, body) = (
            site.signed_callback(app.url(), &path),
            super::body_of(&site, event),
        );
        assert_eq!(
            app.callback(&path, Some(&token), &body).await.status(),
            204,
            "{event}"
        );
        let before = app.everything_of(&site).await.len();
        assert_eq!(
            app.callback(&path, Some(&token), &body).await.status(),
            204,
            "{event}"
        );
        assert_eq!(app.everything_of(&site).await.len(), before, "{event}");
    }
}

#[tokio::test]
async fn a_caught_token_cannot_plant_another_secret() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let path = lifecycle_path("installed");
    let token = site.signed_callback(app.url(), &path);
    let caught = Some(token.as_str());
    assert_eq!(app.callback(&path, caught, &site.installed()).await.status(), 204);
    let rotated = site.rotated();
    assert_eq!(app.install(&rotated).await.status(), 204);
    let before = app.everything_of(&site).await.len();
    let planted = site.rotated();
    let refused = Problem::of(app.callback(&path, caught, &planted.installed()).await).await;
    assert_eq!(
        refused.status_and_code(),
        (409, "install.replayed_with_another_body")
    );
    let noted = app.refused_callbacks().await.pop().unwrap().event;
    assert_eq!(noted.code, refused.code);
    assert!(noted.parameters.is_empty());
    assert_eq!(app.callback(&path, caught, &site.installed()).await.status(), 204);
    assert_eq!(app.everything_of(&site).await.len(), before);
    let viewer = Person::viewer().account_id;
    assert_eq!(app.caller(&rotated, &viewer).get("/me").await.status, 200);
    let refused = app.caller(&planted, &viewer).get_refused("/me").await;
    assert_eq!(refused.status_and_code(), (401, "jwt.signature_invalid"));
}

#[tokio::test]
async fn uninstalled_of_a_site_that_never_installed_changes_nothing_and_is_not_asked_for_again() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    assert_eq!(app.uninstall(&site).await.status(), 204);
    assert_eq!(app.tenant(&site).await, None);
    let noted = app.refused_callbacks().await.pop().unwrap().event;
    assert_eq!(
        (noted.callback.as_str(), noted.code.as_str()),
        ("uninstalled", "install.tenant_unknown")
    );
}

#[tokio::test]
async fn a_rotation_that_cannot_be_stored_is_refused_so_that_it_comes_again_and_nothing_of_it_is_kept() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let rotated = site.rotated();
    app.jira.know(&rotated);
    let before = app.everything_of(&site).await.len();
    let full = lock_writes(&app.data().join("events.db"));
    for refused in [app.install(&rotated).await, app.say(&rotated, "enabled").await] {
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(
            Problem::of(refused).await.status_and_code(),
            (503, "log.unavailable")
        );
    }
    let viewer = Person::viewer().account_id;
    let refused = app.caller(&rotated, &viewer).get_refused("/me").await;
    assert_eq!(refused.status_and_code(), (401, "jwt.signature_invalid"));
    drop(full);
    assert_eq!(app.everything_of(&site).await.len(), before);
    assert_eq!(app.install(&rotated).await.status(), 204);
    assert_eq!(app.say(&rotated, "enabled").await.status(), 204);
    assert_eq!(app.caller(&rotated, &viewer).get("/me").await.status, 200);
    assert_eq!(app.caller(&site, &viewer).get("/me").await.status, 200);
}
