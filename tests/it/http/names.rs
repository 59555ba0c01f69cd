//! What people are called: who waits for Jira to say it, and which of its answers are recorded.

use std::time::Duration;

use serde_json::{Value, json};
use tally_domain::person::PersonEvent;
use tally_domain::{AccountId, PersonId, StreamName};
use tally_event_log::load;
use tally_tests::app::{Caller, TestApp};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::waiting::eventually;
use tokio::time::timeout;

/// Shorter than the time after which Tally gives up a call to Jira, which is four seconds.
const SOON: Duration = Duration::from_millis(3500);

struct Scene {
    app: TestApp,
    site: Site,
    agent: Caller,
    /// Of an asset.
    path: String,
}

/// A site with an asset in stock.
async fn scene() -> Scene {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    let registered = agent.post("/assets", &laptop).await.body;
    let path = format!("/assets/{}", registered["id"].as_str().unwrap());
    Scene {
        app,
        site,
        agent,
        path,
    }
}

impl Scene {
    async fn hand_out(&self) -> Value {
        let to = json!({ "to": Person::viewer().account_id });
        let answer = self.agent.post(&format!("{}/check-out", self.path), &to).await;
        answer.body["holder"].clone()
    }

    async fn recorded_names(&self, person: PersonId) -> Vec<String> {
        let stream = StreamName::person(self.app.tenant(&self.site).await.unwrap(), person);
        let events = load::<PersonEvent>(&*self.app.inside().log, &stream)
            .await
            .unwrap();
        let names = events.into_iter().filter_map(|recorded| match recorded.event {
            PersonEvent::Renamed { name } => name.text().map(str::to_owned),
            PersonEvent::Known { .. } | PersonEvent::Erased {} => None,
        });
        names.collect()
    }

    async fn wait_for_names(&self, person: PersonId, names: &[&str]) {
        let recorded = async || (self.recorded_names(person).await == names).then_some(());
        eventually("the names are recorded", recorded).await;
    }
}

fn person_in(body: &Value) -> PersonId {
    body["person"].as_str().unwrap().parse().unwrap()
}

fn viewer_called(name: &str) -> Person {
    Person::new(&Person::viewer().account_id, name, &[])
}

#[tokio::test]
async fn the_answer_to_a_command_does_not_wait_for_a_name_and_a_read_waits_a_moment() {
    let scene = scene().await;
    // Known without a name: an account that is new is asked of Jira first.
    let (tenant, viewer) = (scene.app.tenant(&scene.site).await.unwrap(), Person::viewer());
    let account = AccountId::parse(&viewer.account_id).unwrap();
    scene
        .app
        .inside()
        .people
        .find_or_add(tenant, &account)
        .await
        .unwrap();
    scene.app.jira.hold_names(&scene.site);
    let holder = timeout(SOON, scene.hand_out()).await.unwrap();
    assert_eq!(holder["displayName"], Value::Null);
    let read = timeout(SOON, scene.agent.get(&scene.path)).await.unwrap();
    assert_eq!(read.body["holder"]["displayName"], Value::Null);
    scene.app.jira.repair(&scene.site);
    scene.wait_for_names(person_in(&holder), &["Vic Viewer"]).await;
    let read = scene.agent.get(&scene.path).await;
    assert_eq!(read.body["holder"]["displayName"], "Vic Viewer");
}

#[tokio::test]
async fn a_name_that_a_node_remembers_is_not_recorded_over_a_newer_one() {
    let scene = scene().await;
    let holder = person_in(&scene.hand_out().await);
    scene.wait_for_names(holder, &["Vic Viewer"]).await;
    scene
        .app
        .jira
        .employ(&scene.site, viewer_called("Vic Viewer-Ray"));
    let other = scene.app.another_node().await;
    let there = scene.agent.clone().at(other.url());
    let shown = there.get(&scene.path).await.body["holder"]["displayName"].clone();
    assert_eq!(shown, "Vic Viewer-Ray");
    scene
        .wait_for_names(holder, &["Vic Viewer", "Vic Viewer-Ray"])
        .await;

    scene.agent.get(&scene.path).await;
    // What is noted after it is recorded after it.
    let me = person_in(&scene.agent.get("/me").await.body);
    scene.wait_for_names(me, &["Alex Agent"]).await;
    assert_eq!(
        scene.recorded_names(holder).await,
        ["Vic Viewer", "Vic Viewer-Ray"]
    );
}

#[tokio::test]
async fn a_blank_name_hides_none_that_is_known() {
    let scene = scene().await;
    let holder = person_in(&scene.hand_out().await);
    scene.wait_for_names(holder, &["Vic Viewer"]).await;
    scene.app.jira.employ(&scene.site, viewer_called(" "));
    let other = scene.app.another_node().await;
    let shown = scene.agent.clone().at(other.url()).get(&scene.path).await.body;
    assert_eq!(shown["holder"]["displayName"], "Vic Viewer");
}
