//! Who feeds what: one process each partition, and never two to any effect.

use std::thread::sleep;
use std::time::Duration as Pause;

use chrono::Duration;
use tally_view_store::{Lease, Partition, ViewStore};

use crate::location::SPLIT;
use crate::support::{TempStore, World};

fn some_world() -> World {
    let mut world = World::new();
    for tenant in 0..6 {
        world.install(tenant, 1, Duration::zero());
        world.register(tenant, 1, "A-1", "Desk", &[]);
        world.wait(Duration::seconds(1));
    }
    world
}

fn lease(store: &ViewStore, partition: usize) -> Option<Lease> {
    let shared = store.shared_views().unwrap();
    shared.try_lease(shared.partitions()[partition]).unwrap()
}

/// The server takes a moment to notice that a connection is gone.
fn comes_free(store: &ViewStore, partition: usize) -> bool {
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
    assert!(comes_free(&other, 0));
}

#[test]
fn each_partition_shows_how_far_it_is_and_whether_it_is_fed() {
    let world = some_world();
    let store = TempStore::empty();
    let mut feeder = lease(&store, 1).unwrap();
    feeder.apply(&world.log).unwrap();
    feeder.settle().unwrap();
    assert_eq!(feeder.checkpoint().unwrap(), Some(world.last().position));
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
fn a_lease_whose_connection_was_ended_writes_nothing_any_more() {
    let mut world = some_world();
    let store = TempStore::empty();
    let mut feeder = lease(&store, 0).unwrap();
    feeder.apply(&world.log).unwrap();
    let digest = store.digest().unwrap();
    store.location.ask(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
        store.location.base()
    ));
    world.register(0, 2, "A-2", "Chair", &[]);
    assert!(feeder.apply(&world.log).is_err());
    assert!(feeder.is_lost());
    assert!(feeder.apply(&world.log).is_err());
    assert_eq!(store.digest().unwrap(), digest, "the others connect again");
    assert!(comes_free(&store, 0));
}

#[test]
fn events_of_other_partitions_are_passed_and_written_down_later() {
    let world = some_world();
    let store = TempStore::empty();
    let last = world.last();
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
fn what_was_passed_and_not_written_down_is_delivered_again_and_changes_nothing() {
    let world = some_world();
    let store = TempStore::empty();
    for _ in 0..2 {
        // Each time nothing was written down of what was passed last.
        for partition in 0..=usize::from(SPLIT) {
            let mut feeder = taken(&store, partition);
            for part in world.log.chunks(2) {
                feeder.apply(part).unwrap();
            }
        }
    }
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&world.log).digest().unwrap()
    );
    // To pass what is behind is no way back.
    let mut feeder = taken(&store, 0);
    feeder.apply(&world.log).unwrap();
    feeder.settle().unwrap();
    let reached = feeder.checkpoint().unwrap();
    let first = world
        .log
        .iter()
        .find(|event| Partition::of_stream(&event.stream, SPLIT).index(SPLIT) != 0);
    feeder.apply(std::slice::from_ref(first.unwrap())).unwrap();
    feeder.settle().unwrap();
    assert_eq!(feeder.checkpoint().unwrap(), reached);
}

/// The lease, once the projector that had it is gone.
fn taken(store: &ViewStore, partition: usize) -> Lease {
    let tries = (0..200).find_map(|_| {
        lease(store, partition).or_else(|| {
            sleep(Pause::from_millis(20));
            None
        })
    });
    tries.unwrap()
}

#[test]
fn two_that_feed_one_partition_count_every_event_once() {
    let world = some_world();
    let store = TempStore::empty();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for part in world.log.chunks(3) {
                    store
                        .apply(&world.log[..])
                        .and_then(|_| store.apply(part))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&world.log).digest().unwrap()
    );
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
}

#[test]
fn a_projector_that_joins_is_counted_until_it_is_gone() {
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
fn who_waits_for_a_position_is_woken_when_the_tenants_partition_is_there() {
    let world = some_world();
    let store = TempStore::empty();
    let progress = store.shared_views().unwrap().follow_progress();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let last = world.last();
    let stream = last.stream.clone();
    let of_it = Partition::of_stream(&stream, SPLIT);
    let mut feeder = store.shared_views().unwrap().try_lease(of_it).unwrap().unwrap();
    let position = last.position;
    runtime.block_on(async {
        let waiting = tokio::spawn({
            let progress = progress.clone();
            async move { progress.wait_for(Some(&stream), position).await }
        });
        feeder.apply(&world.log).unwrap();
        tokio::time::timeout(Pause::from_secs(20), waiting)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let everything = progress.wait_for(None, position);
        let waited = tokio::time::timeout(Pause::from_millis(50), everything).await;
        assert!(waited.is_err(), "other partitions are not there yet");
        store.apply(&world.log).unwrap();
        let everything = progress.wait_for(None, position);
        tokio::time::timeout(Pause::from_secs(20), everything)
            .await
            .unwrap()
            .unwrap();
    });
    assert_eq!(progress.lowest(), Some(position));
}

#[test]
fn what_waits_for_the_server_waits_also_where_a_runtime_would_not_have_it() {
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
