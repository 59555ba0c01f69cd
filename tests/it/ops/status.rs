//! The status page: what the public may know, without naming affected sites.

use serde_json::{Value, json};
use tally_operator::commands::alarms;
use tally_operator::domain::alarm::Firing;
use tally_tests::app::TestApp;

use super::{Operator, runs_nothing};

async fn status(app: &TestApp) -> Value {
    let url = format!("{}/status.json", app.url());
    let answer = app.client().get(url).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "public, max-age=15");
    answer.json().await.unwrap()
}

async fn page(app: &TestApp) -> String {
    let answer = app
        .client()
        .get(format!("{}/status", app.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    runs_nothing(&answer);
    answer.text().await.unwrap()
}

/// The page as a browser that asks for `accepted` loads it.
async fn page_in(app: &TestApp, accepted: &str) -> reqwest::Response {
    let request = app.client().get(format!("{}/status", app.url()));
    let answer = request.header("Accept-Language", accepted).send().await.unwrap();
    runs_nothing(&answer);
    answer
}

#[tokio::test]
async fn the_page_is_in_the_language_of_the_browser_and_caches_keep_the_languages_apart() {
    let app = TestApp::start_with_operators(&[]).await;
    let operator = Operator(&app);
    let id = operator.incident("Tally does not open on some sites", &[]).await;
    operator
        .act(&id, "confirm", &json!({ "message": "We are looking." }))
        .await;
    let answer = page_in(&app, "de-DE,de;q=0.9,en;q=0.1").await;
    assert_eq!(answer.headers()["content-language"], "de");
    let vary = answer.headers().get_all("vary").iter();
    let vary: Vec<_> = vary.map(|value| value.to_str().unwrap().to_lowercase()).collect();
    assert!(vary.join(",").contains("accept-language"), "{vary:?}");
    let german = answer.text().await.unwrap();
    for part in [
        "<html lang=\"de\">",
        "<h1>Status von Tally</h1>",
        "Tally öffnet sich auf einigen Sites nicht",
        "Ursache wird gesucht",
        "Tally in Jira öffnen",
        "We are looking.",
    ] {
        assert!(german.contains(part), "{part} in {german}");
    }
    let english = page_in(&app, "fr").await.text().await.unwrap();
    assert!(english.contains("<h1>Status of Tally</h1>"), "{english}");
    let status = status(&app).await;
    assert_eq!(
        status["incidents"][0]["title"],
        "Tally does not open on some sites"
    );
    assert_eq!(status["components"][0]["title"], "Opening Tally in Jira");
}

fn state_of(status: &Value, component: &str) -> Value {
    let components = status["components"].as_array().unwrap();
    let part = components.iter().find(|part| part["component"] == component);
    part.unwrap()["state"].clone()
}

#[tokio::test]
async fn all_is_well_when_nothing_is_known() {
    let app = TestApp::start().await;
    let status = status(&app).await;
    assert_eq!(status["state"], "operational");
    assert_eq!(status["components"].as_array().unwrap().len(), 4);
    assert_eq!(status["incidents"], json!([]));
    let page = page(&app).await;
    assert!(page.contains("Everything works.") && page.contains("No incident is open."));
}

#[tokio::test]
async fn an_incident_shows_from_its_confirmation_to_its_end_and_names_no_site() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    let operator = Operator(&app);
    let tenant = app.tenant(&site).await.unwrap().to_string();
    let id = operator.incident("Pages do not open", &[&site]).await;
    assert_eq!(status(&app).await["state"], "operational");
    operator
        .act(&id, "confirm", &json!({ "message": "We are looking." }))
        .await;
    let news = json!({ "phase": "identified", "message": "<i>Found</i>." });
    operator.act(&id, "update", &news).await;
    let status_json = status(&app).await;
    assert_eq!(status_json["state"], "degraded");
    assert_eq!(
        (state_of(&status_json, "pages"), state_of(&status_json, "imports")),
        (json!("degraded"), json!("operational"))
    );
    let incident = &status_json["incidents"][0];
    assert_eq!(
        (&incident["open"], &incident["stage"]),
        (&json!(true), &json!("identified"))
    );
    assert_eq!(incident["updates"][0]["message"], "<i>Found</i>.", "newest first");
    for status_json in [status_json.to_string(), page(&app).await] {
        for word in [tenant.as_str(), "acme", &site.client_key, "affected"] {
            assert!(!status_json.contains(word), "{word} in {status_json}");
        }
    }
    let shown = page(&app).await;
    assert!(
        shown.contains("&lt;i&gt;Found") && !shown.contains("<i>"),
        "{shown}"
    );
    operator
        .act(&id, "resolve", &json!({ "message": "All is well." }))
        .await;
    operator
        .act(
            &id,
            "postmortem",
            &json!({ "text": "What happened.\n\nWhy <it> did." }),
        )
        .await;
    let status_json = status(&app).await;
    assert_eq!(
        (&status_json["state"], &status_json["incidents"][0]["open"]),
        (&json!("operational"), &json!(false))
    );
    let shown = page(&app).await;
    assert!(
        shown.contains("What happened.") && shown.contains("Why &lt;it&gt; did."),
        "{shown}"
    );
}

#[tokio::test]
async fn an_incident_that_affects_all_is_an_outage_and_a_dismissed_one_is_nothing() {
    let app = TestApp::start_with_operators(&[]).await;
    let operator = Operator(&app);
    let (real, none) = (
        operator.incident("Nothing works", &[]).await,
        operator.incident("A ghost", &[]).await,
    );
    operator
        .act(&none, "dismiss", &json!({ "reason": "a test" }))
        .await;
    operator
        .act(&real, "confirm", &json!({ "message": "We are looking." }))
        .await;
    let status_json = status(&app).await;
    assert_eq!(
        (&status_json["state"], state_of(&status_json, "pages")),
        (&json!("outage"), json!("outage"))
    );
    assert!(!status_json.to_string().contains("ghost"), "{status_json}");
}

#[tokio::test]
async fn a_critical_alarm_shows_before_anybody_has_looked() {
    let app = TestApp::start().await;
    let fire = async |alarm: &str| {
        let firing = Firing {
            alarm: alarm.to_owned(),
            since: app.clock.now(),
            value: 4.0,
            limit: 3.0,
            tenants: vec![],
        };
        let done = alarms::record_firing(&*app.inside().log, &firing).await;
        let position = done.unwrap().unwrap().position;
        app.inside().projected.wait_for(None, position).await.unwrap();
    };
    fire("AnAlarmOfAnotherVersion").await;
    assert_eq!(status(&app).await["state"], "operational");
    fire("TenantsFailing").await;
    let status_json = status(&app).await;
    assert_eq!(state_of(&status_json, "pages"), "degraded");
    assert!(
        !status_json.to_string().contains("TenantsFailing"),
        "{status_json}"
    );
    assert!(
        page(&app)
            .await
            .contains("We have noticed that something is wrong")
    );
}
