//! Whatever is sent again, late or at once: the state is the one in which each key was carried out
//! once.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tally_kurrent_double::Cluster;
use tally_tests::app::{Caller, TestApp};
use tally_tests::doubles::Person;
use tally_tests::postgres;
use tally_tests::repeat::times;

use super::{named, registered};

/// How many commands a run has, each with a key of its own.
const KEYS: usize = 12;
/// How many requests it sends.
const STEPS: usize = 40;

/// A command on an asset.
#[derive(Clone)]
struct Order {
    method: Method,
    act: &'static str,
    body: Value,
    /// The version that it is based on.
    if_match: Option<String>,
}

/// Statuses and what the answers say, without the ids that differ between two assets.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    status: u16,
    body: Value,
}

fn random_order(random: &mut StdRng) -> Order {
    let people = [Person::viewer(), Person::agent(), Person::admin()];
    let person = &people[random.random_range(0..people.len())];
    let to = json!({ "to": person.account_id });
    let location = ["Bonn", "Kiel"][random.random_range(0..2)];
    let edit = json!({ "set": { "location": location } });
    let acts = [
        (Method::POST, "/check-out", to.clone()),
        (Method::POST, "/check-in", json!({})),
        (Method::POST, "/transfer", to),
        (Method::POST, "/retire", json!({})),
        (Method::POST, "/restore", json!({})),
        (Method::PATCH, "", edit),
    ];
    let (method, act, body) = acts[random.random_range(0..acts.len())].clone();
    let version = random.random_range(0..6);
    let is_conditional = method == Method::PATCH && random.random_bool(0.4);
    let if_match = match (method == Method::PATCH, is_conditional) {
        (true, true) => Some(format!("\"{version}\"")),
        (true, false) => Some("*".to_owned()),
        (false, _) => None,
    };
    Order {
        method,
        act,
        body,
        if_match,
    }
}

/// Sends an order to the asset at `path`.
async fn send(agent: &Caller, path: &str, order: &Order, key: Option<&str>) -> Outcome {
    let mut request = agent.request(order.method.clone(), &format!("{path}{}", order.act));
    if let Some(condition) = &order.if_match {
        request = request.header("If-Match", condition);
    }
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let answer = request.json(&order.body).send().await.unwrap();
    let status = answer.status().as_u16();
    let body = comparable(answer.json().await.unwrap());
    Outcome { status, body }
}

/// What is the same for two assets with the same life.
fn comparable(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        let own = [
            "id",
            "tag",
            "number",
            "registeredAt",
            "changedAt",
            "heldSince",
            "updatedAt",
            "requestId",
        ];
        own.iter().for_each(|name| drop(members.remove(*name)));
        // Whether a name is known yet depends on who asked for it.
        if let Some(holder) = members.get_mut("holder") {
            *holder = holder["person"].clone();
        }
    }
    body
}

fn is_under_way(outcome: &Outcome) -> bool {
    outcome.body["code"] == "request.idempotency_key_in_use"
}

/// Sends copies of one order at once; what those that were not kept away were answered.
async fn send_copies(agent: &Caller, path: &str, order: &Order, key: &str, copies: usize) -> Outcome {
    let sent = (0..copies).map(|_| send(agent, path, order, Some(key)));
    let outcomes = join_all(sent).await;
    let mut decided = outcomes.iter().filter(|outcome| !is_under_way(outcome));
    let first = decided.next().unwrap().clone();
    assert!(decided.all(|other| *other == first), "{outcomes:?}");
    first
}

/// One asset gets every order by its key, late and at once; its twin gets each order once, without a
/// key, when it is sent first.
async fn assert_each_key_counts_once(app: &TestApp, runs: usize) {
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    for seed in 0..runs {
        let mut random = StdRng::seed_from_u64(seed as u64);
        let orders: Vec<Order> = (0..KEYS).map(|_| random_order(&mut random)).collect();
        let (path, _) = registered(&agent, &named("Scanner")).await;
        let (twin, _) = registered(&agent, &named("Scanner")).await;
        let mut answers: BTreeMap<usize, Outcome> = BTreeMap::new();
        for step in 0..STEPS {
            let (number, copies) = (random.random_range(0..KEYS), random.random_range(1..4));
            let (order, key) = (&orders[number], format!("{seed}-{number}"));
            let outcome = send_copies(&agent, &path, order, &key, copies).await;
            let first = match answers.get(&number) {
                Some(first) => first.clone(),
                None => send(&agent, &twin, order, None).await,
            };
            let at = format!("seed {seed}, step {step}, order {number}");
            assert_eq!(outcome, first, "{at}: the answer");
            answers.insert(number, first);
            let (ours, theirs) = (agent.get(&path).await, agent.get(&twin).await);
            assert_eq!(ours.etag, theirs.etag, "{at}: the revision");
            assert_eq!(comparable(ours.body), comparable(theirs.body), "{at}: the state");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_state_ever_differs_from_each_key_once() {
    assert_each_key_counts_once(&TestApp::start().await, times(4)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_state_ever_differs_from_each_key_once_on_postgresql() {
    let log = postgres::Cluster::shared().new_log();
    let app = TestApp::start_with([("log_url", log.as_str())]).await;
    assert_each_key_counts_once(&app, times(2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_state_ever_differs_from_each_key_once_on_kurrentdb() {
    let cluster = Cluster::start(1);
    let log = cluster.url();
    let app = TestApp::start_with([("log_url", log.as_str())]).await;
    assert_each_key_counts_once(&app, times(1)).await;
}
