//! The register of another day: what it showed then, and nothing that was recorded later.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use tally_domain::asset::AssetCommand;
use tally_domain::asset::AssetStatus;
use tally_projections::{AssetRegister, AssetRow, Filter};
use tally_query::Sort;
use tally_view_store::ViewStore;

use crate::location::cases;
use crate::support::random::{TENANTS, carry_out};
use crate::support::{TempStore, World, account, asset_id, ops, set, tag, tenant_id};

fn shown(store: &ViewStore, tenant: u8, as_of: Option<DateTime<Utc>>) -> Vec<AssetRow> {
    let filter = Filter {
        as_of,
        ..Filter::default()
    };
    AssetRegister::of(store)
        .list(tenant_id(tenant), &filter, Sort::default(), 1000, None)
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
    let holder = |at| {
        let row = AssetRegister::of(&store)
            .get(tenant_id(0), asset_id(1), Some(at))
            .unwrap();
        row.map(|row| row.holder)
    };
    let moment = Duration::microseconds(1);
    assert_eq!(holder(registered - moment), None, "not registered yet");
    assert_eq!(holder(registered), Some(None));
    assert_eq!(holder(handed - moment), Some(None));
    assert_eq!(holder(handed), Some(Some(account(1))));
    assert_eq!(holder(back - moment), Some(Some(account(1))));
    assert_eq!(holder(back), Some(None));
    assert_eq!(holder(back + Duration::days(900)), Some(None));

    let out = Filter {
        status: Some(AssetStatus::CheckedOut),
        as_of: Some(handed),
        ..Filter::default()
    };
    assert_eq!(AssetRegister::of(&store).count(tenant_id(0), &out).unwrap(), 1);
    let facets = AssetRegister::of(&store).facets(tenant_id(0), &out).unwrap();
    assert_eq!(facets.holder.values[0].value, account(1).as_str());
    let then = AssetRegister::of(&store)
        .by_tag(tenant_id(0), &tag("a-1"), Some(handed))
        .unwrap();
    assert_eq!(then.unwrap().holder, Some(account(1)));
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
        reason: "misread".to_owned(),
    };
    world.asset(0, 1, &correct).unwrap();
    let store = TempStore::fed(&world.log);
    assert_eq!(
        shown(&store, 0, Some(then))[0].attributes.get("serial"),
        Some("1")
    );
    assert_eq!(shown(&store, 0, None)[0].attributes.get("serial"), Some("2"));
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(40)))]

    #[test]
    fn the_list_as_of_a_moment_is_the_list_that_was_current_then(ops in ops(80)) {
        let mut world = World::new();
        let store = TempStore::empty();
        let mut fed = 0;
        // What the register showed at each moment, after the last event of that moment.
        let mut seen: Vec<(DateTime<Utc>, Vec<Vec<AssetRow>>)> = vec![];
        for op in &ops {
            carry_out(&mut world, op);
            store.apply(&world.log[fed..]).unwrap();
            fed = world.log.len();
            let now = (0..TENANTS).map(|tenant| shown(&store, tenant, None)).collect();
            seen.retain(|(at, _)| *at != world.now);
            seen.push((world.now, now));
        }
        for (at, lists) in seen {
            for (tenant, list) in (0..TENANTS).zip(lists) {
                prop_assert_eq!(shown(&store, tenant, Some(at)), list, "at {}", at);
            }
        }
    }
}
