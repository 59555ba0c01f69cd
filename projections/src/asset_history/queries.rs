//! The queries of the history.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use tally_domain::asset::AssetEvent;
use tally_domain::event::StoredNames;
use tally_domain::{AsOf, AssetId, Revision, TenantId};
use tally_view_store::{
    StoreError, ViewStore,
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

    /// Whether the registration of `asset` was withdrawn by the state `as_of`, or by now.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn is_withdrawn(
        &self,
        tenant: TenantId,
        asset: AssetId,
        as_of: Option<AsOf>,
    ) -> Result<bool, StoreError> {
        let select = select_entries(tenant, asset, as_of)
            .and_where(Expr::col(Column::EventType).eq(AssetEvent::Withdrawn {}.kind().event_type))
            .to_owned();
        Ok(self.store.fetch_first(&select, tables::read)?.is_some())
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) events of `asset` of `tenant`, newest
    /// first, after `cursor`: those of the given `types`, or of all if there are none, that count in
    /// the state `as_of`, or now. Empty if there is no such asset.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn history(
        &self,
        tenant: TenantId,
        asset: AssetId,
        as_of: Option<AsOf>,
        types: &[&'static str],
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<HistoryEntry>, QueryError> {
        let name = format!("history/{asset}");
        let after: Option<Revision> = cursor
            .map(|cursor| page::decode_cursor(&name, cursor))
            .transpose()?;
        let mut select = select_entries(tenant, asset, as_of);
        select
            .order_by(Column::Revision, Order::Desc)
            .limit(page::fetch_limit(limit));
        if !types.is_empty() {
            select.and_where(Expr::col(Column::EventType).is_in(types.iter().copied()));
        }
        if let Some(revision) = after {
            select.and_where(Expr::col(Column::Revision).lt(page::cursor_number(revision)?));
        }
        let rows = self.store.fetch_all(&select, tables::read)?;
        Ok(page::build_page(&name, rows, limit, |entry| Ok(entry.revision))?)
    }
}

fn select_entries(tenant: TenantId, asset: AssetId, as_of: Option<AsOf>) -> SelectStatement {
    let mut select = Query::select()
        .columns(ENTRY)
        .from(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::AssetId).eq(asset.to_string()))
        .to_owned();
    if let Some(as_of) = as_of {
        select.cond_where(tables::recorded_by(as_of));
    }
    select
}
