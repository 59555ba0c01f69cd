//! How SQLite executes the register's queries, so that a deep page costs as much as the first one.

use std::collections::HashMap;

use chrono::DateTime;
use rusqlite::Connection;
use sea_query::{Cond, Expr, ExprTrait, SelectStatement, SqliteQueryBuilder};
use sea_query_rusqlite::RusqliteBinder;
use tally_domain::schema::Schema;
use tally_domain::{AsOf, PersonId, Position, RegisterId, TenantId};
use tally_query::{AssetQuery, CallerQuery, Filter, HeldBy, Sort, SortKey};
use tally_view_store::sql::Dialect;
use tally_view_store::{ViewSet, ViewStore};
use uuid::Uuid;

use super::apply::AssetRegisterView;
use super::filter::Conditions;
use super::selection::{count_assets, select_page};
use super::sort::SortCursor;
use super::tables::{Column, select_assets, valid_at};
use super::versions::select_current;
use crate::people::PeopleView;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

/// How SQLite executes `select` on an empty register.
fn plan(select: &SelectStatement) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views.db");
    drop(ViewStore::open(&path, &ViewSet::new(&[&[&AssetRegisterView, &PeopleView]])).unwrap());
    let db = Connection::open(path).unwrap();
    let (text, values) = select.build_rusqlite(SqliteQueryBuilder);
    let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
    let steps = explain
        .query_map(&*values.as_params(), |row| row.get::<_, String>(3))
        .unwrap();
    steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

fn condition(filter: &Filter, as_of: Option<AsOf>) -> Cond {
    Conditions::of(filter, TENANT, as_of, Dialect::Sqlite).all()
}

fn page_of_all(as_of: Option<AsOf>, sort: Sort, after: Option<&str>) -> SelectStatement {
    let after = after.map(|json| {
        serde_json::from_str::<SortCursor>(json)
            .unwrap()
            .check(sort)
            .unwrap()
    });
    select_page(condition(&Filter::default(), as_of), sort, 50, after)
}

#[test]
fn every_page_of_every_order_is_a_range_of_that_orders_index() {
    for &key in SortKey::ALL {
        for descending in [false, true] {
            let sort = Sort { key, descending };
            let value = if key == SortKey::UpdatedAt { "7" } else { "\"x\"" };
            let after = format!("{{\"value\":{value},\"asset\":\"x\"}}");
            for after in [None, Some(after.as_str())] {
                let plan = plan(&page_of_all(None, sort, after));
                let index = format!("asset_register_by_{}", key.as_str());
                assert!(
                    plan.contains(&index) && !plan.contains("TEMP B-TREE"),
                    "{sort} {after:?}: {plan}"
                );
                assert_eq!(
                    plan.contains("asset_id)"),
                    after.is_some(),
                    "{sort} {after:?}: {plan}"
                );
            }
        }
    }
}

#[test]
fn pages_of_the_past_by_tag_and_by_name_are_ranges_of_an_index() {
    let as_of = AsOf {
        instant: DateTime::UNIX_EPOCH,
        position: Some(Position::single(7)),
    };
    for key in [SortKey::Tag, SortKey::Name] {
        let sort = Sort {
            key,
            descending: false,
        };
        let after = Some("{\"value\":\"x\",\"asset\":\"x\"}");
        let plan = plan(&page_of_all(Some(as_of), sort, after));
        assert!(
            plan.contains("asset_register_past_by") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
}

#[test]
fn a_count_of_the_current_register_reads_one_index_of_current_versions() {
    let plan = plan(&count_assets(valid_at(TENANT, None)));
    assert!(plan.contains("COVERING INDEX asset_register_by"), "{plan}");
}

#[test]
fn the_assets_of_a_holder_are_found_by_an_index() {
    let filter = Filter {
        holder: vec![HeldBy::Person(PersonId(Uuid::from_u128(2)))],
        ..Filter::default()
    };
    let plan = plan(&count_assets(condition(&filter, None)));
    assert!(
        plan.contains("asset_register_by_holder (tenant_id=? AND holder=?"),
        "{plan}"
    );
}

#[test]
fn the_current_versions_of_several_assets_are_found_by_their_keys() {
    let assets = vec![vec!["x".into(), "y".into()], vec!["x".into(), "z".into()]];
    let plan = plan(&select_current(Dialect::Sqlite, assets));
    assert!(plan.contains("tenant_id=? AND asset_id=?"), "{plan}");
}

#[test]
fn one_asset_is_found_by_its_key_and_by_its_tag() {
    let by_id = select_assets(valid_at(TENANT, None).add(Expr::col(Column::AssetId).eq("x")));
    let plan_by_id = plan(&by_id);
    assert!(plan_by_id.contains("tenant_id=? AND asset_id=?"), "{plan_by_id}");
    let by_tag = Filter {
        query: Some(CallerQuery {
            query: AssetQuery::parse("tag = x", &Schema::new(RegisterId::of_tenant(TENANT))).unwrap(),
            caller: None,
            people: HashMap::new(),
            now: DateTime::UNIX_EPOCH,
        }),
        ..Filter::default()
    };
    let plan_by_tag = plan(&select_assets(condition(&by_tag, None)));
    assert!(
        plan_by_tag.contains("asset_register_by_tag (tenant_id=? AND tag_folded=?"),
        "{plan_by_tag}"
    );
}
