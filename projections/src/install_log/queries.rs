//! The queries of the install log.

use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};
use tally_domain::{ClientKey, Position, TenantId};
use tally_view_store::{
    ViewStore,
    page::{self, Page},
};

use super::InstallLogEntry;
use super::tables::{self, Column, ENTRY, TABLE};
use crate::error::QueryError;

/// The install log in a store.
#[derive(Clone, Copy, Debug)]
pub struct InstallLog<'a> {
    store: &'a ViewStore,
}

impl<'a> InstallLog<'a> {
    /// The install log in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) callbacks that `tenant` may see, newest
    /// first, after `cursor`: its own accepted ones, and refused ones that claimed a client key
    /// which it has proven to be its own.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn page(
        &self,
        tenant: TenantId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<InstallLogEntry>, QueryError> {
        let ours = Expr::col(Column::TenantId).eq(tenant.to_string());
        let claimed = Expr::col(Column::ClaimedClientKey).in_subquery(client_keys(tenant));
        self.entries("callbacks", Cond::any().add(ours).add(claimed), limit, cursor)
    }

    /// For the operator: a page of at most `limit` (1 to [`page::MAX_LIMIT`]) callbacks of any
    /// sender, newest first, after `cursor`.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn all(&self, limit: u32, cursor: Option<&str>) -> Result<Page<InstallLogEntry>, QueryError> {
        self.entries("all_callbacks", Cond::all(), limit, cursor)
    }

    /// For the operator: at most `limit` refused callbacks that claimed `key`, newest first,
    /// whether or not a tenant has ever proven it.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn claiming(&self, key: &ClientKey, limit: u32) -> Result<Vec<InstallLogEntry>, QueryError> {
        let claimed = Expr::col(Column::ClaimedClientKey).eq(key.as_str());
        Ok(self
            .entries("claims", Cond::all().add(claimed), limit, None)?
            .items)
    }

    fn entries(
        &self,
        name: &str,
        which: Cond,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<InstallLogEntry>, QueryError> {
        let after: Option<Position> = cursor
            .map(|cursor| page::decode_cursor(name, cursor))
            .transpose()?;
        let mut select = Query::select()
            .columns(ENTRY)
            .from(TABLE)
            .cond_where(which)
            .order_by(Column::PositionCommit, Order::Desc)
            .order_by(Column::PositionPrepare, Order::Desc)
            .limit(page::fetch_limit(limit))
            .to_owned();
        if let Some(position) = after {
            let row = Expr::tuple([
                Expr::col(Column::PositionCommit),
                Expr::col(Column::PositionPrepare),
            ]);
            let halves = [
                page::cursor_number(position.commit)?,
                page::cursor_number(position.prepare)?,
            ];
            select.and_where(row.lt(Expr::tuple(halves.map(Expr::value))));
        }
        let rows = self.store.fetch_all(&select, tables::read)?;
        Ok(page::build_page(name, rows, limit, |entry| Ok(entry.position))?)
    }
}

/// The client keys that `tenant` has proven to be its own.
fn client_keys(tenant: TenantId) -> SelectStatement {
    Query::select()
        .column(Column::ClientKey)
        .from(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::ClientKey).is_not_null())
        .to_owned()
}
