//! People over HTTP: how answers show them, and what the log and the register say of them.

use serde_json::{Value, json};
use tally_commands::People;
use tally_domain::person::PersonEvent;
use tally_domain::{PersonId, StreamName};
use tally_event_log::load;
use tally_tests::app::{Caller, TestApp};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::waiting::eventually;

/// A site where the agent has checked an asset out to the viewer.
async fn site_with_a_holder() -> (TestApp, Site, Caller, String) {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    let registered = agent.post("/assets", &laptop).await.body;
    let path = format!("/assets/{}", registered["id"].as_str().unwrap());
    let to = json!({ "to": Person::viewer().account_id });
    assert_eq!(agent.post(&format!("{path}/check-out"), &to).await.status, 200);
    (app, site, agent, path)
}

fn person_in(body: &Value) -> PersonId {
    body["person"].as_str().unwrap().parse().unwrap()
}

async fn events_of(app: &TestApp, site: &Site, person: PersonId) -> Vec<PersonEvent> {
    let stream = StreamName::person(app.tenant(site).await.unwrap(), person);
    let recorded = load::<PersonEvent>(&*app.inside().log, &stream).await.unwrap();
    recorded.into_iter().map(|recorded| recorded.event).collect()
}

/// Erases the person as the operator's command does.
async fn erase(app: &TestApp, site: &Site, person: PersonId) {
    let tenant = app.tenant(site).await.unwrap();
    let people = People::new(app.inside().log.clone(), app.inside().vault.clone());
    people.erase(tenant, person).await.unwrap();
}

#[tokio::test]
async fn events_name_people_by_id_and_the_account_is_in_the_persons_own_stream_alone() {
    let (app, site, agent, path) = site_with_a_holder().await;
    let holder = person_in(&agent.get(&path).await.body["holder"]);
    let me = agent.get("/me").await.body;
    assert_ne!(person_in(&me), holder);
    for event in app.everything_of(&site).await {
        let text = format!("{:?} {:?} {:?}", event.stream, event.context, event.payload);
        let is_person = event.event_type.starts_with("person.");
        assert!(is_person || !text.contains("712020"), "{text}");
    }
    let known = events_of(&app, &site, holder).await;
    assert!(
        matches!(&known[0], PersonEvent::Known { account } if account.text() == Some("712020:viewer")),
        "{known:?}"
    );
}

#[tokio::test]
async fn the_name_that_jira_gives_is_recorded_after_the_answer_that_showed_it() {
    let (app, site, agent, path) = site_with_a_holder().await;
    let holder = person_in(&agent.get(&path).await.body["holder"]);
    let name = eventually("the name is recorded", async || {
        let events = events_of(&app, &site, holder).await;
        events.into_iter().find_map(|event| match event {
            PersonEvent::Renamed { name } => name.text().map(str::to_owned),
            PersonEvent::Known { .. } | PersonEvent::Erased {} => None,
        })
    });
    assert_eq!(name.await, Person::viewer().display_name);
}

#[tokio::test]
async fn reading_makes_no_one_known_and_a_stranger_holds_nothing() {
    let (app, site, _agent, _path) = site_with_a_holder().await;
    let before = app.everything_of(&site).await.len();
    let admin = app.caller(&site, &Person::admin().account_id);
    assert_eq!(admin.get("/me").await.body["person"], Value::Null);
    for list in [
        "/assets?query=holder%20%3D%20currentUser()",
        "/assets?holder=712020%3Aadmin",
        "/assets?query=holder%20%3D%20%22712020%3Aadmin%22",
    ] {
        assert_eq!(admin.get(list).await.body["items"], json!([]), "{list}");
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn a_holder_is_found_by_account_and_by_id() {
    let (_app, _site, agent, path) = site_with_a_holder().await;
    let holder = person_in(&agent.get(&path).await.body["holder"]);
    for list in [
        "/assets/count?holder=712020%3Aviewer".to_owned(),
        format!("/assets/count?holder={holder}"),
        format!("/assets/count?query=holder%20%3D%20%22{holder}%22"),
    ] {
        assert_eq!(agent.get(&list).await.body["total"], 1, "{list}");
    }
}

#[tokio::test]
async fn an_erased_person_is_shown_by_number_and_comes_back_as_another_one() {
    let (app, site, agent, path) = site_with_a_holder().await;
    let holder = agent.get(&path).await.body["holder"].clone();
    let number = holder["number"].clone();
    erase(&app, &site, person_in(&holder)).await;
    let shown = eventually("the erasure is shown", async || {
        let holder = agent.get(&path).await.body["holder"].clone();
        (holder["erased"] == true).then_some(holder)
    });
    let expected = json!({
        "person": holder["person"], "accountId": null, "displayName": null, "number": number, "erased": true,
    });
    assert_eq!(shown.await, expected);
    let history = agent.get(&format!("{path}/history")).await.body;
    assert!(!history.to_string().contains("712020:viewer"), "{history}");
    let facets = agent.get("/assets/facets").await.body;
    assert_eq!(facets["holder"][0]["value"], holder["person"]);
    let by_account = agent.get("/assets/count?holder=712020%3Aviewer").await;
    assert_eq!(by_account.body["total"], 0);
    assert_eq!(
        agent.post(&format!("{path}/check-in"), &json!({})).await.status,
        200
    );
    let to = json!({ "to": Person::viewer().account_id });
    let again = agent.post(&format!("{path}/check-out"), &to).await.body;
    assert_ne!(again["holder"]["person"], holder["person"]);
    assert_eq!(again["holder"]["accountId"], "712020:viewer");
}
