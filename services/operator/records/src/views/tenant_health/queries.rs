//! The queries of the tenants' health.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use tally_domain::TenantId;
use tally_view_store::{StoreError, ViewStore, page};

use super::tables::{self, Column, FAILING, PERIOD, TABLE};
use super::{FailingTenant, HealthPeriod};

/// The health of the tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct HealthList<'a> {
    store: &'a ViewStore,
}

impl<'a> HealthList<'a> {
    /// The rows of the view in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// For the operator: all tenants that fail now, those that have failed longest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn failing(&self) -> Result<Vec<FailingTenant>, StoreError> {
        self.store.fetch_all(&failing(), tables::read_failing)
    }

    /// The failure of `tenant` now; `None` if it does not fail.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn find_failing(&self, tenant: TenantId) -> Result<Option<FailingTenant>, StoreError> {
        let select = failing()
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .to_owned();
        self.store.fetch_first(&select, tables::read_failing)
    }

    /// The last `limit` (1 to [`page::MAX_LIMIT`]) periods of refusals of `tenant`, newest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn periods(&self, tenant: TenantId, limit: u32) -> Result<Vec<HealthPeriod>, StoreError> {
        let select = Query::select()
            .columns(PERIOD)
            .from(TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .order_by(Column::Revision, Order::Desc)
            .limit(page::list_limit(limit))
            .to_owned();
        self.store.fetch_all(&select, tables::read_period)
    }
}

fn failing() -> SelectStatement {
    Query::select()
        .columns(FAILING)
        .from(TABLE)
        .and_where(Expr::col(Column::Until).is_null())
        .order_by(Column::Since, Order::Asc)
        .order_by(Column::TenantId, Order::Asc)
        .to_owned()
}
