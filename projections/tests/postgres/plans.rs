//! How PostgreSQL goes about the register's queries: a page is a range of an index, wherever it begins.

use tally_projections::Filter;

use crate::support::{TempStore, World, tenant_id};

fn plan(store: &TempStore, statement: &str) -> String {
    store
        .place
        .ask(&format!("SET enable_seqscan = off; EXPLAIN {statement}"))
}

#[test]
fn a_page_deep_in_the_register_is_a_range_of_its_orders_index() {
    let mut world = World::new();
    world.register(0, 1, "A-1", "Desk", &[]);
    let store = TempStore::fed(&world.log);
    // A register of a size at which the way matters.
    store.place.run(
        "INSERT INTO asset_register SELECT (jsonb_populate_record(r, jsonb_build_object(
             'asset_id', md5(n::text), 'tag_folded', 't' || n, 'name_folded', 'n' || n % 997, 'type_folded', 'y' || n % 7,
             'location_folded', 'l' || n % 13))).*
         FROM asset_register r, generate_series(1, 20000) n; ANALYZE asset_register",
    );
    let counted = store.asset_register().count(tenant_id(0), &Filter::default());
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
                "SELECT asset_id FROM asset_register WHERE tenant_id = '{}' AND valid_to_at IS NULL
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
