//! Data keys in a PostgreSQL database, which several nodes share.
//!
//! A destroyed key's row is emptied and its former content freed, but not overwritten at once: the
//! server's files and its write-ahead log hold the wrapped key for a while yet. It opens nothing
//! without the key-encryption key it was wrapped by. Rewrapping all keys under a new one, and
//! destroying the old one, ends that too.

mod schema;
mod target;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{Connection, Error, PgConnection, Row};
use uuid::Uuid;

use super::{KeyStore, StoredKey};
use crate::{KeyWrapper, VaultError, WrappedKey};
use tally_postgres::{Access, BlockingPool, BlockingRuntime, Target};

/// How long wrapping every key again may take.
const REWRAP_TIMEOUT: Duration = Duration::from_secs(600);

const FIND: &str =
    "SELECT id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys WHERE id = ANY ($1)";
const FIND_LIVING: &str = "SELECT id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys
    WHERE tenant = $1 AND subject = $2 AND destroyed_at IS NULL";
/// Waits for another node that is adding one for the same subject, and then does nothing.
const ADD: &str = "INSERT INTO tally_keys.data_keys (id, tenant, subject, wrapped, kek_id)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const BEHIND: &str = "SELECT id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys
    WHERE destroyed_at IS NULL AND kek_id <> $1";
/// What was destroyed or rewrapped since it was read is left as it is.
const REWRAP: &str = "UPDATE tally_keys.data_keys AS k SET wrapped = n.wrapped, kek_id = n.kek_id
    FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[]) AS n (id, old_kek_id, wrapped, kek_id)
    WHERE k.id = n.id AND k.kek_id = n.old_kek_id AND k.destroyed_at IS NULL";
/// A key that is destroyed on either side is destroyed afterwards. A subject that has another
/// living key is an error.
const IMPORT: &str = "
    INSERT INTO tally_keys.data_keys AS k (id, tenant, subject, wrapped, kek_id, created_at, destroyed_at)
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::timestamptz[], $7::timestamptz[])
    ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at
    WHERE k.destroyed_at IS NULL AND excluded.destroyed_at IS NOT NULL";
const DESTROY: &str = "UPDATE tally_keys.data_keys SET wrapped = NULL, destroyed_at = now()
    WHERE tenant = $1 AND ($2::text IS NULL OR subject = $2) AND destroyed_at IS NULL";

/// The table, in a schema of its own.
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
        if keys.ask("preparing its tables", schema::prepare)? {
            Ok(keys)
        } else {
            Err(VaultError::Corrupt("made by another version of this program"))
        }
    }

    /// Takes rows of another store as they are: all or none.
    pub(super) fn import(&self, rows: Vec<super::Row>) -> Result<(), VaultError> {
        let mut columns = Columns::default();
        rows.into_iter().for_each(|row| columns.push(row));
        self.ask("taking in keys", async |connection| {
            columns.write(connection).await
        })
    }

    fn ask<T>(
        &self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        self.pool.ask(work).map_err(|cause| failed(doing, &cause))
    }
}

