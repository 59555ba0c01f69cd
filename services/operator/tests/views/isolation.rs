//! What a tenant sees of its health and of incidents does not depend on other tenants.

use proptest::prelude::*;
use tally_domain::TenantId;
use tally_operator::views::{HealthList, IncidentList};
use tally_view_store::ViewStore;

use crate::location::cases;
use crate::random::{ops, play};
use crate::support::{TempStore, tenant_id};

/// The answers of every query of `tenant`, as text.
fn answers(store: &ViewStore, tenant: TenantId) -> Vec<String> {
    let health = HealthList::of(store);
    vec![
        format!("{:?}", health.find_failing(tenant).unwrap()),
        format!("{:?}", health.periods(tenant, 1000).unwrap()),
        format!("{:?}", IncidentList::of(store).affecting(tenant).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(24)))]

    #[test]
    fn every_answer_is_the_same_as_if_the_other_tenants_did_not_exist(ops in ops(100)) {
        let world = play(&ops);
        let shared = TempStore::fed(&world.log);
        for tenant in [tenant_id(0), tenant_id(1)] {
            let alone = TempStore::fed(&world.log_of(tenant));
            prop_assert_eq!(answers(&shared, tenant), answers(&alone, tenant));
        }
    }
}
