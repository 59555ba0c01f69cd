//! Many rows by one statement: rows of values as a table that a statement reads from.
//!
//! A way to a server and back costs more than what is done there, so a batch of events asks once for all that it needs and writes
//! at once all that comes of it.

use sea_query::{
    ColumnRef, Expr, Iden, IntoColumnRef, IntoIden, OnConflict, Query, SelectStatement, TableRef, Value,
    ValueTuple,
};

use super::{Cell, Db, execute};
use crate::error::StoreError;

/// How many values one statement takes at most. SQLite takes 32,766, and a row of ours has a few dozen.
const MOST_VALUES: usize = 16_384;

/// The name of the rows within a statement.
const LISTED: &str = "listed";

/// The `nth` column of rows, counted from one. Both databases give this name to columns that have none.
pub(crate) fn listed(nth: usize) -> ColumnRef {
    (LISTED, format!("column{nth}")).into_column_ref()
}

/// `rows`, at least one, as a table to read from, whose columns are [`listed`]. Column by column their values have one type.
pub(crate) fn list(db: Db<'_>, rows: Vec<Vec<Value>>) -> TableRef {
    match db {
        // A single row is as good as its values to PostgreSQL's planner, and most events come alone.
        Db::Postgres(_) if rows.len() > 1 => {
            TableRef::SubQuery(Box::new(super::postgres::unnested(rows)), LISTED.into_iden())
        }
        _ => {
            let rows = rows.into_iter().map(ValueTuple::Many).collect();
            TableRef::ValuesList(rows, LISTED.into_iden())
        }
    }
}

/// Has `act` do with `rows` what has to be done, in as many parts as there are statements needed: none for no rows.
pub(crate) fn in_parts<R>(
    rows: Vec<R>,
    columns: usize,
    mut act: impl FnMut(Vec<R>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let most = MOST_VALUES / columns.max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        act(rows.by_ref().take(most).collect())?;
    }
    Ok(())
}

/// Inserts rows that have the same columns in the same order.
pub(crate) fn insert_all<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    rows: Vec<Vec<Cell<C>>>,
) -> Result<(), StoreError> {
    write_all(db, table, rows, None)
}

/// As [`insert_all`], but for rows whose `key` a row has that is there or that comes before.
pub(crate) fn insert_all_new<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    key: &[C],
    rows: Vec<Vec<Cell<C>>>,
) -> Result<(), StoreError> {
    let leave = OnConflict::columns(key.iter().copied()).do_nothing().to_owned();
    write_all(db, table, rows, Some(&leave))
}

fn write_all<C: Iden + Copy + 'static>(
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
    in_parts(rows, columns.len(), |rows| {
        let mut statement = Query::insert();
        statement.into_table(table).columns(columns.iter().copied());
        // As many columns as are selected, by construction.
        statement
            .select_from(all_of(
                list(db, rows.into_iter().map(values).collect()),
                columns.len(),
            ))
            .map_err(|_| StoreError::corrupt(table))?;
        if let Some(on_conflict) = on_conflict {
            statement.on_conflict(on_conflict.clone());
        }
        execute(db, &statement).map(drop)
    })
}

/// The first `width` columns of a list. Without a condition SQLite would take ON CONFLICT for the condition of a join.
fn all_of(list: TableRef, width: usize) -> SelectStatement {
    Query::select()
        .columns((1..=width).map(listed))
        .from(list)
        .and_where(Expr::cust("TRUE"))
        .to_owned()
}
