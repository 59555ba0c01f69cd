//! Digests of the tables: two stores that took in the same events have the same, whichever way they got there.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use sea_query::{Alias, Asterisk, Order, Query, SelectStatement, SqliteQueryBuilder};
use sha2::{Digest, Sha256};

use super::ledger;
use crate::error::StoreError;
use crate::partition::Partition;
use crate::schema::Table;
use crate::sql::Db;

/// The SHA-256 of each table of each view that has tables of this version, lower-case hex.
pub(super) fn digest(db: Db<'_>, partitions: &[Partition]) -> Result<BTreeMap<String, String>, StoreError> {
    let mut digests = BTreeMap::new();
    for status in ledger::views(db, partitions)? {
        if status.stored_version != Some(status.version) {
            continue;
        }
        for table in status.view.view().tables() {
            digests.insert(table.name.to_owned(), rows(db, &table)?);
        }
    }
    Ok(digests)
}

fn rows(db: Db<'_>, table: &Table) -> Result<String, StoreError> {
    let mut select = Query::select();
    select.column(Asterisk).from(table.name);
    for column in &table.key {
        select.order_by(Alias::new(column), Order::Asc);
    }
    let mut hash = Sha256::new();
    match db {
        Db::Sqlite(db) => absorb_all(db, &select, &mut hash)?,
        Db::Postgres(db) => super::postgres::absorb_all(db, &select, &mut hash)?,
    }
    Ok(hex::encode(hash.finalize()))
}

fn absorb_all(
    db: &rusqlite::Connection,
    select: &SelectStatement,
    hash: &mut Sha256,
) -> Result<(), StoreError> {
    let mut statement = db.prepare(&select.to_string(SqliteQueryBuilder))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            match row.get_ref(column)? {
                ValueRef::Null => absorb_bytes(hash, 0, &[]),
                ValueRef::Integer(number) => absorb_number(hash, 1, number.to_be_bytes()),
                ValueRef::Real(number) => absorb_number(hash, 2, number.to_be_bytes()),
                ValueRef::Text(text) => absorb_bytes(hash, 3, text),
                ValueRef::Blob(bytes) => absorb_bytes(hash, 4, bytes),
            }
        }
    }
    Ok(())
}

/// A value with its type and length, so that no two different rows read the same.
pub(super) fn absorb_bytes(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// A number with its type.
pub(super) fn absorb_number(hash: &mut Sha256, kind: u8, number: [u8; 8]) {
    hash.update([kind]);
    hash.update(number);
}
