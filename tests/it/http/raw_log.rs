//! The log as it is stored, without keys: what it reveals to one who copies it.

use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};
use tally_domain::TenantId;
use tally_event_log::{RawEvent, open_raw};
use tally_kurrent_double::Cluster;
use tally_tests::app::{Caller, TestApp};
use tally_tests::doubles::Person;
use tally_tests::postgres;
use tally_tests::waiting::eventually;
use uuid::Uuid;

const KEY: &str = "handing-out-monday";
const TAG: &str = "Lap-Secret-01";
/// What people wrote, and what identifies them.
const WRITTEN: [&str; 9] = [
    "712020:agent",
    "712020:viewer",
    TAG,
    "Laptop of the board",
    "SN-4711",
    "ask Ms Miller first",
    "borrowed for the fair",
    "board-laptops.csv",
    "Favourite colour",
];

/// Writes all of [`WRITTEN`], by a person's requests.
async fn write_everything(app: &TestApp) -> TenantId {
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let attributes =
        json!({ "name": "Laptop of the board", "serial": "SN-4711", "notes": "ask Ms Miller first" });
    let laptop = json!({ "tag": TAG, "attributes": attributes });
    let request = agent
        .request(Method::POST, "/assets")
        .header("Idempotency-Key", KEY);
    let registered = request.json(&laptop).send().await.unwrap();
    assert_eq!(registered.status(), 201);
    let registered: serde_json::Value = registered.json().await.unwrap();
    let path = format!("/assets/{}", registered["id"].as_str().unwrap());
    let to = json!({ "to": Person::viewer().account_id, "note": "borrowed for the fair" });
    assert_eq!(agent.post(&format!("{path}/check-out"), &to).await.status, 200);
    let correction = json!({
        "set": { "location": "Berlin" },
        "effectiveAt": registered["updatedAt"],
        "reason": "ask Ms Miller first",
    });
    assert_eq!(
        agent.post(&format!("{path}/correct"), &correction).await.status,
        200
    );
    import(&agent).await;
    app.tenant(&site).await.unwrap()
}

async fn import(agent: &Caller) {
    let address = "/imports?fileName=board-laptops.csv&dryRun=false";
    let request = agent
        .request(Method::POST, address)
        .header("Content-Type", "text/csv");
    let file = format!("tag,name,Favourite colour\n{TAG},Laptop of the board,red\nB-2,two,blue\n");
    let started = request.body(file).send().await.unwrap();
    let path = started.headers()["location"]
        .to_str()
        .unwrap()
        .trim_start_matches("/api/v1")
        .to_owned();
    eventually("the import has ended", || async {
        (agent.get(&path).await.body["state"] != "running").then_some(())
    })
    .await;
}

/// The tenant's events as they are stored, of every family that is sealed.
async fn read_stored(log: &str, tenant: TenantId) -> Vec<RawEvent> {
    let log = open_raw(log).await.unwrap();
    let events = log.read_tenant(tenant, None, 10_000).await.unwrap();
    for family in ["asset.", "claim.", "register.", "schema.", "import.", "person."] {
        let mut of_family = events
            .iter()
            .filter(|e| e.event_type.starts_with(family))
            .peekable();
        assert!(of_family.peek().is_some(), "no event {family}");
        assert!(
            of_family.all(|e| e.payload.first() == Some(&1)),
            "{family} is not sealed"
        );
    }
    events
}

/// A value as it could be recognised by one who guesses it.
fn traces(value: &str) -> Vec<Vec<u8>> {
    let mut traces = vec![];
    for text in [value.to_owned(), value.to_lowercase()] {
        let digest = Sha256::digest(text.as_bytes());
        traces.push(hex::encode(digest).into_bytes());
        traces.push(digest.to_vec());
        for namespace in [
            Uuid::NAMESPACE_OID,
            Uuid::NAMESPACE_URL,
            Uuid::NAMESPACE_DNS,
            Uuid::nil(),
        ] {
            traces.push(Uuid::new_v5(&namespace, text.as_bytes()).to_string().into_bytes());
        }
        traces.push(text.into_bytes());
    }
    traces
}

fn to_bytes(event: &RawEvent) -> Vec<u8> {
    let names = format!("{} {} {} ", event.id, event.stream, event.context);
    [names.as_bytes(), &event.payload].concat()
}

fn assert_reveals_nothing(events: &[RawEvent]) {
    for event in events {
        let bytes = to_bytes(event);
        for value in WRITTEN.into_iter().chain([KEY]) {
            let found = traces(value)
                .into_iter()
                .any(|trace| bytes.windows(trace.len()).any(|w| w == trace));
            assert!(!found, "{value:?} is in {} {}", event.event_type, event.context);
        }
    }
}

async fn assert_log_reveals_nothing(app: &TestApp, log: &str) {
    let tenant = write_everything(app).await;
    assert_reveals_nothing(&read_stored(log, tenant).await);
}

#[tokio::test]
async fn a_copied_sqlite_log_shows_no_account_no_text_and_no_digest_that_could_be_guessed() {
    let app = TestApp::start().await;
    let log = format!("sqlite:{}", app.data().join("events.db").display());
    assert_log_reveals_nothing(&app, &log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_postgres_log_shows_no_more() {
    let log = postgres::Cluster::shared().new_log();
    let app = TestApp::start_with([("log_url", log.as_str())]).await;
    assert_log_reveals_nothing(&app, &log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_kurrentdb_log_shows_no_more() {
    let cluster = Cluster::start(1);
    let log = cluster.url();
    let app = TestApp::start_with([("log_url", log.as_str())]).await;
    assert_log_reveals_nothing(&app, &log).await;
}
