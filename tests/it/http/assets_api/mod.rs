//! The register over HTTP: `conditions` are If-Match and Idempotency-Key, `retries` and
//! `each_key_once` requests that are sent again, `lists` reading many,
//! `lives` what happens to one asset and what the history shows afterwards, `refusals` what is
//! refused and how, `texts` how texts, numbers and days are read.

mod conditions;
mod each_key_once;
mod lists;
mod lives;
mod refusals;
mod retries;
mod texts;

use serde_json::{Value, json};
use tally_tests::app::{Answer, Caller, TestApp};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

/// A running Tally with a site, and an agent of that site.
async fn agent_at_work() -> (TestApp, Site, Caller) {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    (app, site, agent)
}

fn named(name: &str) -> Value {
    json!({ "attributes": { "name": name } })
}

/// Registers an asset and says where it is.
async fn registered(agent: &Caller, body: &Value) -> (String, Answer) {
    let answer = agent.post("/assets", body).await;
    assert_eq!(answer.status, 201);
    (format!("/assets/{}", answer.body["id"].as_str().unwrap()), answer)
}

/// One member of each item.
fn each(body: &Value, pointer: &str) -> Vec<String> {
    let items = body["items"].as_array().unwrap();
    let text = |item: &Value| item.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    items.iter().map(text).collect()
}
