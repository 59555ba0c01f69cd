//! Feeding: exactly once in effect, whatever is delivered how often; poison stops one view and no
//! other.

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::{Actor, Position, StreamName, Via};
use tally_projections::{AssetHistory, AssetRegister, CredentialList, Filter, asset_history, asset_register};
use tally_query::Sort;
use tally_view_store::StoreError;

use crate::location::cases;
use crate::support::{TempStore, World, all_views, asset_id, ops, play, some_world, tenant_id};

#[test]
fn a_new_store_has_nothing_and_needs_nothing() {
    let store = TempStore::empty();
    assert_eq!(store.checkpoint().unwrap(), None);
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
    assert_eq!(store.apply(&[]).unwrap(), None);
}

#[test]
fn applying_answers_with_the_position_of_the_last_event() {
    let world = some_world();
    let store = TempStore::empty();
    let reached = store.apply(&world.log).unwrap();
    assert_eq!(reached, Some(world.last().position));
    assert_eq!(store.checkpoint().unwrap(), reached);
    for view in all_views().names() {
        assert_eq!(store.checkpoint_of(view).unwrap(), reached, "{view:?}");
    }
}

#[test]
fn events_taken_in_before_are_skipped() {
    let world = some_world();
    let store = TempStore::fed(&world.log);
    let digest = store.digest().unwrap();
    assert_eq!(store.apply(&world.log).unwrap(), Some(world.last().position));
    assert_eq!(store.apply(&world.log[..1]).unwrap(), Some(world.last().position));
    assert_eq!(store.digest().unwrap(), digest);
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
}

#[test]
fn a_batch_with_more_rows_than_one_statement_takes_is_taken_in_whole() {
    let mut world = World::new();
    for tenant in 0..8 {
        (0..200).for_each(|asset| world.register(tenant, asset, &format!("A-{asset}"), "Desk", &[]));
    }
    let store = TempStore::fed(&world.log);
    let register = AssetRegister::of(&store);
    for tenant in 0..8 {
        let counted = register.count(tenant_id(tenant), &Filter::default());
        assert_eq!(counted.unwrap(), 200);
    }
}

#[test]
fn what_was_fed_is_there_after_the_store_is_opened_again() {
    let world = some_world();
    let store = TempStore::fed(&world.log);
    let digest = store.digest().unwrap();
    let reopened = store.reopened(&[]);
    assert_eq!(reopened.checkpoint().unwrap(), Some(world.last().position));
    assert_eq!(reopened.digest().unwrap(), digest);
    assert_eq!(reopened.needs_rebuild().unwrap(), vec![]);
}

#[test]
fn events_out_of_order_are_refused_and_nothing_is_taken_in() {
    let mut world = some_world();
    world.log.swap(0, 1);
    let store = TempStore::empty();
    assert!(matches!(store.apply(&world.log), Err(StoreError::OutOfOrder)));
    assert_eq!(store.checkpoint().unwrap(), None);
}

/// An event of an asset recorded into a stream of another tenant.
fn poison(world: &mut World) -> Position {
    let context = world.context(Some(tenant_id(1)), Actor::without_account(Via::App));
    let stream = StreamName::asset(tenant_id(0), asset_id(1));
    world.record(&stream, context, tally_domain::asset::AssetEvent::Retired {});
    world.last().position
}

#[test]
fn a_poison_event_stops_the_views_it_concerns_and_the_others_go_on() {
    let mut world = some_world();
    let before = world.last().position;
    let poisoned_at = poison(&mut world);
    world.wait(Duration::seconds(1));
    world.install(1, 2, Duration::zero());
    let store = TempStore::empty();

    let reached = store.apply(&world.log).unwrap();

    assert_eq!(
        reached,
        Some(world.last().position),
        "the running views say where it goes on"
    );
    let stopped = vec![asset_register::NAME, asset_history::NAME];
    assert_eq!(store.needs_rebuild().unwrap(), stopped);
    for status in store.status().unwrap() {
        if stopped.contains(&status.view) {
            assert_eq!(
                status.checkpoint,
                Some(before),
                "what came before the poison is taken in"
            );
            assert_eq!(status.poisoned.unwrap().position, poisoned_at);
        } else {
            assert_eq!(status.checkpoint, Some(world.last().position));
            assert_eq!(status.poisoned, None);
        }
    }
    let register = AssetRegister::of(&store);
    let page = register
        .list(tenant_id(0), &Filter::default(), Sort::default(), 10, None)
        .unwrap();
    assert_eq!(page.items.len(), 1, "the stopped view shows what it knew");
    assert_eq!(CredentialList::of(&store).load_all().unwrap().len(), 2);
}

