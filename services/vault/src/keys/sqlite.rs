//! Data keys in an SQLite file: one process, or a few on one machine.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use uuid::Uuid;

use super::{KeyStore, StoredKey};
use crate::kek::private_file;
use crate::{KeyWrapper, VaultError, WrappedKey};

const SCHEMA_VERSION: i64 = 1;
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
    PRAGMA user_version = 1;";
/// The time by the clock of the machine, in RFC 3339.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
const COLUMNS: &str = "id, tenant, subject, wrapped, kek_id";

/// The table, in a database of its own.
pub(crate) struct SqliteKeys {
    connection: Mutex<Connection>,
}

impl SqliteKeys {
    pub(crate) fn open(path: &Path) -> Result<Self, VaultError> {
        match private_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        Self::prepare(Connection::open(path)?)
    }

    /// The rows after the key `after`, in the order of their ids.
    pub(crate) fn page(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<super::Row>, VaultError> {
        let connection = self.connection();
        let sql = format!(
            "SELECT {COLUMNS}, created_at, destroyed_at FROM data_keys
             WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let after = after.map(|id| id.to_string());
        let rows = statement.query_map(params![after, limit], |row| {
            Ok((
                read(row)?,
                row.get::<_, String>(5)?,
                row.get::<_, Option<String>>(6)?,
            ))
        })?;
        rows.map(|row| {
            let (key, created_at, destroyed_at) = row?;
            Ok(super::Row {
                key: key?,
                created_at: parse_time(&created_at)?,
                destroyed_at: destroyed_at.as_deref().map(parse_time).transpose()?,
            })
        })
        .collect()
    }

    pub(crate) fn in_memory() -> Result<Self, VaultError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    /// A key must not be lost once something is sealed under it, hence `FULL`; and must be gone
    /// once it is destroyed, hence `secure_delete`.
    fn prepare(mut connection: Connection) -> Result<Self, VaultError> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
            0 => transaction.execute_batch(SCHEMA)?,
            SCHEMA_VERSION => {}
            _ => return Err(VaultError::Corrupt("made by another version of this program")),
        }
        transaction.commit()?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock()
    }
}

impl KeyStore for SqliteKeys {
    fn find(&self, ids: &[Uuid]) -> Result<Vec<StoredKey>, VaultError> {
        let connection = self.connection();
        let sql = format!("SELECT {COLUMNS} FROM data_keys WHERE id = ?1");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut found = Vec::new();
        for id in ids {
            if let Some(key) = statement.query_row([id.to_string()], read).optional()? {
                found.push(key?);
            }
        }
        Ok(found)
    }

    fn find_living(&self, tenant: &str, subject: &str) -> Result<Option<StoredKey>, VaultError> {
        let connection = self.connection();
        let sql = format!(
            "SELECT {COLUMNS} FROM data_keys WHERE tenant = ?1 AND subject = ?2 AND destroyed_at IS NULL"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        statement
            .query_row([tenant, subject], read)
            .optional()?
            .transpose()
    }

    fn add(&self, key: StoredKey) -> Result<(), VaultError> {
        let wrapped = key.wrapped_key()?;
        let sql = format!(
            "INSERT INTO data_keys (id, tenant, subject, wrapped, kek_id, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, {NOW}) ON CONFLICT DO NOTHING"
        );
        let id = key.id.to_string();
        self.connection().execute(
            &sql,
            params![id, key.tenant, key.subject, wrapped.bytes, wrapped.kek_id],
        )?;
        Ok(())
    }

    fn rewrap(&self, old: Arc<dyn KeyWrapper>, new: Arc<dyn KeyWrapper>) -> Result<u64, VaultError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = format!("SELECT {COLUMNS} FROM data_keys WHERE destroyed_at IS NULL AND kek_id <> ?1");
        let behind = transaction
            .prepare(&sql)?
            .query_map([new.current_id()], read)?
            .collect::<Result<Result<Vec<_>, _>, _>>()??;
        for key in &behind {
            let wrapped = key.rewrap(old.as_ref(), new.as_ref())?;
            transaction.execute(
                "UPDATE data_keys SET wrapped = ?2, kek_id = ?3 WHERE id = ?1",
                params![key.id.to_string(), wrapped.bytes, wrapped.kek_id],
            )?;
        }
        transaction.commit()?;
        Ok(behind.len() as u64)
    }

    fn destroy(&self, tenant: &str, subject: Option<&str>) -> Result<u64, VaultError> {
        let connection = self.connection();
        let sql = format!(
            "UPDATE data_keys SET wrapped = NULL, destroyed_at = {NOW}
             WHERE tenant = ?1 AND (?2 IS NULL OR subject = ?2) AND destroyed_at IS NULL"
        );
        let destroyed = connection.execute(&sql, params![tenant, subject])?;
        wipe_journal(&connection)?;
        Ok(destroyed as u64)
    }
}

/// The write-ahead log still holds the pages as they were; this moves it into the database and
/// empties it.
fn wipe_journal(connection: &Connection) -> Result<(), VaultError> {
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))?;
    if busy == 0 {
        Ok(())
    } else {
        Err(VaultError::NotWiped)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<StoredKey, VaultError>> {
    let id: String = row.get(0)?;
    let bytes: Option<Vec<u8>> = row.get(3)?;
    let kek_id: String = row.get(4)?;
    let Ok(id) = Uuid::try_parse(&id) else {
        return Ok(Err(VaultError::Corrupt("a data key's id is not a UUID")));
    };
    let wrapped = bytes.map(|bytes| WrappedKey { kek_id, bytes });
    Ok(Ok(StoredKey {
        id,
        tenant: row.get(1)?,
        subject: row.get(2)?,
        wrapped,
    }))
}

fn parse_time(text: &str) -> Result<DateTime<Utc>, VaultError> {
    let time = DateTime::parse_from_rfc3339(text);
    time.map(|time| time.to_utc())
        .map_err(|_| VaultError::Corrupt("a data key's time is not a time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_set_up_to_lose_no_key_and_to_keep_no_destroyed_one() {
        let directory = tempfile::tempdir().unwrap();
        let keys = SqliteKeys::open(&directory.path().join("keys.db")).unwrap();
        let number = |pragma| {
            keys.connection()
                .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
                .unwrap()
        };
        let full = 2;
        assert_eq!(number("synchronous"), full);
        assert_eq!(number("secure_delete"), 1);
        let mode: String = keys
            .connection()
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_the_database_and_its_journal() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let _keys = SqliteKeys::open(&directory.path().join("keys.db")).unwrap();
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let file = file.unwrap();
            assert_eq!(
                file.metadata().unwrap().permissions().mode() & 0o077,
                0,
                "{:?}",
                file.file_name()
            );
        }
    }
}
