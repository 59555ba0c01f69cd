//! Questions to the timeline. All take the tenant.

use sea_query::{Expr, ExprTrait, Order, Query};
use tally_domain::{Revision, TenantId};

use super::TimelineEntry;
use super::tables::{self, Column, ENTRY, TABLE};
use crate::error::QueryError;
use crate::page::{self, Page};
use crate::store::ViewStore;

/// The timeline's queries.
#[derive(Clone, Copy, Debug)]
pub struct TenantTimelineView<'a> {
    pub(crate) store: &'a ViewStore,
}

impl TenantTimelineView<'_> {
    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) events of `tenant`, newest first, after `cursor`.
    ///
    /// # Errors
    /// The cursor is of another list, or the store failed.
    pub fn page(
        &self,
        tenant: TenantId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<TimelineEntry>, QueryError> {
        const NAME: &str = "timeline";
        let after: Option<Revision> = cursor.map(|cursor| page::decode(NAME, cursor)).transpose()?;
        let mut select = Query::select()
            .columns(ENTRY)
            .from(TABLE)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .order_by(Column::Revision, Order::Desc)
            .limit(page::fetch(limit))
            .to_owned();
        if let Some(revision) = after {
            select.and_where(Expr::col(Column::Revision).lt(page::number(revision)?));
        }
        let rows = self.store.all(&select, tables::read)?;
        Ok(page::page(NAME, rows, limit, |entry| Ok(entry.revision))?)
    }
}
