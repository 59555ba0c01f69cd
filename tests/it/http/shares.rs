//! The share of a site, and the time that its questions have.

use serde_json::json;
use tally_tests::app::TestApp;
use tally_tests::doubles::Person;

#[tokio::test]
async fn a_question_that_takes_too_long_is_refused_with_what_to_narrow() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    // No question has any time.
    let app = app.restart_with([("query_seconds", "0")]).await;
    let viewer = app.caller(&site, &Person::viewer().account_id);
    for (path, parts) in [
        ("/assets?q=lamp", "`q`"),
        (
            "/assets/count?query=location%20%3D%20Berlin&q=lamp",
            "`query` and `q`",
        ),
        ("/assets/facets?asOf=2031-01-01T00:00:00Z", "`asOf`"),
        ("/assets", "these filters"),
    ] {
        let refused = viewer.get_refused(path).await;
        assert_eq!(
            refused.status_and_code(),
            (422, "request.took_too_long"),
            "{path}"
        );
        if path.contains("query=") || path.contains("asOf") {
            continue;
        }
        assert_eq!(refused.body["parameters"]["parts"], parts, "{path}");
    }
    let history = format!("/assets/{}/history", uuid::Uuid::new_v4());
    let refused = viewer.get_refused(&history).await;
    assert_eq!(refused.status_and_code(), (422, "request.took_too_long"));
    // What needs no question is answered, and so is whether Tally is ready.
    assert_eq!(
        app.page(&site, &Person::viewer().account_id, "/pages/assets")
            .await
            .status(),
        200
    );
    let ready = app
        .client()
        .get(format!("{}/readyz", app.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(ready.status(), 200);
}

#[tokio::test]
async fn a_change_that_is_stored_is_not_answered_as_if_it_were_refused() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let app = app.restart_with([("query_seconds", "0")]).await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let body = json!({ "tag": "LAP-1", "attributes": { "name": "Laptop" } });
    let late = agent.post_refused("/assets", &body).await;
    assert_eq!(late.status_and_code(), (503, "view.lagging"));
    let app = app.restart_with([("query_seconds", "5")]).await;
    let viewer = app.caller(&site, &Person::viewer().account_id);
    assert_eq!(viewer.get("/assets/count").await.body["total"], 1);
}
