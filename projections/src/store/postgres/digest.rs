//! PostgreSQL's side of a digest: the same bytes as SQLite's for the same rows.

use sea_query::{PostgresQueryBuilder, SelectStatement};
use sha2::Sha256;
use sqlx::postgres::PgRow;
use sqlx::{Column as _, Row as _, TypeInfo as _};

use crate::error::StoreError;
use crate::sql::postgres::Session;
use crate::store::digest::{absorb_bytes, absorb_number};

pub(in crate::store) fn absorb_all(
    db: &Session,
    select: &SelectStatement,
    hash: &mut Sha256,
) -> Result<(), StoreError> {
    // A whole table takes its time.
    db.run("SET LOCAL statement_timeout = 0")?;
    db.each(select.to_string(PostgresQueryBuilder), |row| absorb(row, hash))
}

fn absorb(row: &PgRow, hash: &mut Sha256) -> Result<(), StoreError> {
    for (index, column) in row.columns().iter().enumerate() {
        match column.type_info().name() {
            "INT8" => match row.try_get::<Option<i64>, _>(index)? {
                Some(number) => absorb_number(hash, 1, number.to_be_bytes()),
                None => absorb_bytes(hash, 0, &[]),
            },
            "FLOAT8" => match row.try_get::<Option<f64>, _>(index)? {
                Some(number) => absorb_number(hash, 2, number.to_be_bytes()),
                None => absorb_bytes(hash, 0, &[]),
            },
            _ => match row.try_get::<Option<&str>, _>(index)? {
                Some(text) => absorb_bytes(hash, 3, text.as_bytes()),
                None => absorb_bytes(hash, 0, &[]),
            },
        }
    }
    Ok(())
}
