//! Statements to SQLite.

use rusqlite::{Connection, OptionalExtension};
use sea_query::{Expr, IndexCreateStatement, SelectStatement, SqliteQueryBuilder};
use sea_query_rusqlite::RusqliteBinder;

use super::row::Row;
use crate::error::StoreError;
use crate::schema::Table;

pub(super) fn execute(db: &Connection, statement: &impl RusqliteBinder) -> Result<usize, StoreError> {
    let (sql, values) = statement.build_rusqlite(SqliteQueryBuilder);
    Ok(db.prepare_cached(&sql)?.execute(&*values.as_params())?)
}

pub(super) fn fetch_all<T>(
    db: &Connection,
    select: &SelectStatement,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let (sql, values) = select.build_rusqlite(SqliteQueryBuilder);
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(&*values.as_params())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&Row::sqlite(row))?);
    }
    Ok(found)
}

pub(super) fn fetch_first<T>(
    db: &Connection,
    select: &SelectStatement,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let (sql, values) = select.build_rusqlite(SqliteQueryBuilder);
    let mut statement = db.prepare_cached(&sql)?;
    let row = statement
        .query_row(&*values.as_params(), |row| Ok(read(&Row::sqlite(row))))
        .optional()?;
    row.transpose()
}

pub(super) fn create_statement(table: &Table) -> String {
    table.create_statement(|_| {}).to_string(SqliteQueryBuilder)
}

pub(super) fn render_index(index: &IndexCreateStatement) -> String {
    index.to_string(SqliteQueryBuilder)
}

pub(super) fn day(text: Expr) -> Expr {
    let digits = |times| "[0-9]".repeat(times);
    let pattern = format!("{}-{}-{}*", digits(4), digits(2), digits(2));
    let sql = format!("CASE WHEN ? GLOB '{pattern}' THEN substr(?, 1, 10) END");
    Expr::cust_with_exprs(sql, [text.clone(), text])
}
