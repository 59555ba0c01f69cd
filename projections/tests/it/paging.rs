//! Lists against a plain model: filtered and ordered in memory, page by page the same rows, each
//! exactly once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tally_domain::TenantId;
use tally_domain::asset::AssetState;
use tally_domain::asset::AssetStatus;
use tally_domain::tenant::RefusedCallback;
use tally_domain::text::normal_form;
use tally_domain::{AssetId, StreamName};
use tally_projections::{AssetHistory, AssetRow, ImportList, InstallLog, QueryError, TenantTimeline};
use tally_query::{Facet, Filter, FoundPage, HeldBy, Sort, SortKey};
use tally_view_store::ViewStore;
use tally_view_store::page::Page;

use crate::location::cases;
use crate::questions::{Question, all_at, count, facets, get, list};
use crate::support::random::{ASSETS, TENANTS};
use crate::support::{TempStore, World, asset_id, attribute, import_id, ops, person, play, tenant_id};

/// All pages of a list, one after the other. A list that never ends fails.
fn walk<T>(page: impl Fn(Option<&str>) -> Result<Page<T>, QueryError>) -> Vec<T> {
    walk_pages(|cursor| page(cursor).map(|page| (page.items, page.next_cursor)))
}

fn walk_pages<T>(page: impl Fn(Option<&str>) -> Result<(Vec<T>, Option<String>), QueryError>) -> Vec<T> {
    let mut all = vec![];
    let mut cursor = None;
    for _ in 0..1000 {
        let (items, next) = page(cursor.as_deref()).unwrap();
        all.extend(items);
        cursor = next;
        if cursor.is_none() {
            return all;
        }
    }
    panic!("the list does not end");
}

fn all_pages(
    store: &ViewStore,
    tenant: TenantId,
    question: impl Into<Question>,
    sort: Sort,
    limit: u32,
) -> Vec<AssetRow> {
    let question = question.into();
    let of_page = |page: FoundPage<AssetRow>| (page.items, page.next_cursor);
    walk_pages(|cursor| list(store, tenant, &question, sort, limit, cursor).map(of_page))
}

/// The register as the domain folds it: the row each asset should have.
fn folded(world: &World, tenant: TenantId) -> Vec<AssetRow> {
    let rows = (0..ASSETS).filter_map(|n| row(world, tenant, asset_id(n)));
    rows.collect()
}

fn row(world: &World, tenant: TenantId, id: AssetId) -> Option<AssetRow> {
    let stream = StreamName::asset(tenant, id);
    let state = AssetState::fold(&world.asset_events(&stream));
    let asset = state.asset()?.clone();
    let (status, custody) = match &state {
        AssetState::CheckedOut(_, custody) => (AssetStatus::CheckedOut, Some(*custody)),
        AssetState::Retired(_) => (AssetStatus::Retired, None),
        _ => (AssetStatus::InStock, None),
    };
    let last = world.log.iter().rfind(|recorded| recorded.stream == stream)?;
    Some(AssetRow {
        id,
        number: asset.number,
        tag: asset.tag,
        status,
        holder: custody.map(|c| c.holder),
        due_on: custody.and_then(|c| c.due_on),
        attributes: asset
            .attributes
            .iter()
            .map(|(id, text)| (id, text.to_owned()))
            .collect(),
        registered_at: asset.registered_at,
        updated_at: last.recorded_at,
        revision: last.revision,
    })
}

fn lower(row: &AssetRow, key: &str) -> String {
    let text = row.attributes.get(&attribute(key));
    normal_form(text.map_or("", String::as_str))
}

fn passes(row: &AssetRow, filter: &Filter) -> bool {
    let text: Vec<String> = std::iter::once(row.tag.as_str())
        .chain(row.attributes.values().map(String::as_str))
        .map(normal_form)
        .collect();
    let words = normal_form(filter.q.as_deref().unwrap_or_default());
    let same = |wanted: &[String], key| {
        wanted.is_empty() || wanted.iter().any(|w| lower(row, key) == normal_form(w))
    };
    words
        .split_whitespace()
        .all(|word| text.iter().any(|line| line.contains(word)))
        && same(&filter.asset_type, "type")
        && same(&filter.location, "location")
        && (filter.status.is_empty() || filter.status.contains(&row.status))
        && (filter.holder.is_empty() || filter.holder.contains(&HeldBy::of(row.holder)))
}

fn sorted(mut rows: Vec<AssetRow>, sort: Sort) -> Vec<AssetRow> {
    rows.sort_by_key(|row| {
        let value = match sort.key {
            SortKey::Tag => row.tag.normal_form(),
            SortKey::Name => lower(row, "name"),
            SortKey::Type => lower(row, "type"),
            SortKey::Location => lower(row, "location"),
            SortKey::Status => row.status.as_str().to_owned(),
            SortKey::UpdatedAt => format!("{:020}", row.updated_at.timestamp_micros()),
        };
        (value, row.id)
    });
    if sort.descending {
        rows.reverse();
    }
    rows
}

fn sorts() -> impl Iterator<Item = Sort> {
    let both = |key| [false, true].map(|descending| Sort { key, descending });
    SortKey::ALL.iter().copied().flat_map(both)
}

fn flattened(words: Vec<Option<String>>) -> Vec<String> {
    words.into_iter().flatten().collect()
}

