//! Keys in a PostgreSQL database, which several nodes share.
//!
//! A destroyed key's row is emptied or deleted and its former content freed, but not overwritten at
//! once: the server's files and its write-ahead log hold the wrapped key for a while yet. It opens
//! nothing without the key-encryption key it was wrapped by. Rewrapping all keys under a new one,
//! and destroying the old one, ends that too.

mod import;
mod schema;
mod statements;
mod target;

use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection as _, Error, PgConnection, Row};
use tally_postgres::{Access, BlockingPool, BlockingRuntime, Target};
use uuid::Uuid;

use super::{Destroyed, Doomed, FORMAT, KeyCount, KeyStore, Rewrapped, StoredKey, Table, Wanted};
use crate::{VaultError, WrappedKey};

/// The tables, in a schema of their own.
pub(crate) struct PostgresKeys {
    pool: BlockingPool,
}

impl PostgresKeys {
    pub(crate) async fn open(url: &str) -> Result<Self, VaultError> {
        let target = target::parse(url)?;
        let opening = tokio::task::spawn_blocking(move || Self::open_at(target));
        opening
            .await
            .unwrap_or_else(|cause| Err(failed("preparing its tables", &cause)))
    }

    fn open_at(target: Target) -> Result<Self, VaultError> {
        let runtime = BlockingRuntime::start("tally-keys");
        let runtime = runtime.map_err(|cause| failed("starting its thread", &cause))?;
        let pool = BlockingPool::new(Arc::new(runtime), target, Access::Write);
        let keys = Self { pool };
        match keys.ask("preparing its tables", schema::prepare)? {
            FORMAT => Ok(keys),
            found => Err(VaultError::OtherFormat { found, known: FORMAT }),
        }
    }

    fn ask<T>(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        self.pool.ask(work).map_err(|cause| failed(doing, &cause))
    }
}

/// The driver's texts name hosts, users and tables; never a password or a key.
fn failed(doing: &'static str, cause: &dyn std::error::Error) -> VaultError {
    VaultError::Database {
        doing,
        cause: cause.to_string(),
    }
}

impl KeyStore for PostgresKeys {
    fn find(&self, wanted: &Wanted) -> Result<Vec<StoredKey>, VaultError> {
        let query = sqlx::query(statements::FIND).bind(wanted.ids.clone());
        let query = query.bind(wanted.tenants.clone());
        let query = query.bind(wanted.people.clone()).bind(wanted.texts.clone());
        let rows = self.ask("looking for keys", async |connection| {
            query.fetch_all(connection).await
        });
        rows?.iter().map(read_key).collect()
    }

    fn find_living(&self, tenant: &str, subject: &str) -> Result<Option<StoredKey>, VaultError> {
        let query = sqlx::query(statements::FIND_LIVING).bind(tenant).bind(subject);
        let row = self.ask("looking for a key", async |connection| {
            query.fetch_optional(connection).await
        });
        row?.as_ref().map(read_key).transpose()
    }

    fn find_person(&self, tenant: &str, account: &str) -> Result<Option<StoredKey>, VaultError> {
        let query = sqlx::query(statements::FIND_PERSON).bind(tenant).bind(account);
        let row = self.ask("looking for a person", async |connection| {
            query.fetch_optional(connection).await
        });
        row?.as_ref().map(read_key).transpose()
    }

    fn add(&self, keys: &[StoredKey]) -> Result<(), VaultError> {
        let mut added = Vec::new();
        for table in Table::ALL {
            let mut columns = Added::default();
            for key in keys.iter().filter(|key| key.table == table) {
                columns.push(key)?;
            }
            if !columns.ids.is_empty() {
                added.push((table, columns));
            }
        }
        self.ask("adding keys", async |connection| {
            let mut transaction = connection.begin().await?;
            for (table, columns) in added {
                columns.write(table, &mut transaction).await?;
            }
            transaction.commit().await
        })
    }

    fn find_behind(
        &self,
        table: Table,
        kek_id: &str,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<StoredKey>, VaultError> {
        let query = sqlx::query(statements::find_behind(table)).bind(kek_id);
        let query = query.bind(after).bind(i64::from(limit));
        let rows = self.ask("looking for keys", async |connection| {
            query.fetch_all(connection).await
        });
        rows?.iter().map(read_key).collect()
    }

    fn rewrap(&self, table: Table, keys: &[Rewrapped]) -> Result<u64, VaultError> {
        let (ids, old): (Vec<_>, Vec<_>) = keys.iter().map(|key| (key.id, key.old_kek_id.clone())).unzip();
        let new = keys
            .iter()
            .map(|key| (key.new.bytes.clone(), key.new.kek_id.clone()));
        let (wrapped, kek_ids): (Vec<_>, Vec<_>) = new.unzip();
        let update = sqlx::query(AssertSqlSafe(statements::rewrap(table)));
        let update = update.bind(ids).bind(old).bind(wrapped).bind(kek_ids);
        self.ask("wrapping keys again", async |connection| {
            update.execute(connection).await.map(|done| done.rows_affected())
        })
    }

    fn wipe_journal(&self) -> Result<(), VaultError> {
        // The server does it in its own time: see the module.
        Ok(())
    }

    fn count(&self) -> Result<Vec<KeyCount>, VaultError> {
        let rows = self.ask("counting keys", async |connection| {
            sqlx::query(statements::COUNT).fetch_all(connection).await
        })?;
        let counts = rows.iter().map(read_count).collect::<Result<_, _>>();
        counts.map_err(|cause| failed("counting keys", &cause))
    }

    fn destroy(&self, doomed: Doomed<'_>) -> Result<Destroyed, VaultError> {
        self.ask("destroying keys", async |connection| {
            let mut transaction = connection.begin().await?;
            let destroyed = destroy(&mut transaction, doomed).await?;
            transaction.commit().await?;
            Ok(destroyed)
        })
    }
}

/// The columns of keys that are added.
#[derive(Default)]
struct Added {
    ids: Vec<Uuid>,
    tenants: Vec<String>,
    wrapped: Vec<Vec<u8>>,
    kek_ids: Vec<String>,
    subjects: Vec<String>,
}

impl Added {
    fn push(&mut self, key: &StoredKey) -> Result<(), VaultError> {
        let wrapped = key.wrapped_key()?;
        self.ids.push(key.id);
        self.tenants.push(key.tenant.clone());
        self.wrapped.push(wrapped.bytes.clone());
        self.kek_ids.push(wrapped.kek_id.clone());
        self.subjects.push(key.subject.clone());
        Ok(())
    }

