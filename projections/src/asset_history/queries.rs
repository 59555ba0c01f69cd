//! The queries of the history.

use sea_query::{Expr, ExprTrait, Order, Query};
use tally_domain::{AsOf, AssetId, Revision, TenantId};
use tally_view_store::{
    ViewStore,
    page::{self, Page},
};

use super::HistoryEntry;
use super::tables::{self, Column, ENTRY, TABLE};
use crate::error::QueryError;

/// The histories of a store's assets.
#[derive(Clone, Copy, Debug)]
pub struct AssetHistory<'a> {
    store: &'a ViewStore,
}

impl<'a> AssetHistory<'a> {
    /// The histories in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) events of `asset` of `tenant`, newest
    /// first, after `cursor`: all of them, or those that count in the state `as_of`. Empty if there
    /// is no such asset.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn history(
        &self,
        tenant: TenantId,
        asset: AssetId,
        as_of: Option<AsOf>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<HistoryEntry>, QueryError> {
        let name = format!("history/{asset}");
        let after: Option<Revision> = cursor
            .map(|cursor| page::decode_cursor(&name, cursor))
            .transpose()?;
        let mut select = Query::select()
            .columns(ENTRY)
            .from(TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .and_where(Expr::col(Column::AssetId).eq(asset.to_string()))
            .order_by(Column::Revision, Order::Desc)
            .limit(page::fetch_limit(limit))
            .to_owned();
        if let Some(as_of) = as_of {
            select.cond_where(tables::recorded_by(as_of));
        }
        if let Some(revision) = after {
            select.and_where(Expr::col(Column::Revision).lt(page::cursor_number(revision)?));
        }
        let rows = self.store.fetch_all(&select, tables::read)?;
        Ok(page::build_page(&name, rows, limit, |entry| Ok(entry.revision))?)
    }
}
