//! An incident from its proposal to its postmortem, and who is notified.

use serde_json::{Value, json};
use tally_operator::commands::health::HealthFinding;
use tally_operator::domain::incident::IncidentEvent;
use tally_operator::domain::streams;
use tally_tests::app::TestApp;
use tally_tests::doubles::Person;

use super::{Operator, fails, noted};

#[tokio::test]
async fn an_incident_goes_its_way_and_each_step_is_an_event() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    let operator = Operator(&app);
    let id = operator.incident("Pages do not open", &[&site]).await;
    let early = operator
        .post_refused(&format!("/incidents/{id}/resolve"), &json!({ "message": "m" }))
        .await;
    assert_eq!(early.status_and_code(), (409, "incident.not_confirmed"));
    let words = json!({ "message": "We are looking.", "title": "Pages do not open on some sites" });
    let confirmed = operator.act(&id, "confirm", &words).await;
    assert_eq!(
        (&confirmed["stage"], &confirmed["title"]),
        (&json!("investigating"), &json!("Pages do not open on some sites"))
    );
    let news = json!({ "phase": "identified", "message": "A proxy swallows callbacks." });
    operator.act(&id, "update", &news).await;
    operator
        .act(&id, "resolve", &json!({ "message": "All is well." }))
        .await;
    let refusal = operator
        .post_refused(&format!("/incidents/{id}/update"), &news)
        .await;
    assert_eq!(refusal.status_and_code(), (409, "incident.over"));
    let explained = operator
        .act(&id, "postmortem", &json!({ "text": "What happened." }))
        .await;
    let stages: Vec<&Value> = explained["updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| &u["stage"])
        .collect();
    assert_eq!(stages, ["investigating", "identified", "resolved"]);
    assert_eq!(explained["postmortem"], "What happened.");
    let stream = streams::incident(id.parse().unwrap());
    let events = tally_event_log::load::<IncidentEvent>(&*app.inside().log, &stream)
        .await
        .unwrap();
    assert_eq!(events.len(), 5);
    assert!(
        events
            .iter()
            .all(|event| event.context.actor.via == tally_domain::Via::Operator)
    );
}

#[tokio::test]
async fn what_is_asked_of_an_incident_wrongly_is_refused_with_its_reason() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    let operator = Operator(&app);
    let unknown = uuid::Uuid::new_v4();
    let propose = |affected: Value| {
        let mut body = json!({ "title": "t", "component": "pages" });
        body.as_object_mut()
            .unwrap()
            .extend(affected.as_object().unwrap().clone());
        body
    };
    for (affected, expected) in [
        (json!({}), (400, "request.malformed")),
        (
            json!({ "everyone": true, "tenants": [unknown] }),
            (400, "request.malformed"),
        ),
        (json!({ "tenants": [unknown] }), (404, "ops.tenant_unknown")),
        (json!({ "tenants": ["acme"] }), (400, "request.malformed")),
    ] {
        let refusal = operator.post_refused("/incidents", &propose(affected)).await;
        assert_eq!(refusal.status_and_code(), expected);
    }
    let id = operator.incident("t", &[&site]).await;
    let refused = async |act: &str, words: Value| {
        let refusal = operator
            .post_refused(&format!("/incidents/{id}/{act}"), &words)
            .await;
        (refusal.status, refusal.code)
    };
    let expected = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(
        refused("confirm", json!({ "message": " " })).await,
        expected(422, "incident.text_unfit")
    );
    assert_eq!(
        refused("update", json!({ "phase": "over", "message": "m" })).await,
        expected(400, "request.malformed")
    );
    assert_eq!(refused("celebrate", json!({})).await, expected(404, "not_found"));
    assert_eq!(
        refused("confirm", json!({ "mesage": "m" })).await,
        expected(400, "request.malformed")
    );
    for id in [unknown.to_string(), "x".to_owned()] {
        let refusal = operator
            .post_refused(&format!("/incidents/{id}/confirm"), &json!({ "message": "m" }))
            .await;
        assert_eq!(refusal.status_and_code(), (404, "incident.not_found"));
    }
}

#[tokio::test]
async fn the_banner_is_for_affected_sites_and_only_while_they_are_affected() {
    let app = TestApp::start_with_operators(&[]).await;
    let (affected, unaffected) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let operator = Operator(&app);
    let notices = async |site| {
        let viewer = app.caller(site, &Person::viewer().account_id);
        let body = viewer.get("/notices").await.body;
        assert_eq!(body["statusUrl"], format!("{}/status", app.url()));
        body["items"].as_array().unwrap().clone()
    };
    let id = operator.incident("Pages do not open", &[&affected]).await;
    assert_eq!(
        notices(&affected).await,
        Vec::<Value>::new(),
        "a proposal is not public"
    );
    operator
        .act(&id, "confirm", &json!({ "message": "We are looking." }))
        .await;
    let news = json!({ "phase": "identified", "message": "Choose Update." });
    operator.act(&id, "update", &news).await;
    let shown = notices(&affected).await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["title"], "Pages do not open");
    assert_eq!(
        (&shown[0]["stage"], &shown[0]["message"]),
        (&json!("identified"), &json!("Choose Update."))
    );
    assert_eq!(notices(&unaffected).await, Vec::<Value>::new());
    let everyone = operator.incident("Nothing works", &[]).await;
    operator
        .act(&everyone, "confirm", &json!({ "message": "We are looking." }))
        .await;
    assert_eq!(
        (notices(&affected).await.len(), notices(&unaffected).await.len()),
        (2, 1)
    );
    for id in [&id, &everyone] {
        operator
            .act(id, "resolve", &json!({ "message": "All is well." }))
            .await;
    }
    assert_eq!(
        (notices(&affected).await.len(), notices(&unaffected).await.len()),
        (0, 0)
    );
}

#[tokio::test]
async fn sites_are_listed_until_their_admin_has_acted() {
    let app = TestApp::start_with_operators(&[]).await;
    let (acme, globex) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let operator = Operator(&app);
    let (acme_id, _) = (fails(&app, &acme).await, fails(&app, &globex).await);
    let id = operator.incident("Pages do not open", &[&acme]).await;
    let globex_id = app.tenant(&globex).await.unwrap();
    operator
        .act(&id, "affected", &json!({ "tenants": [globex_id.0] }))
        .await;
    let waiting = async || {
        let overview = operator.get("/overview").await;
        let lists = overview["byHand"].as_array().unwrap().clone();
        let sites = lists
            .iter()
            .flat_map(|list| list["tenants"].as_array().unwrap().clone());
        sites
            .map(|site| site["site"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(waiting().await.len(), 2);
    operator
        .act(&id, "confirm", &json!({ "message": "We are looking." }))
        .await;
    operator
        .act(&id, "resolve", &json!({ "message": "The cause is fixed." }))
        .await;
    noted(&app, acme_id, &HealthFinding::Recovered).await;
    let left = waiting().await;
    assert_eq!(left.len(), 1, "also of a resolved incident: {left:?}");
    assert!(left[0].contains("globex"), "{left:?}");
    noted(&app, globex_id, &HealthFinding::Left).await;
    assert_eq!(waiting().await, Vec::<String>::new());
}
