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
        1
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        self.apply_all(db, &[recorded])
    }

    fn apply_all(&self, db: Db<'_>, events: &[&Recorded<AnyEvent>]) -> Result<(), Fault> {
        let times = times_by_tenant(events);
        let known: Vec<TenantId> = times.keys().copied().collect();
        for (tenant, last) in read_last_times(db, &known)? {
            let first = times.get(&tenant).and_then(|times| times.first());
            if let Some(first) = first.filter(|first| first.at <= last) {
                remove_from(db, tenant, first.at)?;
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
}

/// For each tenant, those of `events` after which none was recorded at the same time or earlier.
fn times_by_tenant(events: &[&Recorded<AnyEvent>]) -> BTreeMap<TenantId, Vec<RecordedTime>> {
    let mut by_tenant: BTreeMap<TenantId, Vec<RecordedTime>> = BTreeMap::new();
    for recorded in events {
        let Some(tenant) = recorded.stream.owner() else {
            continue;
        };
        let time = RecordedTime {
            at: sql::to_micros(recorded.recorded_at),
            position: recorded.position,
        };
        let times = by_tenant.entry(tenant).or_default();
        times.truncate(times.partition_point(|before| before.at < time.at));
        times.push(time);
    }
    by_tenant
}

/// The latest time of each of `tenants` that has one.
fn read_last_times(db: Db<'_>, tenants: &[TenantId]) -> Result<Vec<(TenantId, i64)>, StoreError> {
    let mut found = Vec::with_capacity(tenants.len());
    let rows = tenants.iter().map(|tenant| vec![tenant.to_string().into()]);
    sql::for_each_part(rows.collect(), 1, |rows| {
        found.extend(sql::fetch_all(
            db,
            &select_last_times(db.dialect(), rows),
            |row| {
                let tenant = row.parse(Column::TenantId, |id| id.parse().ok())?;
                Ok((tenant, row.value::<Option<i64>>(Column::At)?))
            },
        )?);
        Ok(())
    })?;
    let with_time = |(tenant, at): (TenantId, Option<i64>)| Some((tenant, at?));
    Ok(found.into_iter().filter_map(with_time).collect())
}

fn select_last_times(dialect: Dialect, tenants: Vec<Vec<Value>>) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(list_column(1)), Column::TenantId)
        .expr_as(last_time_column(), Column::At)
        .from(sql::list_rows(dialect, tenants))
        .to_owned()
}

/// The latest time of a listed tenant.
fn last_time_column() -> SelectStatement {
    Query::select()
        .column((TABLE, Column::At))
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
    ])
}
