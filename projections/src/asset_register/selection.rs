//! Selected assets as pages, counts and facets.

use std::fmt;

use sea_query::{Cond, Expr, Func, Order, Query, SelectStatement};
use tally_query::{Facet, FacetValue, Facets, FoundPage, Selection, Sort};
use tally_view_store::{
    StoreError, ViewStore, page,
    sql::{self, Db, Row},
};

use super::HeldAsset;
use super::filter::{Choice, Conditions};
use super::sort::{self, SortCursor};
use super::tables::{Column, TABLE, read_held, select_held_assets};
use crate::error::QueryError;

/// The most values a facet lists.
const FACET_VALUES: usize = 200;

/// The assets of one tenant that a filter selects.
pub struct AssetSelection<'a> {
    store: &'a ViewStore,
    conditions: Conditions,
}

impl<'a> AssetSelection<'a> {
    pub(super) fn new(store: &'a ViewStore, conditions: Conditions) -> Self {
        Self { store, conditions }
    }
}

/// Without the conditions, which hold values that people entered.
impl fmt::Debug for AssetSelection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssetSelection").finish_non_exhaustive()
    }
}

impl Selection for AssetSelection<'_> {
    type Asset = HeldAsset;
    type Error = QueryError;

    fn page(&self, sort: Sort, limit: u32, cursor: Option<&str>) -> Result<FoundPage<HeldAsset>, QueryError> {
        let name = format!("assets/{sort}");
        let after = cursor
            .map(|cursor| page::decode_cursor::<SortCursor>(&name, cursor)?.check(sort))
            .transpose()?;
        let select = select_page(self.conditions.all(), sort, limit, after);
        let read = |row: &Row<'_>| Ok((SortCursor::after(sort, row)?, read_held(row)?));
        let rows: Vec<(SortCursor, HeldAsset)> = self.store.fetch_all(&select, read)?;
        let page = page::build_page(&name, rows, limit, |(cursor, _)| Ok(cursor.clone()))?;
        Ok(FoundPage {
            items: page.items.into_iter().map(|(_, row)| row).collect(),
            next_cursor: page.next_cursor,
        })
    }

    fn count(&self) -> Result<u64, QueryError> {
        let select = count_assets(self.conditions.all());
        let total = self.store.fetch_first(&select, |row| row.number("counted"))?;
        Ok(total.unwrap_or(0))
    }

    fn facets(&self) -> Result<Facets, QueryError> {
        let facets = self.store.read(|db| {
            let facet =
                |choice, group, shown| read_facet(db, self.conditions.without(Some(choice)), group, shown);
            Ok::<_, StoreError>(Facets {
                status: facet(Choice::Status, Column::Status, Column::Status)?,
                asset_type: facet(Choice::Type, Column::TypeFolded, Column::Type)?,
                location: facet(Choice::Location, Column::LocationFolded, Column::Location)?,
                holder: facet(Choice::Holder, Column::Holder, Column::Holder)?,
            })
        })?;
        Ok(facets)
    }
}

pub(super) fn select_page(
    condition: Cond,
    sort: Sort,
    limit: u32,
    after: Option<SortCursor>,
) -> SelectStatement {
    let mut select = select_held_assets(condition);
    select
        .column(sort::column(sort.key))
        .limit(page::fetch_limit(limit));
    sort::arrange(&mut select, sort, after);
    select
}

pub(super) fn count_assets(condition: Cond) -> SelectStatement {
    Query::select()
        .expr_as(Func::count(Expr::col(Column::AssetId)), "counted")
        .from(TABLE)
        .cond_where(condition)
        .to_owned()
}

/// Counts assets by `group`. Of the spellings in a group, the first of `shown` is displayed.
fn read_facet(db: Db<'_>, condition: Cond, group: Column, shown: Column) -> Result<Facet, StoreError> {
    let select = Query::select()
        .expr_as(Func::min(Expr::col(shown)), "shown")
        .expr_as(Func::count(Expr::col(Column::AssetId)), "counted")
        .from(TABLE)
        .cond_where(condition)
        .group_by_col(group)
        .order_by("counted", Order::Desc)
        .order_by(group, Order::Asc)
        .to_owned();
    let groups = sql::fetch_all(db, &select, |row| {
        Ok((row.maybe("shown")?, row.number("counted")?))
    })?;
    let mut facet = Facet::default();
    for (value, count) in groups {
        match value {
            None => facet.without += count,
            Some(value) if facet.values.len() < FACET_VALUES => {
                facet.values.push(FacetValue { value, count });
            }
            Some(_) => facet.beyond += count,
        }
    }
    Ok(facet)
}
