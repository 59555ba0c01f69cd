//! Acts and the callbacks they cause.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Method;
use serde_json::{Value, json};
use tally_jira_host::{HostOptions, client};

use crate::support::{APP_KEY, AppDouble, Claims, Jira, call, get_as_app, read_hs256};

async fn page_token(jira: &Jira) -> String {
    let minted = jira
        .token(json!({"kind": "page", "user": "agent", "url": "/list"}))
        .await;
    minted["token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn an_install_is_signed_by_the_published_key_and_followed_by_enabled_under_the_new_secret() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    assert_eq!(app.events(), ["installed", "enabled"]);

    let installed = app.last("installed");
    let token = installed.token.unwrap();
    let kid = decode_header(&token).unwrap().kid.unwrap();
    let key = client::new()
        .unwrap()
        .get(format!("{}/install-keys/{kid}", jira.control))
        .send()
        .await
        .unwrap();
    assert_eq!(key.status(), 200);
    let pem = key.bytes().await.unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[&app.base_url]);
    let claims = decode::<Claims>(&token, &DecodingKey::from_rsa_pem(&pem).unwrap(), &rules)
        .unwrap()
        .claims;
    assert_eq!(claims["iss"], installed.body["clientKey"]);
    assert_eq!(installed.body["key"], APP_KEY);
    assert_eq!(installed.body["baseUrl"], jira.site.as_str());
    assert_eq!(installed.body["eventType"], "installed");

    let enabled = app.last("enabled");
    let claims = read_hs256(&enabled.token.unwrap(), &app.secret()).unwrap();
    assert_eq!(claims["iss"], installed.body["clientKey"]);
    assert_eq!(enabled.body.get("sharedSecret"), None);
}

#[actix_web::test]
async fn a_rotation_brings_a_new_secret_and_no_enabled() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let before = app.secret();
    let answer = jira.act("rotate", json!({})).await;
    assert_eq!(answer["callback"]["status"], 204);
    assert_eq!(app.events(), ["installed", "enabled", "installed"]);
    assert_ne!(app.secret(), before);
    let token = page_token(&jira).await;
    assert!(read_hs256(&token, &app.secret()).is_some());
    assert!(read_hs256(&token, &before).is_none());
}

#[actix_web::test]
async fn after_a_refused_rotation_the_old_secret_stays_in_force_by_default() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let old = app.secret();
    app.answer("installed", 503);
    let answer = jira.act("rotate", json!({})).await;
    assert_eq!(answer["callback"]["status"], 503);
    assert_eq!(answer["site"]["handshakeFailed"], true);
    assert!(read_hs256(&page_token(&jira).await, &old).is_some());
}

#[actix_web::test]
async fn after_a_refused_rotation_the_new_secret_is_in_force_when_the_platform_does_not_go_back() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    app.answer("installed", 500);
    let answer = jira.act("rotate", json!({"keepOldOnFailure": false})).await;
    assert_eq!(answer["site"]["secretKnownToApp"], false);
    assert!(
        read_hs256(&page_token(&jira).await, &app.secret()).is_some(),
        "the refused secret signs"
    );
    app.answer("installed", 204);
    let repaired = jira.act("repair-secret", json!({})).await;
    assert_eq!(repaired["site"]["secretKnownToApp"], true);
    assert_eq!(repaired["site"]["handshakeFailed"], false);
}

#[actix_web::test]
async fn an_install_answered_with_anything_but_200_or_204_has_failed() {
    let app = AppDouble::start();
    let jira = Jira::start(&app.base_url);
    for status in [202, 302, 404, 500] {
        app.answer("installed", status);
        let answer = jira.act("install", json!({})).await;
        assert_eq!(answer["site"]["state"], "not_installed", "{status}");
        assert_eq!(answer["callback"]["status"], status);
    }
    assert!(!app.events().contains(&"enabled".to_owned()));
    app.answer("installed", 200);
    assert_eq!(jira.act("install", json!({})).await["site"]["state"], "installed");
}

