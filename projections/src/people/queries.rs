//! The queries of the people.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait, LikeExpr, Order, Query, SelectStatement};
use tally_domain::{AccountId, PersonId, TenantId};
use tally_view_store::{
    StoreError, ViewStore,
    sql::{self, Db},
};

use super::PersonRow;
use super::tables::{self, Column, PERSON, TABLE};

/// The most ids in one statement.
const IDS_PER_STATEMENT: usize = 500;

/// Accounts with the people behind them; an account without a person is absent.
pub type AccountsFound = HashMap<AccountId, PersonId>;

/// The people of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct PeopleList<'a> {
    store: &'a ViewStore,
}

impl<'a> PeopleList<'a> {
    /// The people in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// Those of `ids` who are people of `tenant`, in no order.
    ///
    /// # Errors
    /// A failure of the database, as for every query here.
    pub fn by_ids(&self, tenant: TenantId, ids: &[PersonId]) -> Result<Vec<PersonRow>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS_PER_STATEMENT) {
            let ids = ids.iter().map(ToString::to_string);
            let mut select = select_people(tenant);
            select.and_where(Expr::col(Column::PersonId).is_in(ids));
            found.extend(self.store.fetch_all(&select, tables::read)?);
        }
        Ok(found)
    }

    /// The people of `tenant` behind `accounts`.
    ///
    /// # Errors
    /// As [`Self::by_ids`].
    pub fn by_accounts(&self, tenant: TenantId, accounts: &[AccountId]) -> Result<AccountsFound, StoreError> {
        let mut found = AccountsFound::new();
        for accounts in accounts.chunks(IDS_PER_STATEMENT) {
            let accounts = accounts.iter().map(AccountId::as_str);
            let mut select = select_people(tenant);
            select.and_where(Expr::col(Column::Account).is_in(accounts));
            let rows = self.store.fetch_all(&select, tables::read)?;
            found.extend(rows.into_iter().filter_map(|row| Some((row.account?, row.id))));
        }
        Ok(found)
    }
}

/// Selects the ids of the people of `tenant` whose names match `pattern`, in their normal form.
pub(crate) fn select_named(tenant: TenantId, pattern: LikeExpr) -> SelectStatement {
    Query::select()
        .column((TABLE, Column::PersonId))
        .from(TABLE)
        .and_where(Expr::col((TABLE, Column::TenantId)).eq(tenant.to_string()))
        .and_where(Expr::col((TABLE, Column::FoldedName)).like(pattern))
        .to_owned()
}

pub(super) fn find(db: Db<'_>, tenant: TenantId, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    let mut select = select_people(tenant);
    select.and_where(Expr::col(Column::PersonId).eq(id.to_string()));
    sql::fetch_first(db, &select, tables::read)
}

/// All people of a tenant.
pub(crate) fn read_all(db: Db<'_>, tenant: TenantId) -> Result<Vec<PersonRow>, StoreError> {
    sql::fetch_all(db, &select_people(tenant), tables::read)
}

/// The number of the last person who became known; 0 if none has.
pub(super) fn last_number(db: Db<'_>, tenant: TenantId) -> Result<u64, StoreError> {
    let select = select_people(tenant)
        .order_by(Column::Number, Order::Desc)
        .limit(1)
        .to_owned();
    Ok(sql::fetch_first(db, &select, tables::read)?.map_or(0, |row| row.number))
}

fn select_people(tenant: TenantId) -> SelectStatement {
    Query::select()
        .columns(PERSON)
        .from(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .to_owned()
}
