//! The rows of a table in SQLite.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sea_query::{SelectStatement, SqliteQueryBuilder};
use sha2::Sha256;

use super::absorb::{ValueTag, absorb_bytes, absorb_number};
use crate::error::StoreError;

pub(super) fn absorb_rows(
    db: &Connection,
    select: &SelectStatement,
    hash: &mut Sha256,
) -> Result<(), StoreError> {
    let mut statement = db.prepare(&select.to_string(SqliteQueryBuilder))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            match row.get_ref(column)? {
                ValueRef::Null => absorb_bytes(hash, ValueTag::Null, &[]),
                ValueRef::Integer(number) => absorb_number(hash, ValueTag::Integer, number.to_be_bytes()),
                ValueRef::Real(number) => absorb_number(hash, ValueTag::Real, number.to_be_bytes()),
                ValueRef::Text(text) => absorb_bytes(hash, ValueTag::Text, text),
                ValueRef::Blob(bytes) => absorb_bytes(hash, ValueTag::Blob, bytes),
            }
        }
    }
    Ok(())
}
