//! Digests of the tables: two stores that took in the same events have the same, whichever way they got there.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sea_query::{Alias, Asterisk, Order, Query, SqliteQueryBuilder};
use sha2::{Digest, Sha256};

use super::ledger;
use crate::error::StoreError;
use crate::schema::Table;

/// The SHA-256 of each table of each view that has tables of this version, lower-case hex.
pub(super) fn digest(db: &Connection) -> Result<BTreeMap<String, String>, StoreError> {
    let mut digests = BTreeMap::new();
    for status in ledger::statuses(db)? {
        if status.stored_version != Some(status.version) {
            continue;
        }
        for table in status.view.view().tables() {
            digests.insert(table.name.to_owned(), rows(db, &table)?);
        }
    }
    Ok(digests)
}

fn rows(db: &Connection, table: &Table) -> Result<String, StoreError> {
    let mut select = Query::select();
    select.column(Asterisk).from(table.name);
    for column in &table.key {
        select.order_by(Alias::new(column), Order::Asc);
    }
    let mut statement = db.prepare(&select.to_string(SqliteQueryBuilder))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut hash = Sha256::new();
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            absorb(&mut hash, row.get_ref(column)?);
        }
    }
    Ok(hex::encode(hash.finalize()))
}

/// A value with its type and length, so that no two different rows read the same.
fn absorb(hash: &mut Sha256, value: ValueRef<'_>) {
    let (kind, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => return absorb_number(hash, 1, number.to_be_bytes()),
        ValueRef::Real(number) => return absorb_number(hash, 2, number.to_be_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

fn absorb_number(hash: &mut Sha256, kind: u8, number: [u8; 8]) {
    hash.update([kind]);
    hash.update(number);
}
