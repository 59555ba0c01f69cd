//! Rebuilding the operator's views beside those of the business.

use proptest::prelude::*;
use tally_operator::views::{HealthList, ReleaseList};
use tally_projections::AssetRegister;

use crate::location::cases;
use crate::random::{ops, play};
use crate::support::{TempStore, asset_id, some_world, tenant_id};

/// The statements after which it is as if there had never been `table`.
fn forget(table: &str) -> String {
    format!("DROP TABLE {table}; DELETE FROM view_checkpoints WHERE view LIKE '{table}%'")
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
}