#[test]
fn a_stopped_view_stays_stopped_when_more_comes_and_when_the_store_is_opened_again() {
    let mut world = some_world();
    poison(&mut world);
    let store = TempStore::empty();
    store.apply(&world.log).unwrap();
    let store = store.reopened(&[]);
    world.register(0, 2, "A-2", "Chair", &[]);
    store.apply(&world.log).unwrap();
    assert_eq!(
        AssetRegister::of(&store)
            .get(tenant_id(0), asset_id(2), None)
            .unwrap(),
        None
    );
    assert_eq!(store.checkpoint().unwrap(), Some(world.last().position));
}

#[test]
fn events_of_unknown_types_are_counted_and_make_a_revision() {
    let mut world = some_world();
    let stream = StreamName::asset(tenant_id(0), asset_id(1));
    world.unknown(0, &stream);
    let store = TempStore::fed(&world.log);
    for status in store.status().unwrap() {
        assert_eq!(status.unknown_events, 1, "{:?}", status.view);
    }
    let row = AssetRegister::of(&store)
        .get(tenant_id(0), asset_id(1), None)
        .unwrap()
        .unwrap();
    assert_eq!(row.revision, world.last().revision);
    let history = AssetHistory::of(&store)
        .history(tenant_id(0), asset_id(1), 1, None)
        .unwrap();
    assert_eq!(history.items[0].event_type, "asset.audited");
    assert_eq!(history.items[0].changes, vec![]);
}

#[test]
fn an_unknown_event_in_a_stream_of_an_unknown_kind_stops_nothing() {
    let mut world = some_world();
    world.unknown(
        0,
        &StreamName::from_log("elsewhere.asset-of-a-new-kind".to_owned()),
    );
    TempStore::fed(&world.log);
}

#[test]
fn a_store_opened_for_reading_answers_beside_the_one_that_feeds_and_takes_nothing_in() {
    let world = some_world();
    let live = TempStore::fed(&world.log);
    let reader = live.location.open_read_only();
    assert_eq!(reader.status().unwrap(), live.status().unwrap());
    assert!(matches!(reader.apply(&world.log), Err(StoreError::ReadOnly)));
}

#[test]
fn readers_on_many_threads_never_see_half_a_batch() {
    let store = TempStore::empty();
    let mut world = World::new();
    for n in 0..100 {
        world.register(0, n, &format!("A-{n}"), "Desk", &[]);
    }
    std::thread::scope(|threads| {
        let readers: Vec<_> = (0..8)
            .map(|_| {
                threads.spawn(|| {
                    loop {
                        // Registered two by two, so every reader sees an even number.
                        let seen = AssetRegister::of(&store)
                            .count(tenant_id(0), &Filter::default())
                            .unwrap();
                        assert_eq!(seen % 2, 0);
                        if seen == 100 {
                            break;
                        }
                    }
                })
            })
            .collect();
        for pair in world.log.chunks(2) {
            store.apply(pair).unwrap();
        }
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48)))]

    #[test]
    fn any_batches_with_any_redelivery_yield_the_same_tables(
        ops in ops(80),
        cuts in proptest::collection::vec((0usize..100, 0usize..100), 0..8),
    ) {
        let log = play(&ops).log;
        let straight = TempStore::fed(&log);
        let cut = TempStore::empty();
        let mut fed = 0;
        for (back, forth) in cuts {
            let from = fed - fed.min(back);
            fed = log.len().min(fed + forth);
            cut.apply(&log[from.min(fed)..fed]).unwrap();
        }
        cut.apply(&log[fed..]).unwrap();
        prop_assert_eq!(cut.digest().unwrap(), straight.digest().unwrap());
        prop_assert_eq!(cut.status().unwrap(), straight.status().unwrap());
    }

    #[test]
    fn what_the_domain_decides_stops_no_view(ops in ops(120)) {
        let world = play(&ops);
        let store = TempStore::empty();
        let reached = store.apply(&world.log).unwrap();
        prop_assert_eq!(reached, world.log.last().map(|recorded| recorded.position));
        prop_assert_eq!(store.needs_rebuild().unwrap(), vec![]);
    }
}
