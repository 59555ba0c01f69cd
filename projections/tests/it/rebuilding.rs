//! Rebuilding the views of the business.

use proptest::prelude::*;
use tally_domain::{Actor, StreamName, Via};
use tally_projections::{TenantTimeline, tenant_timeline};

use crate::location::cases;
use crate::support::{TempStore, ops, play, some_world, tenant_id};

#[test]
fn a_rebuild_by_a_version_that_can_take_the_poison_in_repairs_the_stopped_view() {
    let mut world = some_world();
    let good = world.log.len();
    let context = world.context(None, Actor::without_person(Via::App));
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
