//! Rebuilding beside the live views, and taking their place.

use proptest::prelude::*;
use tally_domain::asset::AssetCommand;
use tally_domain::{Actor, StreamName, Via};
use tally_projections::operator::{HealthList, ReleaseList};
use tally_projections::{
    AssetRegister, InstallLog, TenantTimeline, asset_history, install_log, tenant_timeline,
};
use tally_view_store::{StoreError, SwapError};

use crate::location::cases;
use crate::support::{TempStore, account, asset_id, ops, play, some_world, tenant_id};

/// The statements after which it is as if there had never been `table`.
fn forget(table: &str) -> String {
    format!("DROP TABLE {table}; DELETE FROM view_checkpoints WHERE view LIKE '{table}%'")
}

#[test]
fn rebuilt_views_take_the_place_of_the_live_ones_and_go_on() {
    let mut world = some_world();
    let live = TempStore::fed(&world.log);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    let swapped = live.swap(rebuilt).unwrap();
    assert_eq!(swapped.checkpoint, Some(world.last().position));
    assert_eq!(swapped.differing, Vec::<String>::new());

    world.asset(0, 1, &AssetCommand::CheckIn { note: None }).unwrap();
    live.apply(&world.log).unwrap();
    assert_eq!(
        live.digest().unwrap(),
        TempStore::fed(&world.log).digest().unwrap()
    );
}

#[test]
fn views_rebuilt_only_in_part_are_refused_and_can_be_fed_on() {
    let world = some_world();
    let live = TempStore::fed(&world.log);
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&world.log[..1]).unwrap();
    let Err(SwapError::Behind {
        rebuilt,
        at,
        live: stood,
    }) = live.swap(rebuilt)
    else {
        panic!("the swap was not refused");
    };
    assert_eq!(at, Some(world.log[0].position));
    assert_eq!(stood, Some(world.last().position));
    rebuilt.apply(&world.log).unwrap();
    live.swap(*rebuilt).unwrap();
}

#[test]
fn a_swap_names_the_tables_that_had_been_tampered_with() {
    let world = some_world();
    let live = TempStore::fed(&world.log);
    live.location.run("UPDATE asset_register SET holder = 'other'");
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    assert_eq!(
        live.swap(rebuilt).unwrap().differing,
        vec!["asset_register".to_owned()]
    );
    let row = AssetRegister::of(&live)
        .get(tenant_id(0), asset_id(1), None)
        .unwrap()
        .unwrap();
    assert_eq!(row.holder, Some(account(1)));
}

#[test]
fn an_abandoned_rebuild_leaves_nothing_and_another_can_begin() {
    let live = TempStore::fed(&some_world().log);
    let rebuilt = live.begin_rebuild().unwrap();
    assert!(matches!(live.begin_rebuild(), Err(StoreError::InUse { .. })));
    rebuilt.abandon().unwrap();
    live.begin_rebuild().unwrap();
}

#[test]
fn what_is_left_of_an_interrupted_rebuild_is_removed() {
    let world = some_world();
    let live = TempStore::fed(&world.log);
    let interrupted = live.begin_rebuild().unwrap();
    interrupted.apply(&world.log).unwrap();
    drop(interrupted);
    let again = live.begin_rebuild().unwrap();
    assert_eq!(again.checkpoint().unwrap(), None);
    again.apply(&world.log).unwrap();
    live.swap(again).unwrap();
}

#[test]
fn a_view_of_another_version_is_named_and_fed_nothing_until_it_is_rebuilt() {
    let mut world = some_world();
    let store = TempStore::fed(&world.log)
        .reopened(&["UPDATE view_checkpoints SET version = 99 WHERE view LIKE 'asset_history%'".to_owned()]);
    assert_eq!(store.needs_rebuild().unwrap(), vec![asset_history::NAME]);
    let stood = world.last().position;
    world.register(0, 2, "A-2", "Chair", &[]);
    store.apply(&world.log).unwrap();
    assert_eq!(store.checkpoint_of(asset_history::NAME).unwrap(), Some(stood));
    assert_eq!(store.checkpoint().unwrap(), Some(world.last().position));

    let rebuilt = store.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    store.swap(rebuilt).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
    assert_eq!(
        store.digest().unwrap(),
        TempStore::fed(&world.log).digest().unwrap()
    );
}

