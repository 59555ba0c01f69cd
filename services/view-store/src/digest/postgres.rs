//! The rows of a table in PostgreSQL: the same bytes as SQLite's for the same rows.

use sea_query::{PostgresQueryBuilder, SelectStatement};
use sha2::Sha256;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Column as _, Row as _, TypeInfo as _};
use tally_postgres::Session;

use super::absorb::{ValueTag, absorb_bytes, absorb_number};
use crate::error::StoreError;

pub(super) fn absorb_rows(
    db: &Session,
    select: &SelectStatement,
    hash: &mut Sha256,
) -> Result<(), StoreError> {
    // Reading a whole table may take longer than any query.
    db.run("SET LOCAL statement_timeout = 0")?;
    let sql = AssertSqlSafe(select.to_string(PostgresQueryBuilder));
    db.for_each_row(sql, |row| absorb_row(row, hash))
}

fn absorb_row(row: &PgRow, hash: &mut Sha256) -> Result<(), StoreError> {
    for (index, column) in row.columns().iter().enumerate() {
        match column.type_info().name() {
            "INT8" => match row.try_get::<Option<i64>, _>(index)? {
                Some(number) => absorb_number(hash, ValueTag::Integer, number.to_be_bytes()),
                None => absorb_bytes(hash, ValueTag::Null, &[]),
            },
            "FLOAT8" => match row.try_get::<Option<f64>, _>(index)? {
                Some(number) => absorb_number(hash, ValueTag::Real, number.to_be_bytes()),
                None => absorb_bytes(hash, ValueTag::Null, &[]),
            },
            _ => match row.try_get::<Option<&str>, _>(index)? {
                Some(text) => absorb_bytes(hash, ValueTag::Text, text.as_bytes()),
                None => absorb_bytes(hash, ValueTag::Null, &[]),
            },
        }
    }
    Ok(())
}
