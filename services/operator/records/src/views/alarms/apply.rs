//! What an event does to the periods.

use crate::domain::alarm::{AlarmEvent, Firing};
use sea_query::{Expr, ExprTrait, Query};
use tally_domain::{AnyEvent, Recorded};
use tally_view_store::{
    Fault, Scope, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::tables::{self, Column, TABLE};
use crate::views::identity;

/// The fold of the alarms.
pub(crate) struct AlarmsView;

impl View for AlarmsView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn scope(&self) -> Scope {
        Scope::Operator
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let (Some(alarm), Some(event)) = (identity::alarm_of(recorded)?, recorded.event.of::<AlarmEvent>())
        else {
            return Ok(());
        };
        match event {
            AlarmEvent::Fired { firing } => sql::insert(db, TABLE, period(&alarm, firing, recorded)?)?,
            AlarmEvent::Resolved { .. } => resolve(db, &alarm, recorded)?,
        }
        Ok(())
    }
}

fn period(
    alarm: &str,
    firing: &Firing,
    recorded: &Recorded<AnyEvent>,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    Ok(vec![
        (C::Alarm, alarm.into()),
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
        (C::Since, sql::to_micros(firing.since).into()),
        (C::FiredAt, sql::to_micros(recorded.recorded_at).into()),
        (C::Value, firing.value.into()),
        (C::Limit, firing.limit.into()),
        (C::Tenants, sql::to_integer(firing.tenants.len() as u64)?.into()),
    ])
}

fn resolve(db: Db<'_>, alarm: &str, recorded: &Recorded<AnyEvent>) -> Result<(), StoreError> {
    let update = Query::update()
        .table(TABLE)
        .value(Column::ResolvedAt, sql::to_micros(recorded.recorded_at))
        .and_where(Expr::col(Column::Alarm).eq(alarm))
        .and_where(Expr::col(Column::ResolvedAt).is_null())
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}