#[test]
fn a_view_that_an_older_file_does_not_have_is_named_and_rebuilt() {
    let world = some_world();
    let store = TempStore::fed(&world.log).reopened(&[forget("install_log")]);
    assert_eq!(store.needs_rebuild().unwrap(), vec![install_log::NAME]);
    let rebuilt = store.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    store.swap(rebuilt).unwrap();
    assert_eq!(InstallLog::of(&store).all(10, None).unwrap().items.len(), 1);
}

#[test]
fn a_file_of_before_the_watch_gets_its_views_by_a_rebuild_and_serves_meanwhile() {
    let mut world = some_world();
    world.fails(0);
    world.stage("1.4.0", 60);
    let new = ["tenant_health", "alarms", "releases", "incidents"];
    let tables = new
        .into_iter()
        .chain(["release_tenants", "incident_updates", "incident_affected"]);
    let store = TempStore::fed(&world.log).reopened(&tables.map(forget).collect::<Vec<_>>());
    let missing: Vec<_> = store
        .needs_rebuild()
        .unwrap()
        .iter()
        .map(|view| view.as_str())
        .collect();
    assert_eq!(missing, new);
    world.register(0, 2, "A-2", "Chair", &[]);
    store.apply(&world.log).unwrap();
    assert!(
        AssetRegister::of(&store)
            .get(tenant_id(0), asset_id(2), None)
            .unwrap()
            .is_some()
    );
    let rebuilt = store.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    store.swap(rebuilt).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![]);
    assert_eq!(HealthList::of(&store).failing().unwrap().len(), 1);
    assert_eq!(ReleaseList::of(&store).baking().unwrap().len(), 1);
}

#[test]
fn a_rebuild_by_a_version_that_can_apply_the_event_repairs_the_stopped_view() {
    let mut world = some_world();
    let good = world.log.len();
    let context = world.context(None, Actor::without_account(Via::App));
    let stream = StreamName::tenant(tenant_id(0));
    let event = tally_domain::tenant::TenantEvent::Enabled {};
    world.record(&stream, context, event);
    let live = TempStore::empty();
    live.apply(&world.log).unwrap();
    assert!(live.needs_rebuild().unwrap().contains(&tenant_timeline::NAME));

    // A later version reads the same event in a way that it can take in; here it names its tenant.
    world.log[good].context.tenant = Some(tenant_id(0));
    let rebuilt = live.begin_rebuild().unwrap();
    rebuilt.apply(&world.log).unwrap();
    live.swap(rebuilt).unwrap();
    assert_eq!(live.needs_rebuild().unwrap(), vec![]);
    assert_eq!(
        TenantTimeline::of(&live)
            .page(tenant_id(0), 10, None)
            .unwrap()
            .items
            .len(),
        2
    );
}

#[test]
fn queries_go_on_on_other_threads_while_views_are_swapped() {
    let world = some_world();
    let live = TempStore::fed(&world.log);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            for _ in 0..300 {
                let row = AssetRegister::of(&live)
                    .get(tenant_id(0), asset_id(1), None)
                    .unwrap();
                assert_eq!(row.unwrap().tag.as_str(), "A-1");
            }
        });
        for _ in 0..5 {
            let rebuilt = live.begin_rebuild().unwrap();
            rebuilt.apply(&world.log).unwrap();
            live.swap(rebuilt).unwrap();
        }
        reader.join().unwrap();
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(32)))]

    #[test]
    fn rebuilt_tables_equal_the_live_ones(ops in ops(100), batch in 1usize..20) {
        let log = play(&ops).log;
        let live = TempStore::empty();
        for part in log.chunks(batch) {
            live.apply(part).unwrap();
        }
        let rebuilt = live.begin_rebuild().unwrap();
        rebuilt.apply(&log).unwrap();
        prop_assert_eq!(rebuilt.digest().unwrap(), live.digest().unwrap());
        prop_assert_eq!(live.swap(rebuilt).unwrap().differing, Vec::<String>::new());
    }

    #[test]
    fn the_digest_distinguishes_a_history_from_the_same_without_its_last_event(ops in ops(60)) {
        let log = play(&ops).log;
        prop_assume!(!log.is_empty());
        let (all, less) = (TempStore::fed(&log), TempStore::fed(&log[..log.len() - 1]));
        prop_assert_ne!(all.digest().unwrap(), less.digest().unwrap());
    }
}