#[actix_web::test]
async fn an_app_that_is_gone_leaves_a_callback_without_a_status() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    app.stop().await;
    let answer = jira.act("rotate", json!({})).await;
    assert_eq!(answer["callback"]["status"], Value::Null);
    assert!(
        answer["callback"]["body"]
            .as_str()
            .unwrap()
            .contains("could not be reached")
    );
    let (status, refusal) = jira.try_act("acme", "upgrade", json!({})).await;
    assert_eq!(
        (status, &refusal["error"]),
        (502, &json!("descriptor_unreadable"))
    );
}

#[actix_web::test]
async fn a_broken_secret_signs_pages_with_a_secret_the_app_never_received_until_it_is_repaired() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let delivered = app.secret();
    let broken = jira.act("break-secret", json!({})).await;
    assert_eq!(broken["site"]["secretKnownToApp"], false);
    assert_eq!(app.events().len(), 2, "nothing was sent");
    let token = page_token(&jira).await;
    assert!(read_hs256(&token, &delivered).is_none());
    jira.act("repair-secret", json!({})).await;
    assert!(
        read_hs256(&token, &app.secret()).is_some(),
        "the app now knows the secret that signed the token"
    );
}

#[actix_web::test]
async fn an_uninstall_sends_both_callbacks_and_reinstalling_keeps_the_client_key() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let (key, secret) = (app.last("installed").body["clientKey"].clone(), app.secret());
    jira.act("uninstall", json!({})).await;
    let mut farewell = app.events().split_off(2);
    farewell.sort();
    assert_eq!(farewell, ["disabled", "uninstalled"]);
    assert!(read_hs256(&app.last("disabled").token.unwrap(), &secret).is_some());
    let uninstalled = app.last("uninstalled").token.unwrap();
    assert_eq!(decode_header(&uninstalled).unwrap().alg, Algorithm::RS256);

    jira.act("reinstall", json!({})).await;
    assert_eq!(app.last("installed").body["clientKey"], key);
    assert_ne!(app.secret(), secret);
}

#[actix_web::test]
async fn disabled_can_come_after_uninstalled_and_without_a_token() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    jira.act("uninstall", json!({"unsignedDisabled": true})).await;
    assert_eq!(app.events()[2..], ["uninstalled", "disabled"]);
    assert_eq!(app.last("disabled").token, None);
    assert_eq!(
        jira.state().await["sites"][0]["lastCallbacks"][0]["signed"],
        "none"
    );
}

#[actix_web::test]
async fn an_import_changes_the_client_key_and_a_rename_the_address() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let first = app.last("installed").body;
    jira.act("import", json!({})).await;
    let imported = app.last("installed").body;
    assert_ne!(imported["clientKey"], first["clientKey"]);
    assert_ne!(imported["oauthClientId"], first["oauthClientId"]);
    assert_ne!(imported["sharedSecret"], first["sharedSecret"]);
    assert_eq!(imported["baseUrl"], first["baseUrl"]);

    jira.act("rename", json!({"to": "moved"})).await;
    let renamed = app.last("installed").body;
    assert_eq!(renamed["clientKey"], imported["clientKey"]);
    assert_eq!(renamed["sharedSecret"], imported["sharedSecret"]);
    assert_eq!(renamed["baseUrl"], jira.site_named("moved").as_str());
    let old = client::new()
        .unwrap()
        .get(format!("{}/path?x=1", jira.site))
        .send()
        .await
        .unwrap();
    assert_eq!(old.status(), 302);
    assert_eq!(
        old.headers()["location"],
        format!("{}/path?x=1", jira.site_named("moved"))
    );
}

#[actix_web::test]
async fn an_act_without_delivery_takes_effect_and_sends_nothing() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let delivered = app.secret();
    let answer = jira.act("rotate", json!({"deliver": false})).await;
    assert_eq!(answer["callback"]["status"], Value::Null);
    assert_eq!(app.events().len(), 2);
    assert!(read_hs256(&page_token(&jira).await, &delivered).is_none());
    let (_, uninstalled) = call(
        Method::POST,
        &format!("{}/control/sites/acme/uninstall?deliver=false", jira.control),
        None,
        None,
    )
    .await;
    assert_eq!(uninstalled["site"]["state"], "uninstalled");
    assert_eq!(app.events().len(), 2);
}

