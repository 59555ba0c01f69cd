//! The register of another day: what it showed then, and nothing that was recorded later.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use tally_domain::asset::{AssetCommand, AssetStatus};
use tally_domain::value::FreeText;
use tally_domain::{AsOf, Position, TenantId};
use tally_projections::{AssetHistory, AssetRow, PastState};
use tally_query::{Filter, Sort};
use tally_view_store::ViewStore;

use crate::location::cases;
use crate::querying::filter_of;
use crate::questions::{Question, as_of, count, facets, get, list, past_state};
use crate::support::random::{ASSETS, TENANTS};
use crate::support::{TempStore, World, asset_id, attribute, ops, person, play, set, tenant_id};

fn shown(store: &ViewStore, tenant: u8, at: Option<DateTime<Utc>>) -> Vec<AssetRow> {
    let question = Question {
        filter: Filter::default(),
        at,
    };
    list(store, tenant_id(tenant), question, Sort::default(), 1000, None)
        .unwrap()
        .items
}

#[test]
fn the_register_of_a_day_shows_who_had_what_then() {
    let mut world = World::new();
    let registered = world.now;
    world.register(0, 1, "A-1", "Desk", &[]);
    let handed = world.wait(Duration::days(10));
    world.check_out(0, 1, 1);
    let back = world.wait(Duration::days(10));
    world.asset(0, 1, &AssetCommand::CheckIn { note: None }).unwrap();
    let store = TempStore::fed(&world.log);
    let holder = |at| get(&store, tenant_id(0), asset_id(1), Some(at)).map(|row| row.holder);
    let moment = Duration::microseconds(1);
    assert_eq!(holder(registered - moment), None, "not registered yet");
    assert_eq!(holder(registered), Some(None));
    assert_eq!(holder(handed - moment), Some(None));
    assert_eq!(holder(handed), Some(Some(person(1))));
    assert_eq!(holder(back - moment), Some(Some(person(1))));
    assert_eq!(holder(back), Some(None));
    assert_eq!(holder(back + Duration::days(900)), Some(None));

    let then = |filter| Question {
        filter,
        at: Some(handed),
    };
    let out = then(Filter {
        status: vec![AssetStatus::CheckedOut],
        ..Filter::default()
    });
    assert_eq!(count(&store, tenant_id(0), &out).unwrap(), 1);
    let facets = facets(&store, tenant_id(0), &out).unwrap();
    assert_eq!(facets.holder.values[0].value, person(1).to_string());
    let by_tag = then(filter_of("tag = a-1"));
    let found = list(&store, tenant_id(0), by_tag, Sort::default(), 10, None).unwrap();
    assert_eq!(found.items[0].holder, Some(person(1)));
}

#[test]
fn a_withdrawn_asset_leaves_the_register_from_that_moment_and_stays_in_what_was_shown_before() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[("type", "desk")]);
    world.register(0, 2, "A-2", "Chair", &[]);
    let before = world.now;
    let withdrawn = world.wait(Duration::days(1));
    world.asset(0, 1, &AssetCommand::Withdraw).unwrap();
    let store = TempStore::fed(&world.log);
    let at = |at| Question {
        filter: Filter::default(),
        at,
    };
    let tags = |at| -> Vec<String> {
        let found = list(&store, tenant_id(0), at, Sort::default(), 10, None).unwrap();
        found.items.iter().map(|row| row.tag.to_string()).collect()
    };
    assert_eq!(tags(at(None)), ["A-2"]);
    assert_eq!(tags(at(Some(withdrawn))), ["A-2"]);
    assert_eq!(tags(at(Some(before))), ["A-1", "A-2"]);
    assert_eq!(count(&store, tenant_id(0), at(None)).unwrap(), 1);
    assert_eq!(count(&store, tenant_id(0), at(Some(before))).unwrap(), 2);
    let types = |at| facets(&store, tenant_id(0), &at).unwrap().asset_type.values.len();
    assert_eq!((types(at(None)), types(at(Some(before)))), (0, 1));
    assert_eq!(get(&store, tenant_id(0), asset_id(1), None), None);

    let history = AssetHistory::of(&store);
    let page = history.history(tenant_id(0), asset_id(1), None, &[], 10, None);
    let types: Vec<_> = page.unwrap().items.into_iter().map(|e| e.event_type).collect();
    assert_eq!(types, ["asset.withdrawn", "asset.registered"]);
    let is_withdrawn = |asset| history.is_withdrawn(tenant_id(0), asset_id(asset), None).unwrap();
    assert_eq!((is_withdrawn(1), is_withdrawn(2)), (true, false));
}

#[test]
fn a_correction_does_not_change_what_had_been_shown() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[("serial", "1")]);
    let then = world.now;
    world.wait(Duration::days(1));
    let correct = AssetCommand::Correct {
        set: set(&[("serial", "2")]),
        effective_at: then,
        reason: FreeText::new("misread"),
    };
    world.asset(0, 1, &correct).unwrap();
    let store = TempStore::fed(&world.log);
    assert_eq!(
        shown(&store, 0, Some(then))[0].attributes[&attribute("serial")],
        "1"
    );
    assert_eq!(shown(&store, 0, None)[0].attributes[&attribute("serial")], "2");
}

#[test]
fn of_several_changes_in_one_moment_the_last_is_shown() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    world.check_out(0, 1, 1);
    let store = TempStore::fed(&world.log);
    let rows = shown(&store, 0, Some(world.now));
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].status, AssetStatus::CheckedOut);
}

