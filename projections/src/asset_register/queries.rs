//! Questions to the register. All take the tenant.

use crate::error::QueryError;
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

/// The most values a facet lists.
const FACET_VALUES: usize = 200;

/// The register's queries.
#[derive(Clone, Copy, Debug)]
pub struct AssetRegister<'a> {
    store: &'a ViewStore,
}

impl<'a> AssetRegister<'a> {
    /// The queries of the view in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) assets of `tenant` under `filter`, in the order of `sort`, after `cursor`.
    ///
    /// # Errors
    /// The cursor is of another list or order, the searched text is too long, or the store failed.
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
        let mut select = assets(filter.condition(tenant, self.store.dialect())?);
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
    /// The searched text is too long, or the store failed.
    pub fn count(&self, tenant: TenantId, filter: &Filter) -> Result<u64, QueryError> {
        let select = counted(filter.condition(tenant, self.store.dialect())?);
        let counted = self.store.fetch_first(&select, |row| row.number("counted"))?;
        Ok(counted.unwrap_or(0))
    }

    /// The assets of `tenant` under `filter`, counted by the values of each field. A field's counts leave out the filter's condition on
    /// that very field: they say what one would get by choosing another value.
    ///
    /// # Errors
    /// The searched text is too long, or the store failed.
    pub fn facets(&self, tenant: TenantId, filter: &Filter) -> Result<Facets, QueryError> {
        let but = |change: fn(&mut Filter)| {
            let mut filter = filter.clone();
            change(&mut filter);
            filter.condition(tenant, self.store.dialect())
        };
        let status = but(|filter| filter.status = None)?;
        let asset_type = but(|filter| filter.asset_type = None)?;
        let location = but(|filter| filter.location = None)?;
        let holder = but(|filter| filter.holder = None)?;
        let facets = self.store.read(|db| {
            Ok::<_, StoreError>(Facets {
                status: facet(db, status, Column::Status, Column::Status)?,
                asset_type: facet(db, asset_type, Column::TypeFolded, Column::Type)?,
                location: facet(db, location, Column::LocationFolded, Column::Location)?,
                holder: facet(db, holder, Column::Holder, Column::Holder)?,
            })
        })?;
        Ok(facets)
    }

    /// The asset of `tenant` called `asset`, now or as it was shown at `as_of`.
    ///
    /// # Errors
    /// The store failed.
    pub fn get(
        &self,
        tenant: TenantId,
        asset: AssetId,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<AssetRow>, StoreError> {
        let ours = valid_at(tenant, as_of).add(Expr::col(Column::AssetId).eq(asset.to_string()));
        self.store.fetch_first(&assets(ours), tables::read)
    }

    /// The asset of `tenant` tagged `tag`, ignoring case, now or as it was shown at `as_of`.
    ///
    /// # Errors
    /// The store failed.
    pub fn by_tag(
        &self,
        tenant: TenantId,
        tag: &Tag,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<AssetRow>, StoreError> {
        let ours = valid_at(tenant, as_of).add(Expr::col(Column::TagFolded).eq(tag.folded()));
        let select = assets(ours)
            .order_by(Column::AssetId, Order::Asc)
            .limit(1)
            .to_owned();
        self.store.fetch_first(&select, tables::read)
    }
}

pub(super) fn assets(condition: Cond) -> SelectStatement {
    Query::select()
        .columns(ROW)
        .from(TABLE)
        .cond_where(condition)
        .to_owned()
}

pub(super) fn counted(condition: Cond) -> SelectStatement {
    Query::select()
        .expr_as(Func::count(Expr::col(Column::AssetId)), "counted")
        .from(TABLE)
        .cond_where(condition)
        .to_owned()
}

/// Assets counted by `group`; of the spellings in a group, the least of `shown` is displayed.
fn facet(db: Db<'_>, condition: Cond, group: Column, shown: Column) -> Result<Facet, StoreError> {
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
