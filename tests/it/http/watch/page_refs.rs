//! What browsers tell of failures that people saw, and whose they are.

use serde_json::{Value, json};
use tally_tests::app::TestApp;
use tally_tests::connect::Site;

use super::{ACCOUNT, PAGE};

async fn reference(app: &TestApp, site: &Site) -> String {
    let html = app.page(site, ACCOUNT, PAGE).await.text().await.unwrap();
    assert!(!html.contains(&site.client_key));
    let (_, rest) = html
        .split_once("<meta name=\"tally-page-ref\" content=\"")
        .unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

async fn report(app: &TestApp, body: &Value) {
    let url = format!("{}/api/v1/client-errors", app.url());
    let answer = app.client().post(url).json(body).send().await.unwrap();
    assert_eq!(answer.status(), 204);
}

#[tokio::test]
async fn a_failure_that_people_saw_counts_for_their_tenant_until_a_call_succeeds() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("other").await,
    );
    let health = async |site| {
        app.inside()
            .observations
            .health
            .of(app.tenant(site).await.unwrap())
    };
    let reference = reference(&app, &site).await;
    report(
        &app,
        &json!({ "code": "ui.not_started", "page": "assets", "ref": reference }),
    )
    .await;
    report(&app, &json!({ "code": "<script>", "ref": reference })).await;
    let seen = health(&site).await.trouble.seen.unwrap();
    assert_eq!(seen.count, 2);
    assert_eq!(
        seen.codes.into_keys().collect::<Vec<_>>(),
        ["other", "ui.not_started"]
    );
    assert_eq!(health(&other).await.trouble.seen, None);

    // The page is served again, which is not yet that it starts.
    assert_eq!(app.page(&site, ACCOUNT, PAGE).await.status(), 200);
    assert!(health(&site).await.trouble.seen.is_some());
    app.caller(&site, ACCOUNT).get("/me").await;
    assert_eq!(health(&site).await.trouble.seen, None);
}

#[tokio::test]
async fn a_reference_that_we_did_not_issue_is_as_good_as_none() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let tenant = app.tenant(&site).await.unwrap();
    let mut forged = reference(&app, &site).await;
    forged.truncate(forged.len() - 4);
    forged.push_str("AAAA");
    let own = site.context_token(ACCOUNT);
    for reference in [forged.as_str(), own.as_str(), &tenant.to_string(), ""] {
        report(&app, &json!({ "code": "ui.not_started", "ref": reference })).await;
    }
    report(&app, &json!({ "code": "ui.not_started" })).await;
    assert_eq!(app.inside().observations.health.of(tenant).trouble.seen, None);
}
