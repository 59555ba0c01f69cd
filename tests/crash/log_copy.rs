//! `tally log copy` and `tally log check` against a real PostgreSQL server, and a copy killed again
//! and again.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tally_domain::{Actor, CommandId, Context, EventId, StreamName, Via};
use tally_event_log::{ExpectedRevision, NewEvent, NoKeys, Options, open, open_read_only};
use tally_tests::doubles::KeyServer;
use tally_tests::postgres::Cluster;
use tally_tests::process::Tally;
use uuid::Uuid;

/// How many appends the source has, of fifty events each.
const APPENDS: u64 = 400;

/// A password that the server does not ask for. It must be seen nowhere.
const PASSWORD: &str = "hunter2";

fn with_password(url: &str) -> String {
    url.replace("postgres@", &format!("postgres:{PASSWORD}@"))
}

fn event(n: u64) -> NewEvent {
    let command = CommandId(Uuid::from_u128(u128::from(n)));
    NewEvent {
        id: EventId(command.derive("event")),
        event_type: "test.noted".to_owned(),
        schema: 1,
        context: Context::new(None, Actor::without_person(Via::Operator), command),
        payload: json!({ "n": n, "text": "x".repeat(200) }),
        sealed: false,
    }
}

async fn fill(url: &str) {
    let log = open(url, Options::without_keys()).await.unwrap();
    for n in 0..APPENDS {
        let stream = StreamName::from_log(format!("s{}", n % 10));
        let expected = ExpectedRevision::after((n / 10 * 50).checked_sub(1));
        let events = (n * 50..n * 50 + 50).map(event).collect();
        log.append(&stream, expected, events).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_killed_again_and_again_ends_as_the_same_log() {
    let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
    let tally = Tally::new(folder.path(), &keys);
    let from = format!("sqlite:{}", folder.path().join("from.db").display());
    let between = with_password(&Cluster::shared().new_log());
    let back = format!("sqlite:{}", folder.path().join("back.db").display());
    fill(&from).await;
    let mut killed = 0;
    for (source, target) in [(&from, &between), (&between, &back)] {
        for moment in [60, 120, 180, 240, 300] {
            let mut command = tally.command(&["log", "copy", "--from", source, "--to", target]);
            let mut child = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            tokio::time::sleep(Duration::from_millis(moment)).await;
            child.kill().unwrap();
            killed += u32::from(!child.wait().unwrap().success());
        }
        let output = tally.run(&["log", "copy", "--from", source, "--to", target]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            said.contains("equal: 20000 events, up to position 20000 of 20000"),
            "{said}"
        );
    }
    assert!(killed > 0, "every copy was quicker than its kill");
    let verified = tally.run(&["log", "copy", "--verify-only", "--from", &from, "--to", &back]);
    assert!(verified.status.success());
    let (one, other) = (
        open_read_only(&from, Arc::new(NoKeys)).await.unwrap(),
        open_read_only(&back, Arc::new(NoKeys)).await.unwrap(),
    );
    let all = 100_000;
    assert_eq!(
        one.read_all(None, all).await.unwrap(),
        other.read_all(None, all).await.unwrap()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_is_checked_in_a_schema_of_its_own_and_no_password_is_said() {
    let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
    let cluster = Cluster::start();
    let url = with_password(&cluster.url());
    let tally = Tally::new(folder.path(), &keys).with("TALLY_LOG_URL", &url);
    let checked = tally.run(&["log", "check", "--log", &url]);
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && said.contains(", 0 broken"), "{said}");
    assert_eq!(
        cluster.sql("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tally%'"),
        "0"
    );
    assert!(tally.run(&["config", "check"]).status.success());
    cluster.stop();
    let unreachable = tally.run(&["log", "check", "--log", &url]);
    assert_eq!(unreachable.status.code(), Some(1));
    assert!(!String::from_utf8_lossy(&unreachable.stderr).is_empty());
    for entry in std::fs::read_dir(folder.path().join("logs")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains(PASSWORD), "{text}");
    }
}
