//! The table of the periods.

use sea_query::Iden;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, measure, text},
    sql::Row,
};

use super::AlarmPeriod;

pub(super) const TABLE: &str = "alarms";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    Alarm,
    /// That of the event by which it fired.
    Revision,
    Since,
    FiredAt,
    ResolvedAt,
    Value,
    Limit,
    Tenants,
}

pub(super) const PERIOD: [Column; 7] = [
    Column::Alarm,
    Column::Since,
    Column::FiredAt,
    Column::ResolvedAt,
    Column::Value,
    Column::Limit,
    Column::Tenants,
];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::Alarm),
        integer(C::Revision),
        integer(C::Since),
        integer(C::FiredAt),
        maybe_integer(C::ResolvedAt),
        measure(C::Value),
        measure(C::Limit),
        integer(C::Tenants),
    ];
    let table = Table::new(TABLE, &[C::Alarm, C::Revision], columns)
        .with_index("alarms_by_time", &[C::FiredAt, C::Alarm, C::Revision])
        .with_partial_index("alarms_firing", &[C::FiredAt, C::Alarm], C::ResolvedAt);
    vec![table]
}

pub(super) fn read(row: &Row<'_>) -> Result<AlarmPeriod, StoreError> {
    Ok(AlarmPeriod {
        alarm: row.text(Column::Alarm)?,
        since: row.time(Column::Since)?,
        fired_at: row.time(Column::FiredAt)?,
        resolved_at: row.maybe_time(Column::ResolvedAt)?,
        value: row.value(Column::Value)?,
        limit: row.value(Column::Limit)?,
        tenants: row.number(Column::Tenants)?,
    })
}
