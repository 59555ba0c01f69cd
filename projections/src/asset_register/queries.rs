//! What the register can be asked: one asset by its id, and all else by
//! [`Evaluate`](tally_query::Evaluate).

use sea_query::{Expr, ExprTrait};
use tally_domain::{AsOf, AssetId, TenantId};
use tally_query::{Budget, Evaluate, Filter, OverBudget};
use tally_view_store::{StoreError, ViewStore};

use super::HeldAsset;
use super::filter::Conditions;
use super::selection::AssetSelection;
use super::tables::{Column, read_held, select_held_assets, valid_at};

/// The registers of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct AssetRegister<'a> {
    store: &'a ViewStore,
}

/// The register of one tenant.
#[derive(Clone, Copy, Debug)]
pub struct TenantRegister<'a> {
    store: &'a ViewStore,
    tenant: TenantId,
}

impl<'a> AssetRegister<'a> {
    /// The registers in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// The register of `tenant`.
    pub fn of_tenant(self, tenant: TenantId) -> TenantRegister<'a> {
        TenantRegister {
            store: self.store,
            tenant,
        }
    }

    /// The asset of `tenant` with the id `asset`, in the state `as_of` or now.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn get(
        &self,
        tenant: TenantId,
        asset: AssetId,
        as_of: Option<AsOf>,
    ) -> Result<Option<HeldAsset>, StoreError> {
        let ours = valid_at(tenant, as_of).add(Expr::col(Column::AssetId).eq(asset.to_string()));
        self.store.fetch_first(&select_held_assets(ours), read_held)
    }
}

impl<'a> Evaluate for TenantRegister<'a> {
    type Selection = AssetSelection<'a>;

    fn evaluate(
        &self,
        filter: &Filter,
        as_of: Option<AsOf>,
        budget: &Budget,
    ) -> Result<AssetSelection<'a>, OverBudget> {
        budget.check_filter(filter)?;
        let conditions = Conditions::of(filter, self.tenant, as_of, self.store.dialect());
        Ok(AssetSelection::new(self.store, conditions))
    }
}
