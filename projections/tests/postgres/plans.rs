//! How PostgreSQL goes about the register: a page is a range of an index, wherever it begins;
//! feeding finds by keys what it asks for.

use std::thread::sleep;
use std::time::{Duration, Instant};

use tally_domain::asset::AssetCommand;
use tally_query::Filter;

use crate::questions::count;
use crate::support::{TempStore, World, tenant_id};

fn plan(store: &TempStore, statement: &str) -> String {
    store
        .location
        .ask(&format!("SET enable_seqscan = off; EXPLAIN {statement}"))
}

#[test]
fn a_page_deep_in_the_register_is_a_range_of_its_orders_index() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let store = TempStore::fed(&world.log);
    // A register of a size at which the way matters.
    store.location.run(
        "INSERT INTO asset_register SELECT (jsonb_populate_record(r, jsonb_build_object(
             'asset_id', md5(n::text), 'tag_folded', 't' || n, 'name_folded', 'n' || n % 997, 'type_folded', 'y' || n % 7,
             'location_folded', 'l' || n % 13))).*
         FROM asset_register r, generate_series(1, 20000) n; ANALYZE asset_register",
    );
    let counted = count(&store, tenant_id(0), Filter::default());
    assert_eq!(counted.unwrap(), 20_001);
    for order in [
        "tag_folded",
        "name_folded",
        "type_folded",
        "location_folded",
        "status",
    ] {
        let plan = plan(
            &store,
            &format!(
                "SELECT asset_id FROM asset_register WHERE tenant_id = '{}' AND valid_to_commit IS NULL
                 AND ({order}, asset_id) > ('a', 'b') ORDER BY {order} ASC, asset_id ASC LIMIT 51",
                tenant_id(0)
            ),
        );
        assert!(plan.contains("asset_register_by_"), "{order}: {plan}");
        assert!(
            plan.contains("Index Cond") && !plan.contains("Sort  ("),
            "{order}: {plan}"
        );
    }
}

#[test]
fn a_feeder_that_starts_from_nothing_reads_little_more_than_it_asks_for() {
    let mut world = World::new();
    for tenant in 0..8 {
        (0..250).for_each(|asset| world.register(tenant, asset, &format!("A-{asset}"), "Desk", &[]));
    }
    for tenant in 0..8 {
        (0..250).for_each(|asset| world.asset(tenant, asset, &AssetCommand::Retire).unwrap());
        (0..250).for_each(|asset| world.asset(tenant, asset, &AssetCommand::Restore).unwrap());
    }
    let TempStore { store, location } = TempStore::empty();
    for batch in world.log.chunks(200) {
        store.apply(batch).unwrap();
    }
    // A connection reports its counts when it ends.
    drop(store);
    let counted = |count: &str, of: &str| {
        let tables = "relname IN ('asset_register', 'asset_history')";
        let schema = location.schema();
        let sql =
            format!("SELECT sum({count}) FROM pg_stat_user_{of} WHERE schemaname = '{schema}' AND {tables}");
        location.ask(&sql).trim().parse::<u64>().unwrap()
    };
    let until = Instant::now() + Duration::from_secs(20);
    while counted("n_tup_ins", "tables") < 12_000 && Instant::now() < until {
        sleep(Duration::from_millis(50));
    }
    assert_eq!(counted("n_tup_ins", "tables"), 12_000);
    assert_eq!(counted("seq_tup_read", "tables"), 0);
    // A change asks for the version that stands, ends it, and asks for the last entry. To look
    // through the tenant instead was 26 a change.
    let read = counted("idx_tup_read", "indexes");
    assert!(read < 8 * 4_000, "{read}");
}
