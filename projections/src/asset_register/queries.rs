//! The queries of the register.

use chrono::{DateTime, Utc};
use sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use tally_domain::asset::Tag;
use tally_domain::{AssetId, TenantId};
use tally_query::Sort;
use tally_view_store::{
    StoreError, ViewStore,
    page::{self, Page},
    sql::{self, Db, Row},
};

use super::filter::Filter;
use super::sort::{self, SortCursor};
use super::tables::{self, Column, ROW, TABLE, valid_at};
use super::{AssetRow, Facet, FacetValue, Facets};
use crate::error::QueryError;

/// The most values a facet lists.
const FACET_VALUES: usize = 200;

/// The registers of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct AssetRegister<'a> {
    store: &'a ViewStore,
}

impl<'a> AssetRegister<'a> {
    /// The registers in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) assets of `tenant` under `filter`, in
    /// the order of `sort`, after `cursor`.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if the cursor is of another list or order, or if the filter's query
    /// or search text is too long.
    pub fn list(
        &self,
        tenant: TenantId,
        filter: &Filter,
        sort: Sort,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<AssetRow>, QueryError> {
        let name = format!("assets/{sort}");
        let after = cursor
            .map(|cursor| page::decode_cursor::<SortCursor>(&name, cursor)?.check(sort))
            .transpose()?;
        let mut select = select_assets(filter.to_condition(tenant, self.store.dialect())?);
        select
            .column(sort::column(sort.key))
            .limit(page::fetch_limit(limit));
        sort::arrange(&mut select, sort, after);
        let read = |row: &Row<'_>| Ok((SortCursor::after(sort, row)?, tables::read(row)?));
        let rows: Vec<(SortCursor, AssetRow)> = self.store.fetch_all(&select, read)?;
        Ok(page::build_page(&name, rows, limit, |(cursor, _)| Ok(cursor.clone()))?.map(|(_, row)| row))
    }

    /// How many assets of `tenant` there are under `filter`.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if the filter's query or search text is too long.
    pub fn count(&self, tenant: TenantId, filter: &Filter) -> Result<u64, QueryError> {
        let select = count_assets(filter.to_condition(tenant, self.store.dialect())?);
        let total = self.store.fetch_first(&select, |row| row.number("counted"))?;
        Ok(total.unwrap_or(0))
    }

    /// The assets of `tenant` under `filter`, counted by the values of each field. The counts of a
    /// field ignore the filter's condition on it: they show what choosing another value would find.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub fn facets(&self, tenant: TenantId, filter: &Filter) -> Result<Facets, QueryError> {
        let without = |change: fn(&mut Filter)| {
            let mut filter = filter.clone();
            change(&mut filter);
            filter.to_condition(tenant, self.store.dialect())
        };
        let status = without(|filter| filter.status = None)?;
        let asset_type = without(|filter| filter.asset_type = None)?;
        let location = without(|filter| filter.location = None)?;
        let holder = without(|filter| filter.holder = None)?;
        let facets = self.store.read(|db| {
            Ok::<_, StoreError>(Facets {
                status: read_facet(db, status, Column::Status, Column::Status)?,
                asset_type: read_facet(db, asset_type, Column::TypeFolded, Column::Type)?,
                location: read_facet(db, location, Column::LocationFolded, Column::Location)?,
                holder: read_facet(db, holder, Column::Holder, Column::Holder)?,
            })
        })?;
        Ok(facets)
    }

    /// The asset of `tenant` with the id `asset`, now or as of a time.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn get(
        &self,
        tenant: TenantId,
        asset: AssetId,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<AssetRow>, StoreError> {
        let ours = valid_at(tenant, as_of).add(Expr::col(Column::AssetId).eq(asset.to_string()));
        self.store.fetch_first(&select_assets(ours), tables::read)
    }

    /// The asset of `tenant` with the tag `tag`, ignoring case, now or as of a time.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn by_tag(
        &self,
        tenant: TenantId,
        tag: &Tag,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<AssetRow>, StoreError> {
        let ours = valid_at(tenant, as_of).add(Expr::col(Column::TagFolded).eq(tag.normal_form()));
        let select = select_assets(ours)
            .order_by(Column::AssetId, Order::Asc)
            .limit(1)
            .to_owned();
        self.store.fetch_first(&select, tables::read)
    }
}

pub(super) fn select_assets(condition: Cond) -> SelectStatement {
    Query::select()
        .columns(ROW)
        .from(TABLE)
        .cond_where(condition)
        .to_owned()
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
