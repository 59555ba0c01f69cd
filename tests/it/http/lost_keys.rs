//! Keys that are missing in the key store and were not destroyed there.

use rusqlite::Connection;
use serde_json::json;
use tally_server::views;
use tally_tests::app::{Caller, TestApp};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;

/// Removes keys behind the back of the server, and what it has of them in memory.
fn lose(app: &TestApp, sql: &str) {
    let keys = Connection::open(app.data().join("keys.db")).unwrap();
    keys.busy_timeout(tally_tests::waiting::TIMEOUT).unwrap();
    assert!(keys.execute(sql, []).unwrap() > 0, "{sql}");
    app.inside().vault.forget_living_keys();
}

/// An asset with a note, in the hands of the viewer.
async fn hand_out(agent: &Caller) -> String {
    let laptop = json!({ "tag": "LAP-1", "attributes": { "name": "Laptop" } });
    let registered = agent.post("/assets", &laptop).await;
    let id = registered.body["id"].as_str().unwrap().to_owned();
    let to = json!({ "to": Person::viewer().account_id, "note": "a scratch" });
    let answer = agent.post(&format!("/assets/{id}/check-out"), &to).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    id
}

#[tokio::test]
async fn a_lost_key_of_a_text_or_a_person_stops_no_view_and_no_command() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let asset = hand_out(&agent).await;
    let history = format!("/assets/{asset}/history");
    assert!(agent.get(&history).await.body.to_string().contains("a scratch"));

    lose(&app, "DELETE FROM text_keys");
    lose(
        &app,
        "DELETE FROM people WHERE id = (SELECT id FROM people ORDER BY created_at DESC, rowid DESC LIMIT 1)",
    );
    let inside = app.inside();
    let rebuilt = views::rebuild(&*inside.log, &inside.views, |_, _| {}).await;
    assert!(!rebuilt.unwrap().differing.is_empty());
    assert!(inside.vault.lost_keys() >= 2);
    let statuses = inside.views.status().unwrap();
    assert!(statuses.iter().all(|view| view.is_running()), "{statuses:?}");
    let said = agent.get(&history).await.body.to_string();
    assert!(
        !said.contains("a scratch") && said.contains("\"erased\":true"),
        "{said}"
    );

    let checked_in = agent.post(&format!("/assets/{asset}/check-in"), &json!({})).await;
    assert_eq!(checked_in.status, 200, "{:?}", checked_in.body);
    let to = json!({ "to": Person::viewer().account_id });
    let again = agent.post(&format!("/assets/{asset}/check-out"), &to).await;
    assert_eq!(again.status, 200, "{:?}", again.body);
}

#[tokio::test]
async fn views_that_stop_in_a_rebuild_are_not_swapped_in() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let asset = hand_out(&agent).await;
    lose(&app, "DELETE FROM data_keys WHERE subject = 'events'");
    let inside = app.inside();
    let refused = views::rebuild(&*inside.log, &inside.views, |_, _| {}).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("stopped at position"), "{refused}");
    assert_eq!(agent.get(&format!("/assets/{asset}")).await.status, 200);
}

#[tokio::test]
async fn a_site_whose_key_is_lost_is_refused_with_the_true_cause_and_others_go_on() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    lose(&app, "DELETE FROM data_keys WHERE subject = 'events'");
    let refused = Problem::of(app.install(&site.rotated()).await).await;
    assert_eq!(refused.status_and_code(), (503, "keys.lost"));
    let noted = app.refused_callbacks().await.pop().unwrap().event;
    assert_eq!(noted.code, "keys.lost");
    app.installed_site("globex").await;
}
