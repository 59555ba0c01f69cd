//! Feeding: each event counts once however often it is delivered, and poison stops one view only.

use tally_view_store::{LogPoint, StoreError};

use crate::log::{TestLog, some_log, stream};
use crate::temp_store::TempStore;
use crate::views::{Streams, Totals, all_views, events_of};

#[test]
fn a_new_store_is_empty_and_needs_no_rebuild() {
    let store = TempStore::empty();
    assert_eq!(store.checkpoint().unwrap(), None);
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
    assert_eq!(store.apply(&[]).unwrap(), None);
}

#[test]
fn applying_returns_the_position_of_the_last_event() {
    let log = some_log();
    let store = TempStore::empty();
    let reached = store.apply(&log.events).unwrap();
    assert_eq!(reached, log.head());
    assert_eq!(store.checkpoint().unwrap(), reached);
    for view in all_views().names() {
        assert_eq!(store.checkpoint_of(view).unwrap(), reached, "{view:?}");
    }
}

#[test]
fn events_that_were_applied_before_are_skipped() {
    let log = some_log();
    let store = TempStore::fed(&log.events);
    let digest = store.digest().unwrap();
    assert_eq!(store.apply(&log.events).unwrap(), log.head());
    assert_eq!(store.apply(&log.events[..1]).unwrap(), log.head());
    assert_eq!(store.digest().unwrap(), digest);
    assert_eq!(events_of(&store, &stream(0)), 2);
}

#[test]
fn what_was_fed_is_there_after_the_store_is_opened_again() {
    let log = some_log();
    let store = TempStore::fed(&log.events);
    let digest = store.digest().unwrap();
    let reopened = store.reopened(&[]);
    assert_eq!(reopened.checkpoint().unwrap(), log.head());
    assert_eq!(reopened.digest().unwrap(), digest);
    assert_eq!(reopened.needs_rebuild().unwrap(), vec![]);
}

#[test]
fn events_out_of_order_are_refused_and_none_is_applied() {
    let mut log = some_log();
    log.events.swap(0, 1);
    let store = TempStore::empty();
    assert!(matches!(store.apply(&log.events), Err(StoreError::OutOfOrder)));
    assert_eq!(store.checkpoint().unwrap(), None);
}

#[test]
fn an_unreadable_event_of_a_tenant_stops_the_views_of_tenants_and_not_those_of_the_operator() {
    let mut log = TestLog::default();
    log.add(0);
    let before = log.head();
    log.add_unreadable(0);
    log.add(0);
    let store = TempStore::empty();
    assert_eq!(store.apply(&log.events).unwrap(), log.head());
    for status in store.status().unwrap() {
        let cause = status.poisoned.map(|poisoned| poisoned.cause);
        let seen = (status.checkpoint, cause.as_deref());
        if status.view == Streams::NAME {
            assert_eq!(seen, (before, Some("it does not open")));
        } else {
            assert_eq!(seen, (log.head(), None));
        }
    }
}

#[test]
fn a_poison_event_stops_the_view_that_cannot_apply_it_and_no_other() {
    let mut log = TestLog::default();
    log.add(0);
    log.add(0);
    let before = log.head();
    log.add_poison(0);
    let poison = log.last().clone();
    log.add(0);
    let store = TempStore::empty();
    let reached = store.apply(&log.events).unwrap();
    assert_eq!(
        reached,
        log.head(),
        "the running views decide where feeding continues"
    );
    assert_eq!(store.needs_rebuild().unwrap(), vec![Streams::NAME]);
    for status in store.status().unwrap() {
        if status.view == Streams::NAME {
            assert_eq!(
                status.checkpoint, before,
                "what came before the poison is applied"
            );
            let poisoned = status.poisoned.unwrap();
            assert_eq!(
                (poisoned.position, poisoned.event_id),
                (poison.position, poison.id)
            );
            assert_eq!(
                (poisoned.stream, poisoned.cause.as_str()),
                (stream(0), "the event is marked")
            );
        } else {
            assert_eq!((status.checkpoint, status.poisoned), (log.head(), None));
        }
    }
    assert_eq!(
        events_of(&store, &stream(0)),
        2,
        "the stopped view shows what it knew"
    );
}

#[test]
fn a_stopped_view_stays_stopped_when_the_store_is_opened_again() {
    let mut log = some_log();
    log.add_poison(0);
    let store = TempStore::empty();
    store.apply(&log.events).unwrap();
    let store = store.reopened(&[]);
    log.add(0);
    store.apply(&log.events).unwrap();
    assert_eq!(events_of(&store, &stream(0)), 2);
    assert_eq!(store.checkpoint_of(Totals::NAME).unwrap(), log.head());
}

#[test]
fn events_of_unknown_types_are_counted() {
    let mut log = some_log();
    log.add_unknown(0);
    let store = TempStore::fed(&log.events);
    for status in store.status().unwrap() {
        assert_eq!(status.unknown_events, 1, "{:?}", status.view);
    }
}

#[test]
fn a_store_opened_for_reading_answers_beside_the_one_that_feeds_and_applies_nothing() {
    let log = some_log();
    let live = TempStore::fed(&log.events);
    let reader = live.location.open_read_only();
    assert_eq!(reader.status().unwrap(), live.status().unwrap());
    assert!(matches!(reader.apply(&log.events), Err(StoreError::ReadOnly)));
}

#[test]
fn readers_on_many_threads_never_see_half_a_batch() {
    let store = TempStore::empty();
    let mut log = TestLog::default();
    (0..100).for_each(|_| log.add(0));
    std::thread::scope(|threads| {
        let readers: Vec<_> = (0..8)
            .map(|_| {
                threads.spawn(|| {
                    loop {
                        // Applied two by two, so every reader sees an even number.
                        let seen = events_of(&store, &stream(0));
                        assert_eq!(seen % 2, 0);
                        if seen == 100 {
                            break;
                        }
                    }
                })
            })
            .collect();
        for pair in log.events.chunks(2) {
            store.apply(pair).unwrap();
        }
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
}

#[test]
fn the_views_know_which_event_stands_at_their_checkpoint() {
    let mut log = some_log();
    let store = TempStore::empty();
    assert_eq!(store.log_points().unwrap(), []);
    store.apply(&log.events).unwrap();
    let last = |log: &TestLog| LogPoint {
        position: log.last().position,
        event: Some(log.last().id),
    };
    let known = store.log_points().unwrap();
    assert!(known.iter().all(|point| *point == last(&log)), "{known:?}");
    log.add(0);
    store.apply(&log.events).unwrap();
    assert!(store.log_points().unwrap().contains(&last(&log)));
}
