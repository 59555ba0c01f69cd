//! The queries of the alarms.

use sea_query::{Expr, ExprTrait, Order, Query};
use tally_view_store::{StoreError, ViewStore, page};

use super::AlarmPeriod;
use super::tables::{self, Column, PERIOD, TABLE};

/// The alarms in a store.
#[derive(Clone, Copy, Debug)]
pub struct AlarmList<'a> {
    store: &'a ViewStore,
}

impl<'a> AlarmList<'a> {
    /// The rows of the view in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// For the operator: the alarms that fire now, those that have fired longest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn firing(&self) -> Result<Vec<AlarmPeriod>, StoreError> {
        let select = Query::select()
            .columns(PERIOD)
            .from(TABLE)
            .and_where(Expr::col(Column::ResolvedAt).is_null())
            .order_by(Column::FiredAt, Order::Asc)
            .order_by(Column::Alarm, Order::Asc)
            .to_owned();
        self.store.fetch_all(&select, tables::read)
    }

    /// For the operator: the last `limit` (1 to [`page::MAX_LIMIT`]) times that an alarm fired,
    /// newest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn latest(&self, limit: u32) -> Result<Vec<AlarmPeriod>, StoreError> {
        let select = Query::select()
            .columns(PERIOD)
            .from(TABLE)
            .order_by(Column::FiredAt, Order::Desc)
            .order_by(Column::Alarm, Order::Desc)
            .order_by(Column::Revision, Order::Desc)
            .limit(page::list_limit(limit))
            .to_owned();
        self.store.fetch_all(&select, tables::read)
    }
}
