//! What an event adds to the recorded times, and which rows it makes superfluous.

use std::collections::BTreeMap;

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use tally_domain::{AnyEvent, Position, Recorded, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db, Dialect, list_column},
};

use super::NAME;
use super::tables::{self, Column, TABLE};

/// The fold of the recorded times.
pub(crate) struct RecordedTimesView;

impl View for RecordedTimesView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        2
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        self.apply_all(db, &[recorded])
    }

    fn apply_all(&self, db: Db<'_>, events: &[&Recorded<AnyEvent>]) -> Result<(), Fault> {
        let mut times = times_by_tenant(events);
        let known: Vec<TenantId> = times.keys().copied().collect();
        for (tenant, last) in read_last_times(db, &known)? {
            let times = times.entry(tenant).or_default();
            if let Some(first) = times.first().filter(|first| first.at <= last.at) {
                remove_from(db, tenant, first.at)?;
            }
            for time in times {
                time.number += last.number;
            }
        }
        let rows = times.iter().flat_map(|(tenant, times)| {
            let cells = |time: &RecordedTime| time_cells(*tenant, *time);
            times.iter().map(cells).collect::<Vec<_>>()
        });
        let rows: Result<Vec<_>, _> = rows.collect();
        Ok(sql::insert_all(db, TABLE, rows?)?)
    }
}

#[derive(Clone, Copy)]
struct RecordedTime {
    at: i64,
    position: Position,
    /// In a batch, counted from its first event of the tenant.
    number: u64,
}

/// The last row of a tenant.
struct LastTime {
    at: i64,
    number: u64,
}

/// For each tenant, those of `events` after which none was recorded at the same time or earlier.
fn times_by_tenant(events: &[&Recorded<AnyEvent>]) -> BTreeMap<TenantId, Vec<RecordedTime>> {
    let mut by_tenant: BTreeMap<TenantId, Vec<RecordedTime>> = BTreeMap::new();
    let mut counts: BTreeMap<TenantId, u64> = BTreeMap::new();
    for recorded in events {
        let Some(tenant) = recorded.stream.owner() else {
            continue;
        };
        let count = counts.entry(tenant).or_default();
        *count += 1;
        let time = RecordedTime {
            at: sql::to_micros(recorded.recorded_at),
            position: recorded.position,
            number: *count,
        };
        let times = by_tenant.entry(tenant).or_default();
        times.truncate(times.partition_point(|before| before.at < time.at));
        times.push(time);
    }
    by_tenant
}

/// The last row of each of `tenants` that has one.
fn read_last_times(db: Db<'_>, tenants: &[TenantId]) -> Result<Vec<(TenantId, LastTime)>, StoreError> {
    let mut found = Vec::with_capacity(tenants.len());
    let rows = tenants.iter().map(|tenant| vec![tenant.to_string().into()]);
    sql::for_each_part(rows.collect(), 1, |rows| {
        found.extend(sql::fetch_all(
            db,
            &select_last_times(db.dialect(), rows),
            |row| {
                let tenant = row.parse(Column::TenantId, |id| id.parse().ok())?;
                let at = row.value::<Option<i64>>(Column::At)?;
                Ok((tenant, at, row.value::<Option<i64>>(Column::Number)?))
            },
        )?);
        Ok(())
    })?;
    let last_time = |(tenant, at, number): (TenantId, Option<i64>, Option<i64>)| {
        let number = u64::try_from(number?).ok()?;
        Some((tenant, LastTime { at: at?, number }))
    };
    Ok(found.into_iter().filter_map(last_time).collect())
}

fn select_last_times(dialect: Dialect, tenants: Vec<Vec<Value>>) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(list_column(1)), Column::TenantId)
        .expr_as(select_last(Column::At), Column::At)
        .expr_as(select_last(Column::Number), Column::Number)
        .from(sql::list_rows(dialect, tenants))
        .to_owned()
}

/// One column of the last row of a listed tenant.
fn select_last(column: Column) -> SelectStatement {
    Query::select()
        .column((TABLE, column))
        .from(TABLE)
        .and_where(Expr::col((TABLE, Column::TenantId)).eq(Expr::col(list_column(1))))
        .order_by((TABLE, Column::At), Order::Desc)
        .limit(1)
        .to_owned()
}

/// Removes the rows of `tenant` from the time `at` on.
fn remove_from(db: Db<'_>, tenant: TenantId, at: i64) -> Result<(), StoreError> {
    let delete = Query::delete()
        .from_table(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::At).gte(at))
        .to_owned();
    sql::execute(db, &delete).map(drop)
}

fn time_cells(tenant: TenantId, time: RecordedTime) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::At, time.at.into()),
        (C::PositionCommit, sql::to_integer(time.position.commit)?.into()),
        (C::PositionPrepare, sql::to_integer(time.position.prepare)?.into()),
        (C::Number, sql::to_integer(time.number)?.into()),
    ])
}
