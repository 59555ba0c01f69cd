//! Keys in an SQLite file: one process, or a few on one machine.

mod destroy;
mod page;
mod schema;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use rusqlite::{
    Connection, ErrorCode, OptionalExtension as _, Params, Row, Transaction, TransactionBehavior, params,
};
use uuid::Uuid;

use self::schema::NOW;
use super::{Destroyed, Doomed, KeyCount, KeyStore, Rewrapped, StoredKey, Table, Wanted};
use crate::kek::private_file;
use crate::{VaultError, WrappedKey};

/// How long a statement waits for a lock that another connection holds on the file.
const BUSY: Duration = Duration::from_secs(5);

/// The tables, in a database of their own.
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

    pub(crate) fn in_memory() -> Result<Self, VaultError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    /// A key must not be lost once something is sealed under it, hence `FULL`; and must be gone
    /// once it is destroyed, hence `secure_delete`.
    fn prepare(mut connection: Connection) -> Result<Self, VaultError> {
        connection.busy_timeout(BUSY)?;
        keep_a_write_ahead_log(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.set_prepared_statement_cache_capacity(32);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::prepare(&transaction)?;
        transaction.commit()?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock()
    }

    fn in_transaction<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

/// While another connection writes to a new file, SQLite refuses the change at once, whatever the
/// timeout: two that change the mode could wait for each other. So it is repeated.
fn keep_a_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && start.elapsed() < BUSY =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

impl KeyStore for SqliteKeys {
    fn find(&self, wanted: &Wanted) -> Result<Vec<StoredKey>, VaultError> {
        let connection = self.connection();
        let mut found = Vec::new();
        let mut look_for = |table, condition: &str, value: &str| {
            found.extend(find_one(&connection, table, condition, [value])?);
            Ok::<_, VaultError>(())
        };
        for id in &wanted.ids {
            look_for(Table::DataKeys, "id = ?1", &id.to_string())?;
        }
        for tenant in &wanted.tenants {
            look_for(Table::DataKeys, "tenant = ?1 AND subject = 'events'", tenant)?;
        }
        for person in &wanted.people {
            look_for(Table::People, "id = ?1", &person.to_string())?;
        }
        for text in &wanted.texts {
            look_for(Table::Texts, "id = ?1", &text.to_string())?;
        }
        found.extend(find_erased_people(&connection, &wanted.people)?);
        Ok(found)
    }

    fn find_living(&self, tenant: &str, subject: &str) -> Result<Option<StoredKey>, VaultError> {
        let condition = "tenant = ?1 AND subject = ?2 AND destroyed_at IS NULL";
        find_one(&self.connection(), Table::DataKeys, condition, [tenant, subject])
    }

    fn find_person(&self, tenant: &str, account: &str) -> Result<Option<StoredKey>, VaultError> {
        let condition = "tenant = ?1 AND account = ?2";
        find_one(&self.connection(), Table::People, condition, [tenant, account])
    }

    fn add(&self, keys: &[StoredKey]) -> Result<(), VaultError> {
        self.in_transaction(|transaction| {
            for table in Table::ALL {
                let mut statement = transaction.prepare_cached(&add_statement(table))?;
                for key in keys.iter().filter(|key| key.table == table) {
                    let wrapped = key.wrapped_key()?;
                    let id = key.id.to_string();
                    statement.execute(params![
                        id,
                        key.tenant,
                        wrapped.bytes,
                        wrapped.kek_id,
                        key.subject
                    ])?;
                }
            }
            Ok(())
        })
    }

    fn find_behind(
        &self,
        table: Table,
        kek_id: &str,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<StoredKey>, VaultError> {
        let connection = self.connection();
        let sql = format!(
            "{} WHERE wrapped IS NOT NULL AND kek_id <> ?1 AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3",
            select(table)
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let after = after.map(|id| id.to_string());
        let rows = statement.query_map(params![kek_id, after, limit], |row| read(table, row))?;
        rows.collect::<Result<Result<_, _>, _>>()?
    }

    fn rewrap(&self, table: Table, keys: &[Rewrapped]) -> Result<u64, VaultError> {
        let sql = format!(
            "UPDATE {} SET wrapped = ?3, kek_id = ?4
             WHERE id = ?1 AND kek_id = ?2 AND wrapped IS NOT NULL",
            table.name()
        );
        self.in_transaction(|transaction| {
            let mut statement = transaction.prepare_cached(&sql)?;
            let mut stored = 0;
            for key in keys {
                let id = key.id.to_string();
                stored += statement.execute(params![id, key.old_kek_id, key.new.bytes, key.new.kek_id])?;
            }
            Ok(stored as u64)
        })
    }

    fn wipe_journal(&self) -> Result<(), VaultError> {
        destroy::wipe_journal(&self.connection())
    }

    fn count(&self) -> Result<Vec<KeyCount>, VaultError> {
        let connection = self.connection();
        let mut counts = Vec::new();
        for table in Table::ALL {
            let mut statement = connection.prepare_cached(&schema::count_statement(table))?;
            let rows = statement.query_map([], |row| {
                Ok(KeyCount {
                    table: table.name(),
                    kek_id: row.get(0)?,
                    keys: row.get::<_, i64>(1)?.unsigned_abs(),
                })
            })?;
            for row in rows {
                counts.push(row?);
            }
        }
        Ok(counts)
    }

    fn destroy(&self, doomed: Doomed<'_>) -> Result<Destroyed, VaultError> {
        let destroyed = self.in_transaction(|transaction| destroy::run(transaction, doomed))?;
        self.wipe_journal()?;
        Ok(destroyed)
    }
}

/// The statement that reads rows of a table as [`read`] expects them.
fn select(table: Table) -> &'static str {
    match table {
        Table::DataKeys => "SELECT id, tenant, subject, wrapped, kek_id FROM data_keys",
        Table::People => "SELECT id, tenant, account, wrapped, kek_id FROM people",
        Table::Texts => "SELECT id, tenant, '', wrapped, kek_id FROM text_keys",
    }
}

/// An erased tenant has an events key that is destroyed. What belongs to a person or a text is
/// added only for a tenant whose events key lives.
fn add_statement(table: Table) -> String {
    let key_of_tenant = "SELECT 1 FROM data_keys WHERE tenant = ?2 AND subject = 'events'";
    match table {
        Table::DataKeys => format!(
            "INSERT INTO data_keys (id, tenant, wrapped, kek_id, subject, created_at)
             SELECT ?1, ?2, ?3, ?4, ?5, {NOW}
             WHERE NOT EXISTS ({key_of_tenant} AND destroyed_at IS NOT NULL) ON CONFLICT DO NOTHING"
        ),
        Table::People => format!(
            "INSERT INTO people (id, tenant, wrapped, kek_id, account, created_at)
             SELECT ?1, ?2, ?3, ?4, ?5, {NOW}
             WHERE EXISTS ({key_of_tenant} AND destroyed_at IS NULL) ON CONFLICT DO NOTHING"
        ),
        Table::Texts => format!(
            "INSERT INTO text_keys (id, tenant, wrapped, kek_id, created_at)
             SELECT ?1, ?2, ?3, ?4, {NOW}
             WHERE EXISTS ({key_of_tenant} AND destroyed_at IS NULL) AND ?5 = '' ON CONFLICT DO NOTHING"
        ),
    }
}

fn find_one(
    connection: &Connection,
    table: Table,
    condition: &str,
    values: impl Params,
) -> Result<Option<StoredKey>, VaultError> {
    let sql = format!("{} WHERE {condition}", select(table));
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row(values, |row| read(table, row));
    found.optional()?.transpose()
}

fn find_erased_people(connection: &Connection, ids: &[Uuid]) -> Result<Vec<StoredKey>, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT id, tenant, '', NULL, '' FROM erased_people WHERE id = ?1")?;
    let mut found = Vec::new();
    for id in ids {
        let row = statement.query_row([id.to_string()], |row| read(Table::People, row));
        if let Some(row) = row.optional()? {
            found.push(row?);
        }
    }
    Ok(found)
}

fn read(table: Table, row: &Row<'_>) -> rusqlite::Result<Result<StoredKey, VaultError>> {
    let id: String = row.get(0)?;
    let bytes: Option<Vec<u8>> = row.get(3)?;
    let kek_id: String = row.get(4)?;
    let Ok(id) = Uuid::try_parse(&id) else {
        return Ok(Err(VaultError::Corrupt("a key's id is not a UUID")));
    };
    Ok(Ok(StoredKey {
        table,
        id,
        tenant: row.get(1)?,
        subject: row.get(2)?,
        wrapped: bytes.map(|bytes| WrappedKey { kek_id, bytes }),
    }))
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

    #[test]
    fn a_file_that_another_process_sets_up_at_the_moment_is_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("keys.db");
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        thread::scope(|scope| {
            let opening = scope.spawn(|| SqliteKeys::open(&file));
            // Without waiting it would end within this time, with an error.
            thread::sleep(Duration::from_millis(100));
            assert!(!opening.is_finished());
            other.execute_batch("COMMIT").unwrap();
            opening.join().unwrap().unwrap();
        });
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
