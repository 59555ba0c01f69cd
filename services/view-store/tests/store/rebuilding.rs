//! Rebuilding beside the live views, and taking their location.

use tally_view_store::{StoreError, SwapError};

use crate::log::{some_log, stream};
use crate::temp_store::TempStore;
use crate::views::{Streams, Totals, events_of};

/// The statements after which it is as if there had never been `table`.
fn forget(table: &str) -> String {
    format!("DROP TABLE {table}; DELETE FROM view_checkpoints WHERE view LIKE '{table}%'")
}

#[test]
fn rebuilt_views_take_the_place_of_the_live_ones_and_go_on() {
    let mut log = some_log();
    let live = TempStore::fed(&log.events);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    assert_eq!(rebuilt.digest().unwrap(), live.digest().unwrap());
    let swapped = live.swap(rebuilt).unwrap();
    assert_eq!(swapped.checkpoint, log.head());
    assert_eq!(swapped.differing, Vec::<String>::new());

    log.add(0);
    live.apply(&log.events).unwrap();
    let fed = TempStore::fed(&log.events);
    assert_eq!(live.digest().unwrap(), fed.digest().unwrap());
}

#[test]
fn views_rebuilt_only_in_part_are_refused_and_can_be_fed_on() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    let rebuilt = live.begin_rebuild().unwrap();
    let part = rebuilt.apply(&log.events[..6]).unwrap();
    let Err(SwapError::Behind {
        rebuilt,
        at,
        live: live_at,
    }) = live.swap(rebuilt)
    else {
        panic!("the swap was not refused");
    };
    assert_eq!((at, live_at), (part, log.head()));
    rebuilt.apply(&log.events).unwrap();
    live.swap(*rebuilt).unwrap();
}

#[test]
fn a_swap_names_the_tables_that_were_changed_by_hand() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    live.location.run("UPDATE streams SET events = 7");
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    assert_eq!(live.swap(rebuilt).unwrap().differing, vec!["streams".to_owned()]);
    assert_eq!(events_of(&live, &stream(0)), 2);
}

#[test]
fn an_abandoned_rebuild_leaves_nothing_and_another_can_begin() {
    let live = TempStore::fed(&some_log().events);
    let rebuilt = live.begin_rebuild().unwrap();
    assert!(matches!(live.begin_rebuild(), Err(StoreError::InUse { .. })));
    rebuilt.abandon().unwrap();
    live.begin_rebuild().unwrap();
}

#[test]
fn the_remains_of_an_interrupted_rebuild_are_removed() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    let interrupted = live.begin_rebuild().unwrap();
    interrupted.apply(&log.events).unwrap();
    drop(interrupted);
    let again = live.begin_rebuild().unwrap();
    assert_eq!(again.checkpoint().unwrap(), None);
    again.apply(&log.events).unwrap();
    live.swap(again).unwrap();
}

#[test]
fn a_view_of_another_version_is_named_and_applies_nothing_until_it_is_rebuilt() {
    let mut log = some_log();
    let change = "UPDATE view_checkpoints SET version = 99 WHERE view LIKE 'streams%'";
    let store = TempStore::fed(&log.events).reopened(&[change.to_owned()]);
    assert_eq!(store.needs_rebuild().unwrap(), vec![Streams::NAME]);
    let before = log.head();
    log.add(0);
    store.apply(&log.events).unwrap();
    assert_eq!(store.checkpoint_of(Streams::NAME).unwrap(), before);
    assert_eq!(store.checkpoint_of(Totals::NAME).unwrap(), log.head());

    let rebuilt = store.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    store.swap(rebuilt).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
    let fed = TempStore::fed(&log.events);
    assert_eq!(store.digest().unwrap(), fed.digest().unwrap());
}

#[test]
fn a_view_that_an_older_store_does_not_have_is_named_and_rebuilt() {
    let log = some_log();
    let store = TempStore::fed(&log.events).reopened(&[forget("totals")]);
    assert_eq!(store.needs_rebuild().unwrap(), vec![Totals::NAME]);
    let rebuilt = store.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    store.swap(rebuilt).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
}

#[test]
fn a_rebuild_by_a_version_that_can_apply_the_poison_repairs_the_stopped_view() {
    let mut log = some_log();
    log.add_poison(0);
    let live = TempStore::empty();
    live.apply(&log.events).unwrap();
    assert_eq!(live.needs_rebuild().unwrap(), vec![Streams::NAME]);

    // A later version reads the same event in a way that it can apply; here it is no longer marked.
    log.events.last_mut().unwrap().context.reason = None;
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&log.events).unwrap();
    live.swap(rebuilt).unwrap();
    assert_eq!(live.needs_rebuild().unwrap(), vec![]);
    assert_eq!(events_of(&live, &stream(0)), 3);
}

#[test]
fn queries_go_on_on_other_threads_while_views_are_swapped() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            for _ in 0..300 {
                assert_eq!(events_of(&live, &stream(0)), 2);
            }
        });
        for _ in 0..5 {
            let rebuilt = live.begin_rebuild().unwrap();
            rebuilt.apply(&log.events).unwrap();
            live.swap(rebuilt).unwrap();
        }
        reader.join().unwrap();
    });
}

#[test]
fn the_digest_changes_with_every_event() {
    let log = some_log();
    let less = &log.events[..log.events.len() - 1];
    let digest = |events| TempStore::fed(events).digest().unwrap();
    assert_ne!(digest(&log.events), digest(less));
}

#[test]
fn views_of_a_log_that_lost_its_end_are_replaced_only_on_demand() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    let shorter = &log.events[..6];
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(shorter).unwrap();
    let Err(SwapError::Behind { rebuilt, .. }) = live.swap(rebuilt) else {
        panic!("the swap was not refused");
    };
    let swapped = live.swap_backwards(*rebuilt).unwrap();
    assert_eq!(swapped.checkpoint, Some(shorter[5].position));
    assert_eq!(live.digest().unwrap(), TempStore::fed(shorter).digest().unwrap());
}
