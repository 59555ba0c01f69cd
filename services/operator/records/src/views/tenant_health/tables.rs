//! The table of the periods.

use sea_query::Iden;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::Row,
};

use super::{FailingTenant, HealthPeriod};

pub(super) const TABLE: &str = "tenant_health";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    /// That of the event by which the period was noted.
    Revision,
    Since,
    Until,
    Code,
    Refusals,
    LastGoodAt,
    NotedAt,
    Ended,
}

pub(super) const FAILING: [Column; 6] = [
    Column::TenantId,
    Column::Since,
    Column::Code,
    Column::Refusals,
    Column::LastGoodAt,
    Column::NotedAt,
];

pub(super) const PERIOD: [Column; 5] = [
    Column::Since,
    Column::Until,
    Column::Code,
    Column::Refusals,
    Column::Ended,
];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        integer(C::Revision),
        integer(C::Since),
        maybe_integer(C::Until),
        text(C::Code),
        integer(C::Refusals),
        maybe_integer(C::LastGoodAt),
        integer(C::NotedAt),
        maybe_text(C::Ended),
    ];
    let table = Table::new(TABLE, &[C::TenantId, C::Revision], columns);
    vec![table.with_partial_index("tenant_health_failing", &[C::Since, C::TenantId], C::Until)]
}

pub(super) fn read_failing(row: &Row<'_>) -> Result<FailingTenant, StoreError> {
    Ok(FailingTenant {
        tenant: row.parse(Column::TenantId, |id| id.parse().ok())?,
        since: row.time(Column::Since)?,
        code: row.text(Column::Code)?,
        refusals: row.number(Column::Refusals)?,
        last_good_at: row.maybe_time(Column::LastGoodAt)?,
        noted_at: row.time(Column::NotedAt)?,
    })
}

pub(super) fn read_period(row: &Row<'_>) -> Result<HealthPeriod, StoreError> {
    let until = row.maybe_time(Column::Until)?;
    Ok(HealthPeriod {
        since: row.time(Column::Since)?,
        until,
        code: row.text(Column::Code)?,
        refusals: row.number(Column::Refusals)?,
        ended: until.map(|_| row.word(Column::Ended)).transpose()?,
    })
}
