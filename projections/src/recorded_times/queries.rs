//! The query of the recorded times.

use chrono::{DateTime, Utc};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use tally_domain::{AsOf, TenantId};
use tally_view_store::{StoreError, ViewStore, sql};

use super::tables::{Column, TABLE};

/// A tenant's state at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastState {
    /// The instant and the last position that counts.
    pub as_of: AsOf,
    /// How many events of the tenant count. Unlike the position it depends on no other tenant.
    pub events: u64,
}

/// The recorded times in a store.
#[derive(Clone, Copy, Debug)]
pub struct RecordedTimes<'a> {
    store: &'a ViewStore,
}

impl<'a> RecordedTimes<'a> {
    /// The recorded times in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// What `instant` means for `tenant`, to the microsecond. A request resolves it once, and asks
    /// every view with the result.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn find_state(&self, tenant: TenantId, instant: DateTime<Utc>) -> Result<PastState, StoreError> {
        let select = select_last(tenant, instant);
        let read = |row: &sql::Row<'_>| {
            let position = row.position(Column::PositionCommit, Column::PositionPrepare)?;
            Ok((position, row.number(Column::Number)?))
        };
        let (position, events) = self.store.fetch_first(&select, read)?.unzip();
        Ok(PastState {
            as_of: AsOf { instant, position },
            events: events.unwrap_or(0),
        })
    }
}

fn select_last(tenant: TenantId, instant: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .columns([Column::PositionCommit, Column::PositionPrepare, Column::Number])
        .from(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::At).lte(sql::to_micros(instant)))
        .order_by(Column::At, Order::Desc)
        .limit(1)
        .to_owned()
}
