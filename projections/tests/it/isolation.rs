//! Tenants never meet: what one sees is what it would see if the others did not exist.

use std::collections::BTreeMap;

use chrono::Duration;
use proptest::prelude::*;
use tally_domain::TenantId;
use tally_domain::import::Verdict;
use tally_projections::{
    AssetHistory, CredentialList, ImportList, InstallLog, PeopleList, PersonRow, TenantTimeline,
};
use tally_query::{Filter, Sort, SortKey};
use tally_view_store::ViewStore;

use crate::location::cases;
use crate::querying::filter_of;
use crate::questions::{Question, as_of, count, facets, get, list};
use crate::support::random::ASSETS;
use crate::support::{TempStore, World, account, asset_id, import_id, ops, person, play, tenant_id};

/// The answers of every query of `tenant`, as text.
fn answers(store: &ViewStore, tenant: TenantId, world: &World) -> Vec<String> {
    let mut answers = vec![];
    let moments = world
        .log
        .iter()
        .map(|recorded| Some(recorded.recorded_at))
        .step_by(9);
    for at in std::iter::once(None).chain(moments) {
        let question = Question {
            filter: Filter::default(),
            at,
        };
        let state = at.map(|at| as_of(store, tenant, at));
        answers.push(format!("{state:?}"));
        for &key in SortKey::ALL {
            let sort = Sort {
                key,
                descending: true,
            };
            answers.push(format!(
                "{:?}",
                list(store, tenant, &question, sort, 1000, None).unwrap()
            ));
        }
        answers.push(format!("{:?}", count(store, tenant, &question).unwrap()));
        answers.push(format!("{:?}", facets(store, tenant, &question).unwrap()));
        for n in 0..20 {
            let by_tag = Question {
                filter: filter_of(&format!("tag = T-{n}")),
                at,
            };
            let found = list(store, tenant, by_tag, Sort::default(), 10, None);
            answers.push(format!("{:?}", found.unwrap()));
        }
        for asset in (0..ASSETS).map(asset_id) {
            answers.push(format!("{:?}", get(store, tenant, asset, at)));
            let history = AssetHistory::of(store).history(tenant, asset, state, &[], 1000, None);
            answers.push(format!("{:?}", history.unwrap()));
        }
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
    let people: Vec<_> = (0..4).map(person).collect();
    let mut rows = PeopleList::of(store).by_ids(tenant, &people).unwrap();
    rows.sort_by_key(|row| row.number);
    answers.extend(rows.iter().map(describe_person));
    let accounts: Vec<_> = (0..4).map(account).collect();
    let found = PeopleList::of(store).by_accounts(tenant, &accounts).unwrap();
    answers.push(format!("{:?}", found.into_iter().collect::<BTreeMap<_, _>>()));
    answers.push(format!(
        "{:?}",
        InstallLog::of(store).page(tenant, 1000, None).unwrap()
    ));
    answers
}

fn describe_person(row: &PersonRow) -> String {
    format!("{} {} {:?} {:?}", row.number, row.id, row.account, row.name)
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
    let all = Filter::default();
    let listed = |filter| list(&store, stranger, filter, Sort::default(), 10, None);

    assert_eq!(get(&store, stranger, asset_id(1), None), None);
    assert_eq!(get(&store, stranger, asset_id(1), Some(world.now)), None);
    assert_eq!(as_of(&store, stranger, world.now).position, None);
    assert_eq!(listed(filter_of("tag = A-1")).unwrap().items, vec![]);
    assert_eq!(listed(all.clone()).unwrap().items, vec![]);
    assert_eq!(count(&store, stranger, &all).unwrap(), 0);
    assert_eq!(facets(&store, stranger, &all).unwrap().holder.values, vec![]);
    assert_eq!(
        AssetHistory::of(&store)
            .history(stranger, asset_id(1), None, &[], 10, None)
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
        let (tenant, all) = (tenant_id(tenant), Filter::default());
        list(&store, tenant, all, Sort::default(), 2, cursor).unwrap()
    };
    let theirs = list(0, None).next_cursor;
    let page = list(1, theirs.as_deref());
    assert!(page.items.iter().all(|row| row.tag.as_str().starts_with("B-")));
}
