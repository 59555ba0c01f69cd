//! Digests of the tables: two stores that applied the same events have the same, however they got
//! there.

mod absorb;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use sea_query::{Alias, Asterisk, Order, Query};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::layout::Layout;
use crate::ledger;
use crate::schema::Table;
use crate::sql::{Connection, Db};

/// The SHA-256 of each table of each view that has tables of this version, lower-case hex.
pub(crate) fn digest_tables(db: Db<'_>, layout: Layout<'_>) -> Result<BTreeMap<String, String>, StoreError> {
    let mut digests = BTreeMap::new();
    for (view, status) in ledger::read_views(db, layout)? {
        if status.stored_version != Some(status.version) {
            continue;
        }
        for table in view.tables() {
            digests.insert(table.name.to_owned(), digest_rows(db, &table)?);
        }
    }
    Ok(digests)
}

fn digest_rows(db: Db<'_>, table: &Table) -> Result<String, StoreError> {
    let mut select = Query::select();
    select.column(Asterisk).from(table.name);
    for column in &table.key {
        select.order_by(Alias::new(column), Order::Asc);
    }
    let mut hash = Sha256::new();
    match db.connection() {
        Connection::Sqlite(db) => sqlite::absorb_rows(db, &select, &mut hash)?,
        Connection::Postgres(db) => postgres::absorb_rows(db, &select, &mut hash)?,
    }
    Ok(hex::encode(hash.finalize()))
}