#[actix_web::test]
async fn a_proxy_that_swallows_installed_answers_204_and_the_app_never_learns_the_secret() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let delivered = app.secret();
    let swallowing = jira.act("swallow-callbacks", json!({})).await;
    assert_eq!(swallowing["site"]["callbacksSwallowed"], true);
    let answer = jira.act("rotate", json!({})).await;
    assert_eq!(
        answer["callback"]["status"], 204,
        "the platform takes it for a yes"
    );
    assert_eq!(answer["site"]["handshakeFailed"], false);
    assert_eq!(answer["callback"]["swallowed"], true);
    assert_eq!(app.events(), ["installed", "enabled"]);
    assert!(read_hs256(&page_token(&jira).await, &delivered).is_none());

    jira.act("deliver-callbacks", json!({})).await;
    assert_eq!(app.events().len(), 2, "what was swallowed does not come back");
    let again = jira.act("reinstall", json!({})).await;
    assert_eq!(again["site"]["callbacksSwallowed"], false);
    assert!(read_hs256(&page_token(&jira).await, &app.secret()).is_some());
}

#[actix_web::test]
async fn only_installed_is_swallowed() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    jira.act("swallow-callbacks", json!({})).await;
    jira.act("disable", json!({})).await;
    jira.act("enable", json!({})).await;
    assert_eq!(app.events()[2..], ["disabled", "enabled"]);
}

#[actix_web::test]
async fn the_app_may_call_with_the_new_secret_while_installed_is_under_way() {
    let app = AppDouble::start();
    app.call_back_during_installed();
    Jira::with_app(&app).await;
    assert_eq!(app.called_back(), Some(200));
}

#[actix_web::test]
async fn a_disabled_app_is_let_in_again_once_enabled() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let url = format!("{}/rest/api/3/myself", jira.site);
    let claims = crate::support::app_claims("GET&/rest/api/3/myself&");
    jira.act("disable", json!({})).await;
    assert_eq!(get_as_app(&url, &claims, &app.secret()).await.0, 401);
    jira.act("enable", json!({})).await;
    assert_eq!(app.events()[2..], ["disabled", "enabled"]);
    assert_eq!(get_as_app(&url, &claims, &app.secret()).await.0, 200);
}

#[actix_web::test]
async fn sites_and_secrets_survive_a_restart_with_a_state_file() {
    let app = AppDouble::start();
    let folder = tempfile::tempdir().unwrap();
    let options = HostOptions {
        listen: "127.0.0.1:0".parse().unwrap(),
        app: app.base_url.clone(),
        sites: vec!["acme".to_owned()],
        state_file: Some(folder.path().join("state.json")),
    };
    let (jira, handle) = Jira::start_with(&options);
    jira.act("install", json!({})).await;
    let before = jira.state().await["sites"][0]["secretFingerprint"].clone();
    handle.stop(true).await;
    let (again, _handle) = Jira::start_with(&options);
    let state = again.state().await;
    assert_eq!(state["sites"].as_array().unwrap().len(), 1);
    assert_eq!(state["sites"][0]["secretFingerprint"], before);
    assert!(
        !state.to_string().contains(&app.secret()),
        "the state shows fingerprints only"
    );
    assert!(read_hs256(&page_token(&again).await, &app.secret()).is_some());
}

#[actix_web::test]
async fn acts_that_do_not_apply_sites_that_do_not_exist_and_unknown_options_are_refused() {
    let app = AppDouble::start();
    let jira = Jira::start(&app.base_url);
    for (site, act, options, status) in [
        ("acme", "rotate", json!({}), 409),
        ("acme", "explode", json!({}), 404),
        ("nowhere", "install", json!({}), 404),
        ("acme", "install", json!({"delivr": false}), 400),
        ("acme", "rename", json!({}), 409),
    ] {
        assert_eq!(jira.try_act(site, act, options).await.0, status, "{site} {act}");
    }
    let sites = format!("{}/control/sites", jira.control);
    let add = |name: &'static str| call(Method::POST, &sites, None, Some(json!({"name": name})));
    assert_eq!(add("initech").await.0, 201);
    assert_eq!(add("initech").await.0, 409);
    assert_eq!(
        jira.try_act("initech", "rename", json!({"to": "acme"})).await.0,
        409
    );
    assert!(app.received().is_empty());
}
