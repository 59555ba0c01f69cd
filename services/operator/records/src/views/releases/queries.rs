//! The queries of the releases.

use crate::domain::release::ReleaseVersion;
use sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use tally_view_store::{
    StoreError, ViewStore, page,
    sql::{self, Db},
};

use super::tables::{self, Column, RECORD, RELEASES, TENANT, TENANTS, TenantColumn};
use super::{ReleaseRecord, TenantOfBake};

const COUNTED: &str = "counted";

/// The releases in a store.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseList<'a> {
    store: &'a ViewStore,
}

impl<'a> ReleaseList<'a> {
    /// The rows of the view in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// For the operator: the last `limit` (1 to [`page::MAX_LIMIT`]) releases, newest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn all(&self, limit: u32) -> Result<Vec<ReleaseRecord>, StoreError> {
        let select = releases(Order::Desc).limit(page::list_limit(limit)).to_owned();
        self.store.fetch_all(&select, tables::read)
    }

    /// For the operator: the releases that bake, oldest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn baking(&self) -> Result<Vec<ReleaseRecord>, StoreError> {
        let select = releases(Order::Asc)
            .and_where(Expr::col(Column::EndedAt).is_null())
            .to_owned();
        self.store.fetch_all(&select, tables::read)
    }

    /// For the operator: the release called `version`.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn by_version(&self, version: &ReleaseVersion) -> Result<Option<ReleaseRecord>, StoreError> {
        self.store.read(|db| find(db, version))
    }

    /// For the operator: the tenants that began to fail while `version` baked, in the order of
    /// time.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn tenants(&self, version: &ReleaseVersion) -> Result<Vec<TenantOfBake>, StoreError> {
        let select = Query::select()
            .columns(TENANT)
            .from(TENANTS)
            .and_where(Expr::col(TenantColumn::Version).eq(version.as_str()))
            .order_by(TenantColumn::Since, Order::Asc)
            .order_by(TenantColumn::TenantId, Order::Asc)
            .to_owned();
        self.store.fetch_all(&select, tables::read_tenant)
    }
}

fn releases(order: Order) -> SelectStatement {
    Query::select()
        .columns(RECORD)
        .from(RELEASES)
        .order_by(Column::StagedAt, order.clone())
        .order_by(Column::Version, order)
        .to_owned()
}

pub(super) fn find(db: Db<'_>, version: &ReleaseVersion) -> Result<Option<ReleaseRecord>, StoreError> {
    let select = Query::select()
        .columns(RECORD)
        .from(RELEASES)
        .and_where(Expr::col(Column::Version).eq(version.as_str()))
        .to_owned();
    sql::fetch_first(db, &select, tables::read)
}

/// How many tenants began to fail while `version` baked and still do.
pub(super) fn count_failing(db: Db<'_>, version: &ReleaseVersion) -> Result<u64, StoreError> {
    let select = Query::select()
        .expr_as(Func::count(Expr::col(TenantColumn::TenantId)), COUNTED)
        .from(TENANTS)
        .and_where(Expr::col(TenantColumn::Version).eq(version.as_str()))
        .and_where(Expr::col(TenantColumn::RecoveredAt).is_null())
        .to_owned();
    Ok(sql::fetch_first(db, &select, |row| row.number(COUNTED))?.unwrap_or(0))
}
