//! The queries of the schemas.

use sea_query::{Expr, ExprTrait, Order, Query};
use tally_domain::asset::{AttributeKey, AttributeName};
use tally_domain::schema::{Schema, SchemaEvent};
use tally_domain::{RegisterId, TenantId};
use tally_view_store::{StoreError, ViewStore, sql::Row};

use super::tables::{Column, TABLE};

/// The schemas of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct Schemas<'a> {
    store: &'a ViewStore,
}

impl<'a> Schemas<'a> {
    /// The schemas in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// The schema of the register of `tenant`.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn of_tenant(&self, tenant: TenantId) -> Result<Schema, StoreError> {
        let select = Query::select()
            .columns([Column::AttributeId, Column::Revision, Column::Key, Column::Name])
            .from(TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .order_by(Column::Revision, Order::Asc)
            .to_owned();
        let added = self.store.fetch_all(&select, read_added)?;
        let new = Schema::new(RegisterId::of_tenant(tenant));
        Ok(added
            .iter()
            .fold(new, |schema, (revision, event)| schema.after(*revision, event)))
    }
}

fn read_added(row: &Row<'_>) -> Result<(u64, SchemaEvent), StoreError> {
    let event = SchemaEvent::AttributeAdded {
        id: row.parse(Column::AttributeId, |id| id.parse().ok())?,
        key: row.parse(Column::Key, AttributeKey::parse)?,
        name: row.parse(Column::Name, AttributeName::parse)?,
    };
    Ok((row.number(Column::Revision)?, event))
}
