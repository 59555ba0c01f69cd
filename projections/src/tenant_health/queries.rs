//! Questions to the tenants' health. All take the tenant, but for the operator's.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use tally_domain::TenantId;

use super::tables::{self, Column, FAILING, SPELL, TABLE};
use super::{FailingTenant, HealthSpell};
use crate::error::StoreError;
use crate::page;
use crate::store::ViewStore;

/// The health's queries.
#[derive(Clone, Copy, Debug)]
pub struct TenantHealthView<'a> {
    pub(crate) store: &'a ViewStore,
}

impl TenantHealthView<'_> {
    /// For the operator: all tenants that fail now, those longest at it first.
    ///
    /// # Errors
    /// The store failed.
    pub fn failing(&self) -> Result<Vec<FailingTenant>, StoreError> {
        self.store.all(&failing(), tables::read_failing)
    }

    /// How `tenant` fails now; `None` when it does not.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(&self, tenant: TenantId) -> Result<Option<FailingTenant>, StoreError> {
        let select = failing()
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .to_owned();
        self.store.first(&select, tables::read_failing)
    }

    /// The last `limit` (1 to [`page::MAX_LIMIT`]) spells of `tenant`, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn spells(&self, tenant: TenantId, limit: u32) -> Result<Vec<HealthSpell>, StoreError> {
        let select = Query::select()
            .columns(SPELL)
            .from(TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .order_by(Column::Revision, Order::Desc)
            .limit(page::most(limit))
            .to_owned();
        self.store.all(&select, tables::read_spell)
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
