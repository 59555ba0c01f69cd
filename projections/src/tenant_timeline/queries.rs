//! The queries of the timeline.

use sea_query::{Expr, ExprTrait, Order, Query};
use tally_domain::{Revision, TenantId};
use tally_view_store::{
    ViewStore,
    page::{self, Page},
};

use super::TimelineEntry;
use super::tables::{self, Column, ENTRY, TABLE};
use crate::error::QueryError;

/// The timelines of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct TenantTimeline<'a> {
    store: &'a ViewStore,
}

impl<'a> TenantTimeline<'a> {
    /// The timelines in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) events of `tenant`, newest first, after
    /// `cursor`.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn page(
        &self,
        tenant: TenantId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<TimelineEntry>, QueryError> {
        const NAME: &str = "timeline";
        let after: Option<Revision> = cursor
            .map(|cursor| page::decode_cursor(NAME, cursor))
            .transpose()?;
        let mut select = Query::select()
            .columns(ENTRY)
            .from(TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .order_by(Column::Revision, Order::Desc)
            .limit(page::fetch_limit(limit))
            .to_owned();
        if let Some(revision) = after {
            select.and_where(Expr::col(Column::Revision).lt(page::cursor_number(revision)?));
        }
        let rows = self.store.fetch_all(&select, tables::read)?;
        Ok(page::build_page(NAME, rows, limit, |entry| Ok(entry.revision))?)
    }
}
