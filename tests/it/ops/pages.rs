//! The operator's pages.

use reqwest::StatusCode;
use serde_json::json;
use tally_operator::commands::alarms;
use tally_operator::domain::alarm::Firing;
use tally_tests::app::TestApp;

use super::{Operator, fails, form, page};

#[tokio::test]
async fn an_empty_overview_says_what_its_emptiness_means() {
    let app = TestApp::start_with_operators(&[]).await;
    let shown = page(&app, "/ops").await;
    for said in [
        "No alarm fires and no tenant fails.",
        "every signal is below its threshold",
        "the latest request of every tenant verified",
        "tally release stage",
        "No incident is open",
        "every site that an incident names is repaired",
        "http-equiv=\"refresh\"",
        "prefers-color-scheme:dark",
    ] {
        assert!(shown.contains(said), "{said} is not in {shown}");
    }
    for field in ["<input", "<textarea", "<select"] {
        assert!(
            !shown.contains(field),
            "a page that reloads itself loses what is typed into {field}"
        );
    }
    let front = app.client().get(app.ops_url()).send().await.unwrap();
    assert_eq!(
        (front.status(), front.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/ops")
    );
}

#[tokio::test]
async fn the_overview_shows_who_fails_since_when_and_why_and_what_fires() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    let tenant = fails(&app, &site).await;
    let firing = Firing {
        alarm: "TenantsFailing".to_owned(),
        since: app.clock.now(),
        value: 4.0,
        limit: 3.0,
        tenants: vec![tenant],
    };
    let done = alarms::record_firing(&*app.inside().log, &firing)
        .await
        .unwrap()
        .unwrap();
    app.inside()
        .projected
        .wait_for(None, done.position)
        .await
        .unwrap();
    Operator(&app)
        .post("/releases", &json!({ "version": "1.2.3" }))
        .await;
    let shown = page(&app, "/ops").await;
    for said in [
        "Alarms firing: 1. Tenants failing: 1.",
        "TenantsFailing",
        "docs/runbook.md#tenantsfailing",
        &site.base_url,
        "jwt.signature_invalid",
        "No probe has reported yet",
        "<progress",
        "action=\"/ops/releases/1.2.3/promote\"",
    ] {
        assert!(shown.contains(said), "{said} is not in {shown}");
    }
    assert!(
        !shown.contains("<textarea"),
        "it would reload while the operator types"
    );
    let shown = page(&app, &format!("/ops/tenants/{tenant}")).await;
    for said in ["Its requests have been refused since", "Fingerprint", "accepted"] {
        assert!(shown.contains(said), "{said} is not in {shown}");
    }
    assert!(!shown.contains(&site.secret));
    let known = Operator(&app).get(&format!("/tenants/{tenant}")).await;
    assert_eq!(known["failing"]["refusals"], 7);
    assert_eq!(known["installation"]["secrets"].as_array().unwrap().len(), 1);
    assert!(!known.to_string().contains(&site.secret));
    let failing = Operator(&app).get("/tenants").await;
    assert_eq!(failing["items"][0]["site"], site.base_url);
    let fired = Operator(&app).get("/alarms").await;
    assert_eq!(fired["items"][0]["severity"], "critical");
}

#[tokio::test]
async fn an_incident_goes_its_way_by_forms_and_texts_stay_texts() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    let tenant = app.tenant(&site).await.unwrap().to_string();
    let title = "<script>alert(1)</script>";
    let sent = form(
        &app,
        "/ops/incidents",
        &[
            ("title", title),
            ("component", "pages"),
            ("tenants", &format!(" {tenant}\r\n")),
        ],
    );
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let address = sent.headers()["location"].to_str().unwrap().to_owned();
    let steps = [
        (
            "confirm",
            vec![("title", title), ("message", "A <b>bold</b> claim.")],
        ),
        (
            "update",
            vec![("phase", "monitoring"), ("message", "\" onload=\"x")],
        ),
        ("resolve", vec![("message", "Over.")]),
        ("postmortem", vec![("text", "First.\r\n\r\n<img src=x>")]),
    ];
    for (act, fields) in &steps {
        let before = page(&app, &address).await;
        assert!(before.contains(&format!("{address}/{act}\"")), "{act}: {before}");
        let taken = form(&app, &format!("{address}/{act}"), fields)
            .send()
            .await
            .unwrap();
        assert_eq!(taken.status(), StatusCode::SEE_OTHER, "{act}");
    }
    for shown in [page(&app, &address).await, page(&app, "/ops").await] {
        assert!(
            shown.contains("&lt;script&gt;") && !shown.contains("<script"),
            "{shown}"
        );
        assert!(!shown.contains("<b>") && !shown.contains("<img"), "{shown}");
    }
    let late = form(&app, &format!("{address}/resolve"), &[("message", "Again.")]);
    assert_eq!(
        late.send().await.unwrap().status(),
        409,
        "other words than before"
    );
    let refusal = form(
        &app,
        &format!("{address}/update"),
        &[("phase", "monitoring"), ("message", "m")],
    );
    let refusal = refusal.send().await.unwrap();
    assert_eq!(refusal.status(), 409);
    let refusal = refusal.text().await.unwrap();
    assert!(
        refusal.contains("incident.over") && refusal.contains("Propose another"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_release_is_given_up_and_promoted_by_forms() {
    let app = TestApp::start_with_operators(&[]).await;
    for version in ["1.0.0", "1.0.1"] {
        let body = json!({ "version": version, "bakeSeconds": 0 });
        Operator(&app).post("/releases", &body).await;
    }
    let passed = json!({ "release": "1.0.1", "at": app.clock.now() });
    Operator(&app).post("/probes", &passed).await;
    let shown = page(&app, "/ops/releases/1.0.0").await;
    assert!(shown.contains("action=\"/ops/releases/1.0.0/abort\""), "{shown}");
    let given_up = form(&app, "/ops/releases/1.0.0/abort", &[("reason", "a mistake")]);
    assert_eq!(given_up.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    let promoted = form(&app, "/ops/releases/1.0.1/promote", &[]);
    assert_eq!(promoted.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    let shown = page(&app, "/ops").await;
    assert!(
        shown.contains("a mistake") && shown.contains("promoted"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_is_not_there_is_said_on_a_page() {
    let app = TestApp::start_with_operators(&[]).await;
    let unknown = uuid::Uuid::new_v4();
    for (path, status, code) in [
        ("/ops/nowhere".to_owned(), 404, "not_found"),
        (format!("/ops/incidents/{unknown}"), 404, "incident.not_found"),
        (format!("/ops/tenants/{unknown}"), 404, "ops.tenant_unknown"),
        ("/ops/tenants/x".to_owned(), 400, "request.malformed"),
        ("/ops/releases/9".to_owned(), 404, "release.not_found"),
    ] {
        let answer = app
            .client()
            .get(format!("{}{path}", app.ops_url()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{path}");
        super::runs_nothing(&answer);
        assert!(answer.text().await.unwrap().contains(code), "{path}");
    }
}
