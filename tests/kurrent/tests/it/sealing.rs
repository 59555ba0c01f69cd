//! What is sealed goes to the cluster as JSON that shows nothing of it.

use std::sync::Arc;

use serde_json::{Value, json};
use tally_domain::{StreamName, TenantId};
use tally_event_log::ExpectedRevision::NoStream;
use tally_event_log::{NewEvent, Options, copy, open, open_raw, open_read_only};
use tally_kurrent_double::Cluster;
use uuid::Uuid;

use crate::seals::TestSealer;
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
