//! People over HTTP: how answers show them, and what the log and the register say of them.

use reqwest::Method;
use serde_json::{Value, json};
use tally_commands::People;
use tally_domain::person::PersonEvent;
use tally_domain::{AccountId, PersonId, StreamName};
use tally_event_log::load;
use tally_tests::app::{Caller, TestApp, answered};
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

/// The number of the site's events but for names, which are recorded in the background.
async fn count_events(app: &TestApp, site: &Site) -> usize {
    let events = app.everything_of(site).await;
    events
        .iter()
        .filter(|event| event.event_type != "person.renamed")
        .count()
}

/// The person of an account, as the key store knows it.
async fn person_of(app: &TestApp, site: &Site, account: &str) -> Option<PersonId> {
    let tenant = app.tenant(site).await.unwrap();
    let account = AccountId::parse(account).unwrap();
    app.inside().vault.find_person(tenant, &account).await.unwrap()
}

#[tokio::test]
async fn a_check_out_that_is_repeated_after_the_holder_was_erased_makes_no_one_known() {
    let (app, site, agent, path) = site_with_a_holder().await;
    agent.post(&format!("{path}/check-in"), &json!({})).await;
    let check_out = async || {
        let request = agent.request(Method::POST, &format!("{path}/check-out"));
        let request = request.header("Idempotency-Key", "k-1");
        answered(request.json(&json!({ "to": Person::viewer().account_id }))).await
    };
    let first = check_out().await;
    let holder = person_in(&first.body["holder"]);
    erase(&app, &site, holder).await;
    app.inside()
        .people
        .forget(app.tenant(&site).await.unwrap(), holder);
    eventually("the erasure is shown", async || {
        (agent.get(&path).await.body["holder"]["erased"] == true).then_some(())
    })
    .await;
    let before = count_events(&app, &site).await;
    let repeated = check_out().await;
    assert_eq!(repeated.etag, first.etag);
    assert_eq!(person_in(&repeated.body["holder"]), holder);
    assert_eq!(repeated.body["holder"]["accountId"], Value::Null);
    assert_eq!(count_events(&app, &site).await, before);
    assert_eq!(person_of(&app, &site, &Person::viewer().account_id).await, None);
}

#[tokio::test]
async fn a_hand_over_that_is_refused_makes_no_one_known() {
    let (app, site, agent, path) = site_with_a_holder().await;
    let before = count_events(&app, &site).await;
    let absent = format!("/assets/{}", uuid::Uuid::new_v4());
    let to = json!({ "to": "712020:stranger" });
    for (path, code) in [
        (format!("{absent}/check-out"), "asset.not_found"),
        (format!("{absent}/transfer"), "asset.not_found"),
        (format!("{path}/check-out"), "asset.already_checked_out"),
    ] {
        assert_eq!(agent.post_refused(&path, &to).await.code, code, "{path}");
    }
    assert_eq!(count_events(&app, &site).await, before);
    assert_eq!(person_of(&app, &site, "712020:stranger").await, None);
    app.jira
        .employ(&site, Person::new("712020:stranger", "Sam Stranger", &[]));
    agent.post(&format!("{path}/transfer"), &to).await;
    assert!(person_of(&app, &site, "712020:stranger").await.is_some());
}

#[tokio::test]
async fn an_account_is_asked_of_jira_before_it_gets_an_asset_for_the_first_time() {
    let (app, site, agent, path) = site_with_a_holder().await;
    let transfer = format!("{path}/transfer");
    let new = json!({ "to": "712020:new" });
    let unknown = agent.post_refused(&transfer, &new).await;
    assert_eq!(unknown.status_and_code(), (422, "person.not_in_jira"));
    assert_eq!(unknown.body["field"], "to");
    app.jira.employ(&site, Person::new("712020:new", "Nia New", &[]));
    app.jira.fail(&site, "/rest/api/3/user", 503);
    let unanswered = agent.post_refused(&transfer, &new).await;
    assert_eq!(unanswered.status_and_code(), (503, "jira.unavailable"));
    assert_eq!(person_of(&app, &site, "712020:new").await, None);
    // Those who are known get it all the same.
    let known = json!({ "to": Person::agent().account_id });
    agent.post(&transfer, &known).await;
    app.jira.repair(&site);
    agent.post(&transfer, &new).await;
    assert!(person_of(&app, &site, "712020:new").await.is_some());
}

#[tokio::test]
async fn an_asset_is_handed_to_a_person_by_id_and_a_uuid_is_never_an_account() {
    let (app, site, agent, path) = site_with_a_holder().await;
    let holder = person_in(&agent.get(&path).await.body["holder"]);
    agent.post(&format!("{path}/check-in"), &json!({})).await;
    let (check_out, to) = (format!("{path}/check-out"), json!({ "to": holder.to_string() }));
    let handed = agent.post(&check_out, &to).await.body;
    assert_eq!(person_in(&handed["holder"]), holder);
    assert_eq!(handed["holder"]["accountId"], "712020:viewer");
    agent.post(&format!("{path}/check-in"), &json!({})).await;

    erase(&app, &site, holder).await;
    let before = count_events(&app, &site).await;
    let unknown = json!({ "to": uuid::Uuid::new_v4().to_string() });
    for to in [&to, &unknown] {
        let refused = agent.post_refused(&check_out, to).await;
        assert_eq!(refused.status_and_code(), (400, "request.malformed"), "{to}");
        let said = refused.body.to_string();
        assert!(said.contains("who is not known or was erased"), "{said}");
    }
    assert_eq!(count_events(&app, &site).await, before);
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
