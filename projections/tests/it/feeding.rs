//! Feeding the views of the business: batches, poison, unknown events.

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::{Actor, Position, StreamName, Via};
use tally_projections::{AssetHistory, CredentialList, asset_history, asset_register};
use tally_query::{Filter, Sort};

use crate::location::cases;
use crate::questions::{count, get, list};
use crate::support::{TempStore, World, asset_id, ops, play, some_world, tenant_id};

#[test]
fn a_batch_with_more_rows_than_one_statement_takes_is_taken_in_whole() {
    let mut world = World::new();
    for tenant in 0..8 {
        (0..200).for_each(|asset| world.register(tenant, asset, &format!("A-{asset}"), "Desk", &[]));
    }
    let store = TempStore::fed(&world.log);
    for tenant in 0..8 {
        let counted = count(&store, tenant_id(tenant), Filter::default());
        assert_eq!(counted.unwrap(), 200);
    }
}

/// An event of an asset recorded into a stream of another tenant.
fn poison(world: &mut World) -> Position {
    let context = world.context(Some(tenant_id(1)), Actor::without_person(Via::App));
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
    let page = list(&store, tenant_id(0), Filter::default(), Sort::default(), 10, None).unwrap();
    assert_eq!(page.items.len(), 1, "the stopped view shows what it knew");
    assert_eq!(CredentialList::of(&store).load_all().unwrap().1.len(), 2);
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
    let row = get(&store, tenant_id(0), asset_id(1), None).unwrap();
    assert_eq!(row.revision, world.last().revision);
    let history = AssetHistory::of(&store)
        .history(tenant_id(0), asset_id(1), None, &[], 1, None)
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
