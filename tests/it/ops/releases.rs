//! A release from its staging to its end, over the operator's listener.

use chrono::Duration;
use serde_json::{Value, json};
use tally_domain::{TenantId, Via};
use tally_operator::commands::releases;
use tally_operator::domain::release::{ReleaseCommand, ReleaseVersion};
use tally_tests::app::TestApp;

use super::Operator;

/// The report of a probe that ended at this moment.
fn probe(app: &TestApp, failed: Option<(&str, &str)>) -> Value {
    let failed = failed.map(|(step, code)| json!({ "step": step, "code": code }));
    json!({ "release": "1.2.3", "at": app.clock.now(), "failed": failed })
}

/// The report of a probe that ended so many minutes ago, or will end in so many.
fn probe_at(app: &TestApp, minutes: i64) -> Value {
    let at = app.clock.now() + Duration::minutes(minutes);
    json!({ "release": "1.2.3", "at": at, "failed": null })
}

#[tokio::test]
async fn a_release_is_promoted_only_after_it_has_baked() {
    let app = TestApp::start_with_operators(&[]).await;
    let operator = Operator(&app);
    let staged = operator
        .post(
            "/releases",
            &json!({ "version": "1.2.3", "bakeSeconds": 600, "descriptorSha256": "0a".repeat(32) }),
        )
        .await;
    assert_eq!(
        (&staged["state"], &staged["bakeSeconds"]),
        (&json!("baking"), &json!(600))
    );
    assert!(
        staged["notCounting"]
            .as_str()
            .unwrap()
            .contains("No probe has reported"),
        "{staged}"
    );
    let promote = async || operator.post_refused("/releases/1.2.3/promote", &json!({})).await;
    assert_eq!(promote().await.status_and_code(), (409, "release.bake_too_short"));
    let minutes_pass = |minutes| app.clock.advance(Duration::minutes(minutes));
    operator.post("/probes", &probe(&app, None)).await;
    minutes_pass(1);
    let failed = probe(&app, Some(("rotate", "jwt.signature_invalid")));
    let failed = operator.post("/probes", &failed).await;
    assert!(
        failed["notCounting"].as_str().unwrap().contains("step rotate"),
        "{failed}"
    );
    assert_eq!(promote().await.status_and_code(), (409, "release.probe_failing"));
    minutes_pass(1);
    operator.post("/probes", &probe(&app, None)).await;
    minutes_pass(10);
    let last = probe(&app, None);
    operator.post("/probes", &last).await;
    operator.post("/probes", &probe_at(&app, -5)).await;
    let baked = operator.post("/probes", &last).await;
    assert!(baked["bakedSeconds"].as_u64() >= Some(600), "{baked}");
    assert_eq!(baked["notCounting"], Value::Null);
    let promoted = operator.post("/releases/1.2.3/promote", &json!({})).await;
    assert_eq!(promoted["state"], "promoted");
    let late = operator
        .post_refused("/releases/1.2.3/abort", &json!({ "reason": "too late" }))
        .await;
    assert_eq!(late.status_and_code(), (409, "release.over"));
    operator.post("/probes", &probe(&app, None)).await;
}

#[tokio::test]
async fn a_failing_tenant_keeps_a_release_back_and_the_page_says_so() {
    let app = TestApp::start_with_operators(&[]).await;
    let operator = Operator(&app);
    operator
        .post("/releases", &json!({ "version": "1.2.3", "bakeSeconds": 0 }))
        .await;
    operator.post("/probes", &probe(&app, None)).await;
    let command = ReleaseCommand::NoteTenantFailing {
        tenant: TenantId(uuid::Uuid::new_v4()),
        code: "jwt.signature_invalid".to_owned(),
    };
    let version = ReleaseVersion::parse("1.2.3").unwrap();
    let log = &*app.inside().log;
    let done = releases::carry_out(log, &version, &command, Via::App, app.clock.now()).await;
    let position = done.unwrap().unwrap().position;
    app.inside().projected.wait_for(None, position).await.unwrap();
    let refusal = operator.post_refused("/releases/1.2.3/promote", &json!({})).await;
    assert_eq!(refusal.status_and_code(), (409, "release.tenants_failing"));
    let shown = operator.get("/releases/1.2.3").await;
    assert_eq!(shown["failing"], 1);
    assert!(
        shown["notCounting"].as_str().unwrap().contains("began to fail"),
        "{shown}"
    );
    let given_up = operator
        .post("/releases/1.2.3/abort", &json!({ "reason": "it breaks a site" }))
        .await;
    assert_eq!(
        (&given_up["state"], &given_up["reason"]),
        (&json!("aborted"), &json!("it breaks a site"))
    );
}

#[tokio::test]
async fn what_is_asked_of_a_release_wrongly_is_refused_with_its_reason() {
    let app = TestApp::start_with_operators(&[]).await;
    let operator = Operator(&app);
    for (body, expected, field) in [
        (json!({ "version": "" }), (400, "request.malformed"), "version"),
        (json!({ "version": "a b" }), (400, "request.malformed"), "version"),
        (
            json!({ "version": "1", "bakeSeconds": 999_999_999 }),
            (422, "release.bake_too_long"),
            "bake_seconds",
        ),
        (
            json!({ "version": "1", "descriptorSha256": "xyz" }),
            (422, "release.descriptor_unfit"),
            "descriptor_sha256",
        ),
    ] {
        let refusal = operator.post_refused("/releases", &body).await;
        assert_eq!(refusal.status_and_code(), expected, "{body}");
        assert_eq!(refusal.body["field"], field);
    }
    for path in ["/releases/9.9.9/promote", "/releases/a%20b/promote"] {
        let refusal = operator.post_refused(path, &json!({})).await;
        assert_eq!(refusal.status_and_code(), (404, "release.not_found"), "{path}");
    }
    let unknown = operator.post_refused("/probes", &probe(&app, None)).await;
    assert_eq!(unknown.status_and_code(), (404, "release.not_found"));
    operator.post("/releases", &json!({ "version": "1.2.3" })).await;
    let stale = operator.post_refused("/probes", &probe_at(&app, -16)).await;
    assert_eq!(
        (stale.code.as_str(), &stale.body["field"]),
        ("request.malformed", &json!("at"))
    );
    let ahead = operator.post_refused("/probes", &probe_at(&app, 10)).await;
    assert_eq!(
        (ahead.code.as_str(), &ahead.body["field"]),
        ("request.malformed", &json!("at"))
    );
    let why = operator
        .post_refused("/releases/1.2.3/abort", &json!({ "reason": " " }))
        .await;
    assert_eq!(
        (why.code.as_str(), &why.body["field"]),
        ("release.reason_unfit", &json!("reason"))
    );
    let again = json!({ "version": "1.2.3", "bakeSeconds": 1 });
    assert_eq!(
        operator.post_refused("/releases", &again).await.code,
        "release.staged_before"
    );
}
