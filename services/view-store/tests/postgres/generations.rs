//! Views of several versions side by side.

use std::slice;

use tally_view_store::{Generation, StoreError, ViewStore};

use crate::location::TestLocation;
use crate::log::some_log;
use crate::temp_store::TempStore;
use crate::views::all_views;

/// A schema as another version would have made it.
fn another_version(location: &TestLocation) -> String {
    let other = format!("{}_0ther000", location.base());
    location.run(&format!(
        "CREATE SCHEMA {other}; CREATE TABLE {other}.partitioning (tenants bigint); INSERT INTO {other}.partitioning VALUES (2)"
    ));
    other
}

#[test]
fn views_of_another_version_are_shown_and_removed_when_no_process_feeds_them() {
    let store = TempStore::empty();
    let other = another_version(&store.location);
    let shared = store.shared_views().unwrap();
    let own = store.location.schema();
    let _held = shared.try_lease(shared.partitions()[0]).unwrap().unwrap();
    let generation = |schema: &str, current, fed| Generation {
        schema: schema.to_owned(),
        current,
        fed,
    };
    let mut found = shared.generations().unwrap();
    found.sort_by_key(|generation| generation.current);
    assert_eq!(found, [generation(&other, false, 0), generation(&own, true, 1)]);
    assert_eq!(shared.prune().unwrap(), slice::from_ref(&other));
    assert_eq!(shared.generations().unwrap(), [generation(&own, true, 1)]);
}

#[test]
fn views_of_another_generation_are_separate_and_may_be_split_another_way() {
    let log = some_log();
    let location = TestLocation::new();
    let first = ViewStore::open_in(&location.split(2), &all_views()).unwrap();
    first.apply(&log.events).unwrap();
    let second = ViewStore::open_in(&location.split(5).with_generation(2), &all_views()).unwrap();
    assert_eq!(second.checkpoint().unwrap(), None);
    assert_eq!(second.shared_views().unwrap().split(), 5);
    second.apply(&log.events).unwrap();
    assert_eq!(second.digest().unwrap(), first.digest().unwrap());
    assert_eq!(first.shared_views().unwrap().generations().unwrap().len(), 2);
}

#[test]
fn views_stay_split_as_they_were_made() {
    let log = some_log();
    let location = TestLocation::new();
    let first = ViewStore::open_in(&location.split(2), &all_views()).unwrap();
    first.apply(&log.events).unwrap();
    let second = ViewStore::open_in(&location.split(5), &all_views()).unwrap();
    assert_eq!(second.shared_views().unwrap().split(), 2);
    assert_eq!(second.checkpoint().unwrap(), log.head());
}

#[test]
fn nodes_that_start_together_make_the_views_once() {
    let location = TestLocation::new();
    std::thread::scope(|threads| {
        let opening: Vec<_> = (0..6).map(|_| threads.spawn(|| location.open())).collect();
        for opened in opening {
            assert_eq!(opened.join().unwrap().needs_rebuild().unwrap(), vec![]);
        }
    });
}

#[test]
fn a_reader_does_not_make_views_that_are_missing() {
    let location = TestLocation::new();
    let opened = ViewStore::open_in_read_only(&location.database(), &all_views());
    assert!(matches!(opened, Err(StoreError::NotThere { .. })), "{opened:?}");
    assert_eq!(location.schema(), "");
}
