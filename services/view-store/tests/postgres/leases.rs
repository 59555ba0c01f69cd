//! Each partition is fed by one process at a time, and a second one would have no effect.

use std::thread::sleep;
use std::time::Duration as Pause;

use tally_view_store::{Lease, Partition, StoreError, ViewStore};

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
    feeder.apply(None, &log.events).unwrap();
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
    feeder.apply(None, &log.events).unwrap();
    let digest = store.digest().unwrap();
    store.location.end_connections();
    (0..6).for_each(|tenant| log.add(tenant));
    assert!(feeder.apply(None, &log.events).is_err());
    assert!(feeder.is_lost());
    assert!(feeder.apply(None, &log.events).is_err());
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
    feeder.apply(None, std::slice::from_ref(last)).unwrap();
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
                feeder.apply(None, part).unwrap();
            }
        }
    }
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&log.events).digest().unwrap()
    );
    // Passing an earlier event does not move a checkpoint back.
    let mut feeder = wait_for_lease(&store, 0);
    feeder.apply(None, &log.events).unwrap();
    feeder.settle().unwrap();
    let reached = feeder.checkpoint().unwrap();
    let first = log
        .events
        .iter()
        .find(|event| Partition::of_stream(&event.stream, SPLIT).index(SPLIT) != 0);
    feeder.apply(None, std::slice::from_ref(first.unwrap())).unwrap();
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

#[test]
fn a_lease_takes_no_events_while_earlier_ones_are_missing() {
    let log = some_log();
    let store = TempStore::empty();
    let (first, later) = log.events.split_at(4);
    let after = first.last().map(|event| event.position);
    for partition in 0..=usize::from(SPLIT) {
        let mut feeder = lease(&store, partition).unwrap();
        let refused = feeder.apply(after, later);
        assert!(matches!(refused, Err(StoreError::Gap { .. })), "{refused:?}");
        assert_eq!(feeder.resume().unwrap(), None);
        feeder.apply(None, first).unwrap();
        feeder.apply(after, later).unwrap();
    }
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&log.events).digest().unwrap()
    );
}

#[test]
fn a_feeder_of_views_that_lost_commits_is_refused_until_it_begins_at_their_checkpoint() {
    let mut log = some_log();
    let store = TempStore::empty();
    let mut feeder = lease(&store, usize::from(SPLIT)).unwrap();
    feeder.apply(None, &log.events).unwrap();
    let head = log.head();
    store
        .location
        .run("TRUNCATE totals; UPDATE view_checkpoints SET position_commit = NULL, position_prepare = NULL");
    log.add(0);
    let new = &log.events[log.events.len() - 1..];
    for _ in 0..2 {
        let refused = feeder.apply(head, new);
        assert!(matches!(refused, Err(StoreError::Gap { .. })), "{refused:?}");
    }
    assert_eq!(feeder.resume().unwrap(), None);
    feeder.apply(None, &log.events).unwrap();
    assert_eq!(feeder.checkpoint().unwrap(), log.head());
}
