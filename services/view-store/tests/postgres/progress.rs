//! Waiting until the views show a position.

use std::time::Duration;

use tally_view_store::{Partition, Progress, Reached};
use tokio::runtime::{Builder, Runtime};

use crate::location::SPLIT;
use crate::log::{TestLog, some_log};
use crate::temp_store::TempStore;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Waits until the views of all tenants are where `log` ends.
async fn wait_for_head(progress: &Progress, log: &TestLog) -> Reached {
    let waiting = progress.wait_for(None, log.last().position);
    let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    waited.unwrap().unwrap()
}

#[test]
fn a_task_that_waits_for_a_position_wakes_when_the_tenants_partition_has_reached_it() {
    let log = some_log();
    let store = TempStore::empty();
    let progress = store.shared_views().unwrap().follow_progress();
    let last = log.last();
    let stream = last.stream.clone();
    let of_it = Partition::of_stream(&stream, SPLIT);
    let mut feeder = store.shared_views().unwrap().try_lease(of_it).unwrap().unwrap();
    let position = last.position;
    runtime().block_on(async {
        let waiting = tokio::spawn({
            let progress = progress.clone();
            async move { progress.wait_for(Some(&stream), position).await }
        });
        feeder.apply(None, &log.events).unwrap();
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let everything = progress.wait_for(None, position);
        let waited = tokio::time::timeout(Duration::from_millis(50), everything).await;
        assert!(waited.is_err(), "other partitions are not there yet");
        store.apply(&log.events).unwrap();
        let everything = progress.wait_for(None, position);
        tokio::time::timeout(Duration::from_secs(20), everything)
            .await
            .unwrap()
            .unwrap();
    });
    assert_eq!(progress.lowest(), Some(position));
}

#[test]
fn a_position_that_the_server_has_lost_is_waited_for_again() {
    let log = some_log();
    let store = TempStore::fed(&log.events);
    let progress = store.shared_views().unwrap().follow_progress();
    runtime().block_on(async {
        let reached = wait_for_head(&progress, &log).await;
        assert!(reached.still_holds());
        store.location.lose_commits();
        // What is read from here on does not show the position.
        assert_eq!(store.checkpoint().unwrap(), None);
        assert!(!reached.still_holds());
        let waiting = progress.wait_for(None, log.last().position);
        let waited = tokio::time::timeout(Duration::from_millis(300), waiting).await;
        assert!(waited.is_err(), "the position was remembered");
        store.apply(&log.events).unwrap();
        let reached = wait_for_head(&progress, &log).await;
        assert_eq!(store.checkpoint().unwrap(), log.head());
        assert!(reached.still_holds());
    });
}

#[test]
fn a_position_is_remembered_when_the_store_opens_further_connections() {
    let log = some_log();
    let store = TempStore::fed(&log.events);
    let progress = store.shared_views().unwrap().follow_progress();
    runtime().block_on(async {
        let reached = wait_for_head(&progress, &log).await;
        let second = store.read(|_| store.checkpoint());
        assert_eq!(second.unwrap(), log.head());
        assert!(!reached.still_holds(), "a second connection was opened");
        assert!(wait_for_head(&progress, &log).await.still_holds());
    });
}
