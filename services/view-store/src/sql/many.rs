//! Many rows in one statement: a list of rows as a table that a statement reads from.
//!
//! A round trip to a server costs more than the work that is done there, so a batch of events reads
//! everything that it needs with one statement and writes all results with one.

use sea_query::{
    ColumnRef, Expr, Iden, IntoColumnRef, IntoIden, OnConflict, Query, SelectStatement, TableRef, Value,
    ValueTuple,
};

use super::postgres::unnest_rows;
use super::{Cell, Db, Dialect, execute};
use crate::error::StoreError;

/// The most values in one statement. SQLite allows 32,766, and a row has a few dozen.
const MAX_VALUES: usize = 16_384;

/// The name of the list within a statement.
const LISTED: &str = "listed";

/// The `nth` column of a list, counted from one. Both databases give this name to columns that have
/// none.
pub fn list_column(nth: usize) -> ColumnRef {
    (LISTED, format!("column{nth}")).into_column_ref()
}

/// `rows`, at least one, as a table whose columns are [`list_column`]. The values of a column have
/// one type.
pub fn list_rows(dialect: Dialect, rows: Vec<Vec<Value>>) -> TableRef {
    match dialect {
        // For a single row PostgreSQL plans just as well by its values, and most events come alone.
        Dialect::Postgres if rows.len() > 1 => {
            TableRef::SubQuery(Box::new(unnest_rows(rows)), LISTED.into_iden())
        }
        Dialect::Postgres | Dialect::Sqlite => {
            let rows = rows.into_iter().map(ValueTuple::Many).collect();
            TableRef::ValuesList(rows, LISTED.into_iden())
        }
    }
}

/// Runs `act` with parts of `rows` that each fit into one statement; not at all for no rows.
///
/// # Errors
/// As the first part that fails.
pub fn for_each_part<R>(
    rows: Vec<R>,
    columns: usize,
    mut act: impl FnMut(Vec<R>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let part = MAX_VALUES / columns.max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        act(rows.by_ref().take(part).collect())?;
    }
    Ok(())
}

/// Inserts rows that have the same columns in the same order.
///
/// # Errors
/// As [`execute`].
pub fn insert_all<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    rows: Vec<Vec<Cell<C>>>,
) -> Result<(), StoreError> {
    write_rows(db, table, rows, None)
}

/// Inserts rows as [`insert_all`] does, without those whose `key` a row in the table or an earlier
/// one of `rows` has.
///
/// # Errors
/// As [`execute`].
pub fn insert_all_new<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    key: &[C],
    rows: Vec<Vec<Cell<C>>>,
) -> Result<(), StoreError> {
    let leave = OnConflict::columns(key.iter().copied()).do_nothing().to_owned();
    write_rows(db, table, rows, Some(&leave))
}

fn write_rows<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    rows: Vec<Vec<Cell<C>>>,
    on_conflict: Option<&OnConflict>,
) -> Result<(), StoreError> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let columns: Vec<C> = first.iter().map(|(column, _)| *column).collect();
    let values = |row: Vec<Cell<C>>| row.into_iter().map(|(_, value)| value).collect();
    for_each_part(rows, columns.len(), |rows| {
        let mut statement = Query::insert();
        statement.into_table(table).columns(columns.iter().copied());
        // There are as many columns as are selected, so this never fails.
        statement
            .select_from(select_columns(
                list_rows(db.dialect(), rows.into_iter().map(values).collect()),
                columns.len(),
            ))
            .map_err(|_| StoreError::corrupt(table))?;
        if let Some(on_conflict) = on_conflict {
            statement.on_conflict(on_conflict.clone());
        }
        execute(db, &statement).map(drop)
    })
}

/// The first `width` columns of a list. Without a condition SQLite would read ON CONFLICT as the
/// condition of a join.
fn select_columns(list: TableRef, width: usize) -> SelectStatement {
    Query::select()
        .columns((1..=width).map(list_column))
        .from(list)
        .and_where(Expr::cust("TRUE"))
        .to_owned()
}
