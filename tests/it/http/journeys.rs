//! The whole way through, as a site lives it.

use serde_json::json;
use tally_tests::app::TestApp;
use tally_tests::doubles::Person;

#[tokio::test]
async fn a_site_installs_registers_checks_out_and_reads_the_history() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let laptop = json!({ "tag": "LAP-001", "attributes": { "name": "Laptop" } });
    let registered = agent.post("/assets", &laptop).await;
    let id = registered.body["id"].as_str().unwrap();
    let out = agent
        .post(
            &format!("/assets/{id}/check-out"),
            &json!({ "to": Person::viewer().account_id }),
        )
        .await;
    assert_eq!(
        (registered.status, out.body["status"].as_str()),
        (201, Some("checked_out"))
    );
    let history = agent.get(&format!("/assets/{id}/history")).await;
    let types: Vec<_> = history.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["asset.checked_out", "asset.registered"]);
}

#[tokio::test]
async fn a_rotated_secret_verifies_the_very_next_request_and_the_one_before_for_its_grace() {
    let app = TestApp::start().await;
    let before = app.installed_site("acme").await;
    let after = before.rotated();
    app.jira.know(&after);
    assert_eq!(app.install(&after).await.status(), 204);
    let agent = app.caller(&before, &Person::agent().account_id);
    for site in [&after, &before] {
        assert_eq!(agent.clone().on(site).get("/me").await.status, 200);
    }
}

#[tokio::test]
async fn a_secret_displaced_without_grace_is_named_as_superseded() {
    let app = TestApp::start_with([("previous_secret_grace_seconds", "0")]).await;
    let before = app.installed_site("acme").await;
    let after = before.rotated();
    app.jira.know(&after);
    assert_eq!(app.install(&after).await.status(), 204);
    let refused = app.caller(&before, "712020:agent").get_refused("/me").await;
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (401, "jwt.signature.matches_superseded_secret")
    );
}

#[tokio::test]
async fn what_was_known_is_known_after_a_restart() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = Person::agent().account_id;
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    let registered = app.caller(&site, &agent).post("/assets", &laptop).await;
    let path = format!("/assets/{}", registered.body["id"].as_str().unwrap());
    let app = app.restart().await;
    let found = app.caller(&site, &agent).get(&path).await;
    assert_eq!((found.body, found.etag), (registered.body, registered.etag));
}

#[tokio::test]
async fn one_tenant_never_sees_what_another_has() {
    let app = TestApp::start().await;
    let (acme, globex) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let agent = Person::agent().account_id;
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    let registered = app.caller(&acme, &agent).post("/assets", &laptop).await;
    let other = app.caller(&globex, &agent);
    let path = format!("/assets/{}", registered.body["id"].as_str().unwrap());
    assert_eq!(other.get_refused(&path).await.code, "asset.not_found");
    assert_eq!(other.get("/assets").await.body["items"], json!([]));
}
