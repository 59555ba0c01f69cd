//! Tenants never meet: what one sees is what it would see if the others did not exist.

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::TenantId;
use tally_domain::import::Verdict;
use tally_projections::{
    AssetHistory, AssetRegister, CredentialList, Filter, ImportList, InstallLog, TenantTimeline,
};
use tally_query::{Sort, SortKey};
use tally_view_store::ViewStore;

use crate::location::cases;
use crate::support::random::ASSETS;
use crate::support::{TempStore, World, asset_id, import_id, ops, play, tag, tenant_id};

/// The answers of every query of `tenant`, as text.
fn answers(store: &ViewStore, tenant: TenantId, world: &World) -> Vec<String> {
    let mut answers = vec![];
    let moments = world
        .log
        .iter()
        .map(|recorded| Some(recorded.recorded_at))
        .step_by(9);
    for as_of in std::iter::once(None).chain(moments) {
        let filter = Filter {
            as_of,
            ..Filter::default()
        };
        let register = AssetRegister::of(store);
        for &key in SortKey::ALL {
            let sort = Sort {
                key,
                descending: true,
            };
            answers.push(format!(
                "{:?}",
                register.list(tenant, &filter, sort, 1000, None).unwrap()
            ));
        }
        answers.push(format!("{:?}", register.count(tenant, &filter).unwrap()));
        answers.push(format!("{:?}", register.facets(tenant, &filter).unwrap()));
        for n in 0..20 {
            let tag = tag(&format!("T-{n}"));
            answers.push(format!("{:?}", register.by_tag(tenant, &tag, as_of).unwrap()));
        }
        for asset in (0..ASSETS).map(asset_id) {
            answers.push(format!("{:?}", register.get(tenant, asset, as_of).unwrap()));
        }
    }
    for asset in (0..ASSETS).map(asset_id) {
        answers.push(format!(
            "{:?}",
            AssetHistory::of(store)
                .history(tenant, asset, 1000, None)
                .unwrap()
        ));
    }
    answers.push(format!(
        "{:?}",
        CredentialList::of(store).by_tenant(tenant).unwrap()
    ));
    answers.push(format!(
        "{:?}",
        TenantTimeline::of(store).page(tenant, 1000, None).unwrap()
    ));
    answers.push(format!(
        "{:?}",
        ImportList::of(store).imports(tenant, 1000, None).unwrap()
    ));
    for import in (0..2).map(import_id) {
        answers.push(format!(
            "{:?}",
            ImportList::of(store).import(tenant, import).unwrap()
        ));
        answers.push(format!(
            "{:?}",
            ImportList::of(store)
                .rows(tenant, import, None, 1000, None)
                .unwrap()
        ));
    }
    answers.push(format!(
        "{:?}",
        InstallLog::of(store).page(tenant, 1000, None).unwrap()
    ));
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(24)))]

    #[test]
    fn every_answer_is_the_same_as_if_the_other_tenants_did_not_exist(ops in ops(100)) {
        let world = play(&ops);
        let shared = TempStore::fed(&world.log);
        for tenant in [tenant_id(0), tenant_id(1)] {
            let alone = TempStore::fed(&world.log_of(tenant));
            prop_assert_eq!(answers(&shared, tenant, &world), answers(&alone, tenant, &world));
        }
    }
}

#[test]
fn another_tenants_things_are_not_there_by_any_of_their_names() {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    world.register(0, 1, "A-1", "Desk", &[]);
    world.check_out(0, 1, 1);
    world.start_import(0, 1, 2).unwrap();
    world.judge(0, 1, &[Verdict::Registered]).unwrap();
    let store = TempStore::fed(&world.log);
    let stranger = tenant_id(1);
    let register = AssetRegister::of(&store);
    let all = Filter::default();

    assert_eq!(register.get(stranger, asset_id(1), None).unwrap(), None);
    assert_eq!(
        register.get(stranger, asset_id(1), Some(world.now)).unwrap(),
        None
    );
    assert_eq!(register.by_tag(stranger, &tag("A-1"), None).unwrap(), None);
    assert_eq!(
        register
            .list(stranger, &all, Sort::default(), 10, None)
            .unwrap()
            .items,
        vec![]
    );
    assert_eq!(register.count(stranger, &all).unwrap(), 0);
    assert_eq!(register.facets(stranger, &all).unwrap().holder.values, vec![]);
    assert_eq!(
        AssetHistory::of(&store)
            .history(stranger, asset_id(1), 10, None)
            .unwrap()
            .items,
        vec![]
    );
    assert_eq!(
        ImportList::of(&store).import(stranger, import_id(1)).unwrap(),
        None
    );
    assert_eq!(
        ImportList::of(&store).imports(stranger, 10, None).unwrap().items,
        vec![]
    );
    assert_eq!(
        ImportList::of(&store)
            .rows(stranger, import_id(1), None, 10, None)
            .unwrap()
            .items,
        vec![]
    );
    assert_eq!(
        TenantTimeline::of(&store).page(stranger, 10, None).unwrap().items,
        vec![]
    );
    assert_eq!(
        InstallLog::of(&store).page(stranger, 10, None).unwrap().items,
        vec![]
    );
    assert_eq!(CredentialList::of(&store).by_tenant(stranger).unwrap(), None);
}

#[test]
fn a_cursor_of_another_tenant_shows_nothing_of_it() {
    let mut world = World::new();
    for n in 0..4 {
        world.register(0, n, &format!("A-{n}"), "Desk", &[]);
        world.register(1, n, &format!("B-{n}"), "Chair", &[]);
    }
    let store = TempStore::fed(&world.log);
    let list = |tenant, cursor: Option<&str>| {
        AssetRegister::of(&store)
            .list(tenant_id(tenant), &Filter::default(), Sort::default(), 2, cursor)
            .unwrap()
    };
    let theirs = list(0, None).next_cursor;
    let page = list(1, theirs.as_deref());
    assert!(page.items.iter().all(|row| row.tag.as_str().starts_with("B-")));
}