#[test]
fn a_clock_set_back_never_shows_two_versions_of_an_asset() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let start = world.now;
    world.wait(Duration::hours(5));
    world.check_out(0, 1, 1);
    world.wait(Duration::hours(-3));
    world.asset(0, 1, &AssetCommand::CheckIn { note: None }).unwrap();
    let store = TempStore::fed(&world.log);
    for hour in 0..8 {
        let rows = shown(&store, 0, Some(start + Duration::hours(hour)));
        assert_eq!(rows.len(), 1, "at hour {hour}");
    }
}

#[test]
fn what_came_before_counts_even_if_its_clock_was_ahead() {
    let mut world = World::new();
    let start = world.now;
    world.wait(Duration::hours(5));
    world.register(0, 1, "A-1", "Desk", &[]);
    world.wait(Duration::hours(-4));
    world.check_out(0, 1, 1);
    let store = TempStore::fed(&world.log);
    let at = |minutes| {
        get(
            &store,
            tenant_id(0),
            asset_id(1),
            Some(start + Duration::minutes(minutes)),
        )
    };
    assert_eq!(at(59), None);
    assert_eq!(at(60).map(|row| row.holder), Some(Some(person(1))));
}

#[test]
fn the_clock_of_another_tenant_does_not_matter() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let registered = world.now;
    world.wait(Duration::hours(-1));
    world.register(1, 1, "B-1", "Desk", &[]);
    let store = TempStore::fed(&world.log);
    let before = registered - Duration::minutes(30);
    assert_eq!(as_of(&store, tenant_id(0), before).position, None);
    assert_eq!(
        as_of(&store, tenant_id(1), before).position,
        Some(world.last().position)
    );
}

#[test]
fn a_history_of_the_past_ends_where_its_register_does() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let registered = world.now;
    world.wait(Duration::days(1));
    world.check_out(0, 1, 1);
    let store = TempStore::fed(&world.log);
    let revisions = |at| -> Vec<u64> {
        let state = as_of(&store, tenant_id(0), at);
        let page = AssetHistory::of(&store).history(tenant_id(0), asset_id(1), Some(state), &[], 10, None);
        page.unwrap().items.iter().map(|entry| entry.revision).collect()
    };
    assert_eq!(
        revisions(registered - Duration::microseconds(1)),
        Vec::<u64>::new()
    );
    assert_eq!(revisions(registered), [0]);
    assert_eq!(revisions(world.now), [1, 0]);
}

/// Every recorded time, and the moments around it, in order.
fn instants(world: &World) -> Vec<DateTime<Utc>> {
    let moment = Duration::microseconds(1);
    let around = |at: DateTime<Utc>| [at - moment, at, at + moment];
    let mut instants: Vec<_> = world
        .log
        .iter()
        .flat_map(|event| around(event.recorded_at))
        .collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// The position that `at` means, by trying all events.
fn brute_force(world: &World, tenant: TenantId, at: DateTime<Utc>) -> Option<Position> {
    let prefix = format!("{tenant}.");
    let ours = world
        .log
        .iter()
        .filter(|event| event.stream.as_str().starts_with(&prefix));
    ours.filter(|event| event.recorded_at <= at)
        .map(|event| event.position)
        .max()
}

/// What one tenant's register and histories show.
fn answers(store: &ViewStore, tenant: u8, at: Option<DateTime<Utc>>) -> (Vec<AssetRow>, Vec<usize>) {
    let id = tenant_id(tenant);
    let state = at.map(|at| as_of(store, id, at));
    let entries = |asset| {
        AssetHistory::of(store)
            .history(id, asset, state, &[], 1000, None)
            .unwrap()
    };
    let histories = (0..ASSETS).map(|asset| entries(asset_id(asset)).items.len());
    (shown(store, tenant, at), histories.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(40)))]

    #[test]
    fn an_instant_means_the_last_position_recorded_not_later_whatever_the_clocks_did(
        ops in ops(120),
        batch in 1usize..20,
    ) {
        let world = play(&ops);
        let store = TempStore::empty();
        for part in world.log.chunks(batch) {
            store.apply(part).unwrap();
        }
        for tenant in (0..TENANTS).map(tenant_id) {
            let events = || {
                let ours = world.log.iter().filter(|event| event.stream.owner() == Some(tenant));
                ours.map(|event| (event.recorded_at, event.position))
            };
            let mut before = None;
            for at in instants(&world) {
                let PastState { as_of: state, events: counted } = past_state(&store, tenant, at);
                prop_assert_eq!(state, AsOf::resolve(at, events()));
                let own = events().filter(|(_, position)| state.includes(*position)).count();
                prop_assert_eq!(counted, own as u64, "at {}", at);
                prop_assert_eq!(state.position, brute_force(&world, tenant, at), "at {}", at);
                prop_assert!(before <= state.position, "at {}", at);
                before = state.position;
            }
        }
    }

    #[test]
    fn the_register_as_of_a_moment_is_the_register_that_was_current_then(ops in ops(60)) {
        let world = play(&ops);
        let store = TempStore::empty();
        // What each tenant saw after each event, by the event's position.
        let mut seen: Vec<(Option<Position>, Vec<_>)> = vec![];
        let current = |store: &TempStore| (0..TENANTS).map(|tenant| answers(store, tenant, None)).collect();
        seen.push((None, current(&store)));
        for event in &world.log {
            store.apply(std::slice::from_ref(event)).unwrap();
            seen.push((Some(event.position), current(&store)));
        }
        for at in instants(&world) {
            for tenant in 0..TENANTS {
                let position = brute_force(&world, tenant_id(tenant), at);
                let then = seen.iter().find(|(last, _)| *last == position);
                let expected = then.map(|(_, lists)| lists[usize::from(tenant)].clone());
                prop_assert_eq!(Some(answers(&store, tenant, Some(at))), expected, "at {}", at);
            }
        }
    }
}
