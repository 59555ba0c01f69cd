//! D16, D17, D19: sites that move, split, or leave unseen.

use chrono::Duration;
use form_urlencoded::byte_serialize;
use sha2::{Digest, Sha256};
use tally_diagnosis::Likelihood::{Certain, Likely, Possible};
use tally_domain::Via;
use tally_operator::commands::releases;
use tally_operator::domain::release::{ReleaseCommand, ReleaseVersion};
use tally_tests::app::TestApp;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

use super::{agent, diagnosed, first, found, page, status, well};
use crate::http::lock_writes;

/// A page as Jira frames it: the host's own address is part of what is signed.
async fn framed(app: &TestApp, site: &Site, host: &str) -> u16 {
    let host: String = byte_serialize(host.as_bytes()).collect();
    let path = format!("/pages/assets?xdm_e={host}");
    status(&app.page(site, &Person::viewer().account_id, &path).await)
}

#[tokio::test]
async fn d16_a_rename_whose_callback_is_missing() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(framed(&app, &site, &site.base_url).await, 200);
    well(&app, &site).await;
    let renamed = Site {
        base_url: site.base_url.replace("acme", "acme-corp"),
        ..site.clone()
    };
    assert_eq!(framed(&app, &site, &renamed.base_url).await, 200);
    first(&app, &site, "D16", Certain).await;
    assert_eq!(app.install(&renamed).await.status(), 204);
    assert_eq!(framed(&app, &site, &renamed.base_url).await, 200);
    well(&app, &site).await;
}

#[tokio::test]
async fn d16_an_old_address_that_sends_our_calls_elsewhere() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    app.jira.fail(&site, "/rest/api/3/user/search", 301);
    agent(&app, &site).get_refused("/people?query=ada").await;
    first(&app, &site, "D16", Likely).await;
}

#[tokio::test]
async fn d17_an_import_brings_another_client_key_to_the_same_address_and_only_the_operator_hears_of_it() {
    let app = TestApp::start().await;
    let before = app.installed_site("acme").await;
    let mut after = Site::new("acme", &before.base_url);
    after.name.clone_from(&before.name);
    assert_eq!(app.install(&after).await.status(), 204);
    app.jira.know(&after);
    for site in [&before, &after] {
        first(&app, site, "D17", Likely).await;
    }
    let by_address = diagnosed(&app, &after.base_url).await.unwrap();
    assert_eq!(by_address.client_key, after.client_key);
    assert!(by_address.findings[0].why.is_empty());
    let admin = app.caller(&after, &Person::admin().account_id);
    let diagnosis = admin.get("/admin/diagnosis").await.body;
    assert_eq!(diagnosis["findings"], serde_json::json!([]));
    assert!(
        !diagnosis
            .to_string()
            .contains(&app.tenant(&before).await.unwrap().to_string())
    );
}

#[tokio::test]
async fn d19_an_uninstall_that_could_not_be_stored_and_never_comes_again() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(page(&app, &site).await, 200);
    let full = lock_writes(&app.data().join("events.db"));
    assert_eq!(status(&app.uninstall(&site).await), 503);
    drop(full);
    first(&app, &site, "D19", Likely).await;
    assert_eq!(page(&app, &site).await, 200);
    assert_eq!(found(&app, &site).await, [], "it is in use after all");
}

/// A release that was staged with a descriptor of that digest.
async fn staged(app: &TestApp, version: &str, digest: &str) {
    let version = ReleaseVersion::parse(version).unwrap();
    let command = ReleaseCommand::Stage {
        version: version.clone(),
        bake_seconds: 0,
        descriptor_sha256: Some(digest.to_owned()),
    };
    let (log, now) = (&*app.inside().log, app.clock.now());
    let done = releases::carry_out(log, &version, &command, Via::Operator, now).await;
    let position = done.unwrap().unwrap().position;
    app.inside().projected.wait_for(None, position).await.unwrap();
}

#[tokio::test]
async fn d28_a_descriptor_that_is_not_the_one_of_the_release_is_the_operators() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let running = app.inside().config.release.to_string();
    staged(&app, &running, &"0".repeat(64)).await;
    first(&app, &site, "D28", Likely).await;
    let admin = app.caller(&site, &Person::admin().account_id);
    assert_eq!(
        admin.get("/admin/diagnosis").await.body["findings"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn d28_a_descriptor_that_is_the_one_of_the_release_is_well() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let served = app
        .client()
        .get(format!("{}/atlassian-connect.json", app.url()))
        .send();
    let served = served.await.unwrap().bytes().await.unwrap();
    let running = app.inside().config.release.to_string();
    staged(&app, &running, &hex::encode(Sha256::digest(served))).await;
    well(&app, &site).await;
}

#[tokio::test]
async fn d27_a_site_that_did_not_shake_hands_since_the_descriptor_changed() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for (version, digit) in [("0.8", "0"), ("0.9", "1")] {
        staged(&app, version, &digit.repeat(64)).await;
    }
    well(&app, &site).await;
    // Two days on, and still no handshake.
    app.clock.advance(Duration::days(2));
    first(&app, &site, "D27", Possible).await;
    assert_eq!(app.install(&site).await.status(), 204);
    well(&app, &site).await;
}
