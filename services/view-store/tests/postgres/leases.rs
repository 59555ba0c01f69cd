//! Each partition is fed by one process at a time, and a second one would have no effect.

use std::thread::sleep;
use std::time::Duration as Pause;

use tally_view_store::{Lease, Partition, ViewStore};

use crate::location::SPLIT;
use crate::log::some_log;
use crate::temp_store::TempStore;

fn lease(store: &ViewStore, partition: usize) -> Option<Lease> {
    let shared = store.shared_views().unwrap();
    shared.try_lease(shared.partitions()[partition]).unwrap()
}

/// The server takes a moment to notice that a connection is gone.
fn becomes_free(store: &ViewStore, partition: usize) -> bool {
    (0..500).any(|_| {
        sleep(Pause::from_millis(20));
        lease(store, partition).is_some()
    })
}

#[test]
fn a_partition_has_one_feeder_and_the_next_when_that_one_is_gone() {
    let store = TempStore::empty();
    let other = store.location.open();
    let feeder = lease(&store, 0).unwrap();
    assert!(lease(&store, 0).is_none());
    assert!(lease(&other, 0).is_none());
    assert!(lease(&other, 1).is_some());
    drop(feeder);
    assert!(becomes_free(&other, 0));
}

#[test]
fn each_partition_shows_its_checkpoint_and_whether_it_is_fed() {
    let log = some_log();
    let store = TempStore::empty();
    let mut feeder = lease(&store, 1).unwrap();
    feeder.apply(&log.events).unwrap();
    feeder.settle().unwrap();
    assert_eq!(feeder.checkpoint().unwrap(), log.head());
    let standing = store.partition_status().unwrap();
    assert_eq!(standing.len(), usize::from(SPLIT) + 1);
    for (index, status) in standing.iter().enumerate() {
        assert_eq!(status.fed, index == 1, "{status:?}");
        assert_eq!(status.checkpoint.is_some(), index == 1, "{status:?}");
        assert!(status.poisoned.is_empty());
    }
    assert_eq!(standing.last().unwrap().partition, Partition::Operator);
    assert_eq!(
        store.checkpoint().unwrap(),
        None,
        "the one furthest behind counts"
    );
}

#[test]
fn a_lease_whose_connection_was_ended_writes_nothing() {
    let mut log = some_log();
    let store = TempStore::empty();
    let mut feeder = lease(&store, 0).unwrap();
    feeder.apply(&log.events).unwrap();
    let digest = store.digest().unwrap();
    store.location.ask(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
        store.location.base()
    ));
    (0..6).for_each(|tenant| log.add(tenant));
    assert!(feeder.apply(&log.events).is_err());
    assert!(feeder.is_lost());
    assert!(feeder.apply(&log.events).is_err());
    assert_eq!(
        store.digest().unwrap(),
        digest,
        "the other sessions connect again"
    );
    assert!(becomes_free(&store, 0));
}

#[test]
fn events_of_other_partitions_are_passed_and_stored_later() {
    let log = some_log();
    let store = TempStore::empty();
    let last = log.last();
    let other = (0..SPLIT)
        .find(|number| Partition::of_stream(&last.stream, SPLIT).index(SPLIT) != usize::from(*number));
    let mut feeder = lease(&store, other.unwrap().into()).unwrap();
    feeder.apply(std::slice::from_ref(last)).unwrap();
    assert!(feeder.is_unsettled());
    assert_eq!(feeder.checkpoint().unwrap(), None);
    feeder.settle().unwrap();
    assert!(!feeder.is_unsettled());
    assert_eq!(feeder.checkpoint().unwrap(), Some(last.position));
}

#[test]
fn what_was_passed_and_not_stored_is_delivered_again_and_changes_nothing() {
    let log = some_log();
    let store = TempStore::empty();
    for _ in 0..2 {
        // Each time the last events that were passed are not stored.
        for partition in 0..=usize::from(SPLIT) {
            let mut feeder = wait_for_lease(&store, partition);
            for part in log.events.chunks(2) {
                feeder.apply(part).unwrap();
            }
        }
    }
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&log.events).digest().unwrap()
    );
    // Passing an earlier event does not move a checkpoint back.
    let mut feeder = wait_for_lease(&store, 0);
    feeder.apply(&log.events).unwrap();
    feeder.settle().unwrap();
    let reached = feeder.checkpoint().unwrap();
    let first = log
        .events
        .iter()
        .find(|event| Partition::of_stream(&event.stream, SPLIT).index(SPLIT) != 0);
    feeder.apply(std::slice::from_ref(first.unwrap())).unwrap();
    feeder.settle().unwrap();
    assert_eq!(feeder.checkpoint().unwrap(), reached);
}

/// The lease, as soon as its holder is gone.
fn wait_for_lease(store: &ViewStore, partition: usize) -> Lease {
    let tries = (0..200).find_map(|_| {
        lease(store, partition).or_else(|| {
            sleep(Pause::from_millis(20));
            None
        })
    });
    tries.unwrap()
}

#[test]
fn two_processes_that_feed_one_partition_count_every_event_once() {
    let log = some_log();
    let store = TempStore::empty();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for part in log.events.chunks(3) {
                    store
                        .apply(&log.events[..])
                        .and_then(|_| store.apply(part))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&log.events).digest().unwrap()
    );
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
}

#[test]
fn a_process_that_joins_is_counted_until_it_ends() {
    let store = TempStore::empty();
    let shared = store.shared_views().unwrap();
    assert_eq!(shared.count_members().unwrap(), 0);
    let (first, second) = (shared.join().unwrap().unwrap(), shared.join().unwrap().unwrap());
    assert_eq!(shared.count_members().unwrap(), 2);
    first.keep_alive().unwrap();
    drop(second);
    let left = (0..200).any(|_| {
        sleep(Pause::from_millis(20));
        shared.count_members().unwrap() == 1
    });
    assert!(left);
}

#[test]
fn a_task_that_waits_for_a_position_wakes_when_the_tenants_partition_has_reached_it() {
    let log = some_log();
    let store = TempStore::empty();
    let progress = store.shared_views().unwrap().follow_progress();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let last = log.last();
    let stream = last.stream.clone();
    let of_it = Partition::of_stream(&stream, SPLIT);
    let mut feeder = store.shared_views().unwrap().try_lease(of_it).unwrap().unwrap();
    let position = last.position;
    runtime.block_on(async {
        let waiting = tokio::spawn({
            let progress = progress.clone();
            async move { progress.wait_for(Some(&stream), position).await }
        });
        feeder.apply(&log.events).unwrap();
        tokio::time::timeout(Pause::from_secs(20), waiting)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let everything = progress.wait_for(None, position);
        let waited = tokio::time::timeout(Pause::from_millis(50), everything).await;
        assert!(waited.is_err(), "other partitions are not there yet");
        store.apply(&log.events).unwrap();
        let everything = progress.wait_for(None, position);
        tokio::time::timeout(Pause::from_secs(20), everything)
            .await
            .unwrap()
            .unwrap();
    });
    assert_eq!(progress.lowest(), Some(position));
}

#[test]
fn calls_that_wait_for_the_server_may_block_a_runtime() {
    let store = TempStore::empty();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        assert_eq!(store.checkpoint().unwrap(), None);
        drop(store);
    });
}
