//! What an event does to the periods.

use crate::domain::health::{Failure, HealthEvent};
use sea_query::{Expr, ExprTrait, Query};
use tally_domain::{AnyEvent, Recorded, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::PeriodEnd;
use super::tables::{self, Column, TABLE};
use crate::views::identity;

/// The fold of the tenants' health.
pub(crate) struct TenantHealthView;

impl View for TenantHealthView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let (Some(tenant), Some(event)) =
            (identity::health_of(recorded)?, recorded.event.of::<HealthEvent>())
        else {
            return Ok(());
        };
        match event {
            HealthEvent::Failing { failure } => sql::insert(db, TABLE, period(tenant, failure, recorded)?)?,
            HealthEvent::Recovered { .. } => end(db, tenant, PeriodEnd::Recovered, recorded)?,
            HealthEvent::Left { .. } => end(db, tenant, PeriodEnd::Left, recorded)?,
        }
        Ok(())
    }
}

fn period(
    tenant: TenantId,
    failure: &Failure,
    recorded: &Recorded<AnyEvent>,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
        (C::Since, sql::to_micros(failure.since).into()),
        (C::Code, failure.code.as_str().into()),
        (C::Refusals, sql::to_integer(failure.refusals)?.into()),
        (C::LastGoodAt, failure.last_good_at.map(sql::to_micros).into()),
        (C::NotedAt, sql::to_micros(recorded.recorded_at).into()),
    ])
}

fn end(
    db: Db<'_>,
    tenant: TenantId,
    how: PeriodEnd,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    let update = Query::update()
        .table(TABLE)
        .value(Column::Until, sql::to_micros(recorded.recorded_at))
        .value(Column::Ended, how.as_str())
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::Until).is_null())
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}