/// The columns of an import.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    tenants: Vec<String>,
    subjects: Vec<String>,
    wrapped: Vec<Option<Vec<u8>>>,
    kek_ids: Vec<String>,
    created_at: Vec<DateTime<Utc>>,
    destroyed_at: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    fn push(&mut self, row: super::Row) {
        let (wrapped, kek_id) = match row.key.wrapped {
            Some(wrapped) => (Some(wrapped.bytes), wrapped.kek_id),
            None => (None, String::new()),
        };
        self.ids.push(row.key.id);
        self.tenants.push(row.key.tenant);
        self.subjects.push(row.key.subject);
        self.wrapped.push(wrapped);
        self.kek_ids.push(kek_id);
        self.created_at.push(row.created_at);
        self.destroyed_at.push(row.destroyed_at);
    }

    async fn write(self, connection: &mut PgConnection) -> Result<(), Error> {
        let import = sqlx::query(IMPORT).bind(self.ids).bind(self.tenants);
        let import = import.bind(self.subjects).bind(self.wrapped).bind(self.kek_ids);
        let import = import.bind(self.created_at).bind(self.destroyed_at);
        import.execute(connection).await.map(drop)
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
    fn find(&self, ids: &[Uuid]) -> Result<Vec<StoredKey>, VaultError> {
        let query = sqlx::query(FIND).bind(ids.to_vec());
        let rows = self.ask("looking for keys", async |connection| {
            query.fetch_all(connection).await
        });
        rows?.iter().map(read_key).collect()
    }

    fn find_living(&self, tenant: &str, subject: &str) -> Result<Option<StoredKey>, VaultError> {
        let query = sqlx::query(FIND_LIVING).bind(tenant).bind(subject);
        let row = self.ask("looking for a key", async |connection| {
            query.fetch_optional(connection).await
        });
        row?.as_ref().map(read_key).transpose()
    }

    fn add(&self, key: StoredKey) -> Result<(), VaultError> {
        let wrapped = key.wrapped_key()?.clone();
        let query = sqlx::query(ADD).bind(key.id).bind(key.tenant).bind(key.subject);
        let query = query.bind(wrapped.bytes).bind(wrapped.kek_id);
        self.ask("adding a key", async |connection| {
            query.execute(connection).await.map(drop)
        })
    }

    /// The keepers of key-encryption keys are asked on the caller's thread, for they may block too.
    fn rewrap(&self, old: Arc<dyn KeyWrapper>, new: Arc<dyn KeyWrapper>) -> Result<u64, VaultError> {
        let query = sqlx::query(BEHIND).bind(new.current_id());
        let behind = self.ask("looking for keys", async |connection| {
            query.fetch_all(connection).await
        });
        let mut rewrapped = Rewrapped::default();
        for row in &behind? {
            rewrapped.push(&read_key(row)?, old.as_ref(), new.as_ref())?;
        }
        let write = async |connection: &mut PgConnection| rewrapped.write(connection).await;
        let written = self.pool.ask_within(REWRAP_TIMEOUT, write);
        written.map_err(|cause| failed("wrapping keys again", &cause))
    }

    fn destroy(&self, tenant: &str, subject: Option<&str>) -> Result<u64, VaultError> {
        let query = sqlx::query(DESTROY).bind(tenant).bind(subject);
        self.ask("destroying keys", async |connection| {
            query.execute(connection).await.map(|done| done.rows_affected())
        })
    }
}

/// The columns of an update.
#[derive(Default)]
struct Rewrapped {
    ids: Vec<Uuid>,
    old_kek_ids: Vec<String>,
    wrapped: Vec<Vec<u8>>,
    kek_ids: Vec<String>,
}

impl Rewrapped {
    fn push(
        &mut self,
        key: &StoredKey,
        old: &dyn KeyWrapper,
        new: &dyn KeyWrapper,
    ) -> Result<(), VaultError> {
        let wrapped = key.rewrap(old, new)?;
        self.ids.push(key.id);
        self.old_kek_ids.push(key.wrapped_key()?.kek_id.clone());
        self.wrapped.push(wrapped.bytes);
        self.kek_ids.push(wrapped.kek_id);
        Ok(())
    }

    async fn write(self, connection: &mut PgConnection) -> Result<u64, Error> {
        let mut transaction = connection.begin().await?;
        let longer_timeout = format!("SET LOCAL statement_timeout = {}", REWRAP_TIMEOUT.as_millis());
        let longer_timeout = sqlx::raw_sql(sqlx::AssertSqlSafe(longer_timeout));
        longer_timeout.execute(&mut *transaction).await?;
        let update = sqlx::query(REWRAP).bind(self.ids).bind(self.old_kek_ids);
        let update = update.bind(self.wrapped).bind(self.kek_ids);
        let updated = update.execute(&mut *transaction).await?.rows_affected();
        transaction.commit().await?;
        Ok(updated)
    }
}

fn read_key(row: &PgRow) -> Result<StoredKey, VaultError> {
    columns(row).map_err(|_| VaultError::Corrupt("a row of the data keys cannot be read"))
}

fn columns(row: &PgRow) -> Result<StoredKey, Error> {
    let kek_id = row.try_get(4)?;
    let bytes: Option<Vec<u8>> = row.try_get(3)?;
    Ok(StoredKey {
        id: row.try_get(0)?,
        tenant: row.try_get(1)?,
        subject: row.try_get(2)?,
        wrapped: bytes.map(|bytes| WrappedKey { kek_id, bytes }),
    })
}