fn filters() -> impl Strategy<Value = Filter> {
    let word = || {
        let words = vec![
            "laptop", "LAPTOP", "écran", "%", "_", "a_b", "\\", "t-1", "büro 2", "", "-", "2 b",
        ];
        proptest::option::of(proptest::sample::select(words).prop_map(str::to_owned))
    };
    let values = |n: std::ops::Range<usize>| proptest::collection::vec(word(), n).prop_map(flattened);
    let status = proptest::collection::vec(proptest::sample::select(AssetStatus::ALL.to_vec()), 0..3);
    let holder = proptest::collection::vec((0u8..3).prop_map(|n| HeldBy::Person(person(n))), 1..3);
    (
        word(),
        prop_oneof![2 => values(0..1), 1 => values(1..3)],
        prop_oneof![2 => Just(vec![]), 1 => status],
        prop_oneof![2 => values(0..1), 1 => values(1..3)],
        prop_oneof![3 => Just(vec![]), 1 => holder],
    )
        .prop_map(|(q, asset_type, status, location, holder)| Filter {
            q,
            asset_type,
            status,
            holder,
            location,
            query: None,
        })
}

fn total(facet: &Facet) -> u64 {
    facet.values.iter().map(|value| value.count).sum::<u64>() + facet.without + facet.beyond
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(40)))]

    #[test]
    fn the_register_is_what_the_domain_folds(ops in ops(120)) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for tenant in (0..TENANTS).map(tenant_id) {
            for n in 0..ASSETS {
                let shown = get(&store, tenant, asset_id(n), None);
                prop_assert_eq!(shown, row(&world, tenant, asset_id(n)));
            }
        }
    }

    #[test]
    fn pages_in_every_order_hold_every_row_once_and_in_order(ops in ops(100), limit in 1u32..4) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for tenant in (0..TENANTS).map(tenant_id) {
            for sort in sorts() {
                let expected = sorted(folded(&world, tenant), sort);
                prop_assert_eq!(all_pages(&store, tenant, Filter::default(), sort, limit), expected, "{}", sort);
            }
        }
    }

    #[test]
    fn filtered_lists_counts_and_facets_agree_with_the_model(ops in ops(100), filter in filters()) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        for tenant in (0..TENANTS).map(tenant_id) {
            let mut expected = folded(&world, tenant);
            expected.retain(|row| passes(row, &filter));
            let sort = Sort::default();
            prop_assert_eq!(count(&store, tenant, &filter).unwrap(), expected.len() as u64);
            prop_assert_eq!(all_pages(&store, tenant, &filter, sort, 2), sorted(expected, sort));

            let facets = facets(&store, tenant, &filter).unwrap();
            let without_own = [
                (total(&facets.status), Filter { status: vec![], ..filter.clone() }),
                (total(&facets.asset_type), Filter { asset_type: vec![], ..filter.clone() }),
                (total(&facets.location), Filter { location: vec![], ..filter.clone() }),
                (total(&facets.holder), Filter { holder: vec![], ..filter.clone() }),
            ];
            for (counted, filter) in without_own {
                prop_assert_eq!(counted, count(&store, tenant, &filter).unwrap());
            }
        }
    }

    #[test]
    fn pages_of_the_past_hold_every_row_once_and_in_order(ops in ops(100), back in 0usize..100) {
        let world = play(&ops);
        prop_assume!(!world.log.is_empty());
        let at = world.log[back % world.log.len()].recorded_at;
        let store = TempStore::fed(&world.log);
        for sort in sorts() {
            let all = all_pages(&store, tenant_id(0), all_at(at), sort, 1000);
            prop_assert_eq!(all_pages(&store, tenant_id(0), all_at(at), sort, 2), all.clone(), "{}", sort);
            prop_assert_eq!(sorted(all.clone(), sort), all);
        }
    }

    #[test]
    fn histories_and_logs_hold_every_event_once_page_by_page(ops in ops(100), limit in 1u32..4) {
        let world = play(&ops);
        let store = TempStore::fed(&world.log);
        let mut by_stream: BTreeMap<&StreamName, Vec<u64>> = BTreeMap::new();
        for recorded in world.log.iter().rev() {
            by_stream.entry(&recorded.stream).or_default().push(recorded.revision);
        }
        let revisions = |stream: StreamName| by_stream.get(&stream).cloned().unwrap_or_default();
        for tenant in (0..TENANTS).map(tenant_id) {
            for asset in (0..ASSETS).map(asset_id) {
                let entries = walk(|cursor| AssetHistory::of(&store).history(tenant, asset, None, &[], limit, cursor));
                let entries: Vec<u64> = entries.iter().map(|entry| entry.revision).collect();
                prop_assert_eq!(entries, revisions(StreamName::asset(tenant, asset)));
            }
            let entries = walk(|cursor| TenantTimeline::of(&store).page(tenant, limit, cursor));
            let entries: Vec<u64> = entries.iter().map(|entry| entry.revision).collect();
            prop_assert_eq!(entries, revisions(StreamName::tenant(tenant)));
            let all = InstallLog::of(&store).page(tenant, 1000, None).unwrap().items;
            prop_assert_eq!(walk(|cursor| InstallLog::of(&store).page(tenant, limit, cursor)), all);
            let all = ImportList::of(&store).imports(tenant, 1000, None).unwrap().items;
            prop_assert_eq!(walk(|cursor| ImportList::of(&store).imports(tenant, limit, cursor)), all);
            for import in (0..2).map(import_id) {
                let all = ImportList::of(&store).rows(tenant, import, None, 1000, None).unwrap().items;
                let counts = ImportList::of(&store).import(tenant, import).unwrap().map(|import| import.counts());
                prop_assert_eq!(all.len() as u64, counts.map_or(0, |counts| counts.judged_rows()));
                prop_assert_eq!(walk(|cursor| ImportList::of(&store).rows(tenant, import, None, limit, cursor)), all);
            }
        }
        let refused = world.log.iter().filter(|r| r.event.is::<RefusedCallback>()).count();
        let all = walk(|cursor| InstallLog::of(&store).all(limit, cursor));
        prop_assert_eq!(all.iter().filter(|entry| entry.code.is_some()).count(), refused);
    }
}