    async fn write(self, table: Table, connection: &mut PgConnection) -> Result<(), Error> {
        if table == Table::DataKeys {
            let lock = sqlx::query(statements::LOCK_TENANTS_SHARED).bind(&self.tenants);
            lock.execute(&mut *connection).await?;
        }
        let add = sqlx::query(statements::add(table)).bind(self.ids);
        let add = add.bind(self.tenants).bind(self.wrapped).bind(self.kek_ids);
        add.bind(self.subjects).execute(connection).await.map(drop)
    }
}

/// The events key of a tenant goes first: what adds a key for one of its people or texts waits for
/// it, or is waited for and seen by the statements after it.
async fn destroy(connection: &mut PgConnection, doomed: Doomed<'_>) -> Result<Destroyed, Error> {
    let mut destroyed = Destroyed::default();
    match doomed {
        Doomed::Subject(tenant, subject) => {
            let query = sqlx::query(statements::DESTROY_DATA_KEYS)
                .bind(tenant)
                .bind(subject);
            destroyed.data_keys = query.execute(connection).await?.rows_affected();
        }
        Doomed::Tenant(tenant) => {
            let lock = sqlx::query(statements::LOCK_TENANT).bind(tenant);
            lock.execute(&mut *connection).await?;
            let query = sqlx::query(statements::DESTROY_DATA_KEYS).bind(tenant);
            let query = query.bind(None::<&str>);
            destroyed.data_keys = query.execute(&mut *connection).await?.rows_affected();
            execute(connection, statements::MARK_ERASED, tenant).await?;
            destroyed.people = execute(connection, statements::DELETE_PEOPLE, tenant).await?;
            execute(connection, statements::DELETE_ERASED_PEOPLE, tenant).await?;
            destroyed.texts = execute(connection, statements::DELETE_TEXTS, tenant).await?;
        }
        Doomed::Person(tenant, id) => {
            let query = sqlx::query(statements::DESTROY_PERSON).bind(tenant).bind(id);
            destroyed.people = query.execute(&mut *connection).await?.rows_affected();
            let mark = sqlx::query(statements::MARK_PERSON_ERASED);
            mark.bind(tenant).bind(id).execute(connection).await?;
        }
        Doomed::Text(tenant, id) => {
            let query = sqlx::query(statements::DESTROY_TEXT).bind(tenant).bind(id);
            destroyed.texts = query.execute(&mut *connection).await?.rows_affected();
            let mark = sqlx::query(statements::MARK_TEXT_ERASED);
            mark.bind(tenant).bind(id).execute(connection).await?;
        }
    }
    Ok(destroyed)
}

async fn execute(connection: &mut PgConnection, sql: &'static str, tenant: &str) -> Result<u64, Error> {
    let done = sqlx::query(sql).bind(tenant).execute(connection).await?;
    Ok(done.rows_affected())
}

fn read_key(row: &PgRow) -> Result<StoredKey, VaultError> {
    columns(row).map_err(|_| VaultError::Corrupt("a row of the keys cannot be read"))
}

fn columns(row: &PgRow) -> Result<StoredKey, Error> {
    let kek_id = row.try_get(5)?;
    let bytes: Option<Vec<u8>> = row.try_get(4)?;
    Ok(StoredKey {
        table: read_table(row)?,
        id: row.try_get(1)?,
        tenant: row.try_get(2)?,
        subject: row.try_get(3)?,
        wrapped: bytes.map(|bytes| WrappedKey { kek_id, bytes }),
    })
}

fn read_count(row: &PgRow) -> Result<KeyCount, Error> {
    Ok(KeyCount {
        table: read_table(row)?.name(),
        kek_id: row.try_get(1)?,
        keys: row.try_get::<i64, _>(2)?.unsigned_abs(),
    })
}

/// The table by its index in [`Table::ALL`].
fn read_table(row: &PgRow) -> Result<Table, Error> {
    let index = usize::try_from(row.try_get::<i32, _>(0)?).unwrap_or(usize::MAX);
    let table = Table::ALL.get(index).copied();
    table.ok_or_else(|| Error::Decode("the index of a table".into()))
}
