//! What is sealed goes to the cluster as JSON that shows nothing of it.

use std::sync::Arc;

use serde_json::{Value, json};
use tally_domain::{StreamName, TenantId};
use tally_event_log::ExpectedRevision::{self, NoStream};
use tally_event_log::{LogWriter, NewEvent, Options, StoredEvent, copy, open, open_raw, open_read_only};
use tally_kurrent_double::Cluster;
use uuid::Uuid;

use crate::postgres;
use crate::seals::{SealsAll, TestSealer};
use crate::support::{event, everything};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealed_events_are_json_that_shows_nothing_and_the_same_bytes_as_in_a_file() {
    let (cluster, folder) = (Cluster::start(1), tempfile::tempdir().unwrap());
    let file = format!("sqlite:{}", folder.path().join("log.db").display());
    let sealer = Arc::new(TestSealer::default());
    let options = Options {
        sealer: sealer.clone(),
        ..Options::without_keys()
    };
    let log = open(&cluster.url(), options).await.unwrap();
    let stream = StreamName::of_tenant(TenantId(Uuid::from_u128(7)), "asset-1");
    let telling = NewEvent {
        payload: json!({ "name": "plainword", "notes": { "$free_text": { "text": "noteword" } } }),
        sealed: true,
        ..event(1)
    };
    log.append(&stream, NoStream, vec![telling]).await.unwrap();
    let stored = everything(&*log).await;
    assert_eq!(stored[0].payload.as_ref().unwrap()["name"], "plainword");
    for record in cluster.records() {
        let shown = String::from_utf8_lossy(&record.data).into_owned();
        assert!(record.is_json && serde_json::from_slice::<Value>(&record.data).is_ok());
        assert!(
            !shown.contains("plainword") && !shown.contains("noteword"),
            "{shown}"
        );
    }
    let raw = open_raw(&cluster.url())
        .await
        .unwrap()
        .read_all(None, 10)
        .await
        .unwrap();
    assert_eq!(raw[0].payload, stored[0].bytes.as_slice());
    assert_ne!(raw[0].payload[0], b'{');
    copy::copy(&cluster.url(), &file, &mut |_| {}).await.unwrap();
    let copied = everything(&*open_read_only(&file, sealer).await.unwrap()).await;
    assert_eq!(
        (&copied[0].payload, copied[0].digest),
        (&stored[0].payload, stored[0].digest)
    );
    assert_eq!(copied[0].bytes, stored[0].bytes);
}

/// Logs that no other test uses, on every engine, and what they stand on.
struct Logs {
    folder: tempfile::TempDir,
    clusters: Vec<Cluster>,
}

impl Logs {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clusters: vec![],
        }
    }

    fn on_every_engine(&mut self) -> [String; 3] {
        let file = self.folder.path().join(format!("{}.db", Uuid::new_v4()));
        self.clusters.push(Cluster::start(1));
        [
            format!("sqlite:{}", file.display()),
            postgres::Cluster::shared().new_log(),
            self.clusters[self.clusters.len() - 1].url(),
        ]
    }
}

async fn seal_some(url: &str, sealer: Arc<TestSealer>) {
    let log = SealsAll(open(url, Options::sealed_by(sealer)).await.unwrap());
    for n in 0..30_u64 {
        let stream = StreamName::of_tenant(TenantId(Uuid::from_u128(7)), &format!("asset-{}", n % 3));
        let noted = NewEvent {
            payload: json!({ "n": n, "notes": { "$free_text": { "text": format!("note {n}") } } }),
            ..event(u128::from(n))
        };
        let expected = ExpectedRevision::after((n / 3).checked_sub(1));
        log.append(&stream, expected, vec![noted]).await.unwrap();
    }
}

/// All that a copy must keep: not positions, which are each server's own.
async fn content(url: &str, sealer: Arc<TestSealer>) -> Vec<impl PartialEq + std::fmt::Debug + use<>> {
    let log = open_read_only(url, sealer).await.unwrap();
    let keep = |stored: StoredEvent| {
        let head = (stored.id, stored.stream, stored.revision, stored.recorded_at);
        let bytes = stored.bytes.as_slice().to_vec();
        (
            head,
            stored.context,
            stored.payload.unwrap(),
            bytes,
            stored.digest,
        )
    };
    everything(&*log).await.into_iter().map(keep).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealed_log_is_the_same_on_every_engine_that_it_is_copied_to_from_any() {
    let (mut logs, sealer) = (Logs::new(), Arc::new(TestSealer::default()));
    for from in logs.on_every_engine() {
        seal_some(&from, sealer.clone()).await;
        let written = content(&from, sealer.clone()).await;
        assert_eq!(written.len(), 30);
        for to in logs.on_every_engine() {
            copy::copy(&from, &to, &mut |_| {}).await.unwrap();
            copy::verify(&from, &to).await.unwrap();
            assert_eq!(content(&to, sealer.clone()).await, written, "{from} to {to}");
        }
    }
}
