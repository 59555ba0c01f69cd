//! The tables.

use rusqlite::Transaction;

use crate::VaultError;
use crate::keys::{FORMAT, Table};

/// `account` is a MAC under a key of the tenant.
const SCHEMA: &str = "
    CREATE TABLE data_keys (
        id           TEXT PRIMARY KEY,
        tenant       TEXT NOT NULL,
        subject      TEXT NOT NULL,
        wrapped      BLOB,
        kek_id       TEXT NOT NULL,
        created_at   TEXT NOT NULL,
        destroyed_at TEXT,
        CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
    ) STRICT;
    CREATE UNIQUE INDEX data_keys_living ON data_keys (tenant, subject) WHERE destroyed_at IS NULL;
    CREATE UNIQUE INDEX data_keys_events ON data_keys (tenant) WHERE subject = 'events';
    CREATE TABLE people (
        id           TEXT PRIMARY KEY,
        tenant       TEXT NOT NULL,
        account      TEXT NOT NULL,
        wrapped      BLOB NOT NULL,
        kek_id       TEXT NOT NULL,
        created_at   TEXT NOT NULL,
        UNIQUE (tenant, account)
    ) STRICT;
    CREATE TABLE erased_people (
        id           TEXT PRIMARY KEY,
        tenant       TEXT NOT NULL,
        destroyed_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE text_keys (
        id           TEXT PRIMARY KEY,
        tenant       TEXT NOT NULL,
        wrapped      BLOB,
        kek_id       TEXT NOT NULL,
        created_at   TEXT NOT NULL,
        destroyed_at TEXT,
        CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
    ) STRICT;
    CREATE INDEX text_keys_tenant ON text_keys (tenant);";

/// The time by the clock of the machine, in RFC 3339.
pub(super) const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/// Makes the tables when there are none.
pub(super) fn prepare(transaction: &Transaction<'_>) -> Result<(), VaultError> {
    match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
        0 => {
            transaction.execute_batch(SCHEMA)?;
            Ok(transaction.pragma_update(None, "user_version", FORMAT)?)
        }
        FORMAT => Ok(()),
        found => Err(VaultError::OtherFormat { found, known: FORMAT }),
    }
}

/// Counts a table's keys by the key-encryption key; destroyed ones have none.
pub(super) fn count_statement(table: Table) -> String {
    let name = table.name();
    let living = format!("SELECT kek_id, count(*) FROM {name} WHERE wrapped IS NOT NULL GROUP BY kek_id");
    let destroyed = match table {
        Table::DataKeys | Table::Texts => format!("SELECT NULL, count(*) FROM {name} WHERE wrapped IS NULL"),
        Table::People => "SELECT NULL, count(*) FROM erased_people".to_owned(),
    };
    format!("{living} UNION ALL {destroyed} ORDER BY 1")
}
