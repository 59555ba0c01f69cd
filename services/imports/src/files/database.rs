//! Files in the database that nodes share, beside advisory locks that say which node works on which
//! import.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Connection, Error, PgConnection, PgPool};
use tally_domain::ImportId;
use tally_postgres::{Access, BadUrl, CommitAnswer, Defaults, Target, connect, in_time, pool};
use tokio::sync::Mutex;
use tracing::warn;

use super::{FileStore, ImportLocks};

/// Statements name their schema. A file must not be lost once its import has begun.
const DEFAULTS: Defaults = Defaults {
    schema: "tally_imports",
    commits: CommitAnswer::OnDisk,
    settings: "",
};
/// How many connections a node's files share.
const CONNECTIONS: u32 = 2;
/// How long the connection that holds locks may be silent. The server then takes its process for
/// hung and ends the connection, which frees the locks.
const SILENCE: Duration = Duration::from_secs(10);

const IS_THERE: &str = "SELECT count(*) > 0 FROM pg_namespace WHERE nspname = 'tally_imports'";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS tally_imports.files (
    import  uuid NOT NULL,
    sha256  text COLLATE \"C\" NOT NULL,
    bytes   bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (import, sha256)
)";
const KEEP: &str =
    "INSERT INTO tally_imports.files (import, sha256, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const READ: &str = "SELECT bytes FROM tally_imports.files WHERE import = $1 AND sha256 = $2";
const REMOVE: &str = "DELETE FROM tally_imports.files WHERE import = $1 AND sha256 = $2";
const REMOVE_ALL: &str = "DELETE FROM tally_imports.files WHERE import = $1";
/// A file is kept before its import begins, and another node may be between the two.
const SWEEP: &str =
    "DELETE FROM tally_imports.files WHERE import <> ALL ($1) AND kept_at < now() - interval '1 day'";
/// `TLLI`, and a number made of the import. Two imports that share theirs wait for one another, and
/// no more.
const LOCK: &str = "SELECT pg_try_advisory_lock(1414286409, hashtext($1))";
const UNLOCK: &str = "SELECT pg_advisory_unlock(1414286409, hashtext($1))";

/// Files that several nodes share, in a database schema of their own.
pub struct SharedFiles {
    target: Target,
    pool: PgPool,
    /// Holds the locks; there is none until the first is taken.
    lock_holder: Mutex<Option<PgConnection>>,
}

impl SharedFiles {
    /// Opens the table; makes it when it is not there.
    ///
    /// # Errors
    /// The URL is wrong, or the server cannot be reached or refuses.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let target = Target::parse(url, DEFAULTS).map_err(|BadUrl { why }| anyhow::anyhow!(why))?;
        // `schema` and `connections` of the URL are for the other rooms that get the same URL.
        let target = Target {
            schema: DEFAULTS.schema.to_owned(),
            connections: CONNECTIONS,
            ..target
        };
        make_table(&target).await?;
        Ok(Self {
            pool: pool(&target, Access::Write),
            target,
            lock_holder: Mutex::default(),
        })
    }

    /// Runs a statement by the connection that holds locks, if there is one.
    async fn by_lock_holder(&self, statement: impl AsyncFnOnce(&mut PgConnection) -> Result<(), Error>) {
        let mut holder = self.lock_holder.lock().await;
        let Some(mut connection) = holder.take() else {
            return;
        };
        match in_time(self.target.timeout, statement(&mut connection)).await {
            Ok(()) => *holder = Some(connection),
            Err(cause) => warn!(%cause, "the connection that holds the locks on imports broke"),
        }
    }

    async fn open_lock_holder(&self) -> Result<PgConnection, Error> {
        let mut connection = connect(&self.target, Access::Write).await?;
        let silence = format!("SET idle_session_timeout = {}", SILENCE.as_millis());
        sqlx::raw_sql(sqlx::AssertSqlSafe(silence))
            .execute(&mut connection)
            .await?;
        Ok(connection)
    }
}

#[async_trait]
impl FileStore for SharedFiles {
    async fn keep(&self, import: ImportId, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let statement = sqlx::query(KEEP).bind(import.0).bind(sha256).bind(bytes);
        in_time(self.target.timeout, statement.execute(&self.pool)).await?;
        Ok(())
    }

    async fn read(&self, import: ImportId, sha256: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let read = sqlx::query_scalar(READ).bind(import.0).bind(sha256);
        Ok(in_time(self.target.timeout, read.fetch_optional(&self.pool)).await?)
    }

    async fn remove(&self, import: ImportId, sha256: &str) -> anyhow::Result<()> {
        let removed = sqlx::query(REMOVE).bind(import.0).bind(sha256);
        in_time(self.target.timeout, removed.execute(&self.pool)).await?;
        Ok(())
    }

    async fn remove_all(&self, import: ImportId) -> anyhow::Result<u64> {
        let removed = sqlx::query(REMOVE_ALL).bind(import.0).execute(&self.pool);
        Ok(in_time(self.target.timeout, removed).await?.rows_affected())
    }

    async fn sweep(&self, needed: Vec<ImportId>) -> anyhow::Result<u64> {
        let needed: Vec<_> = needed.iter().map(|import| import.0).collect();
        let swept = sqlx::query(SWEEP).bind(needed).execute(&self.pool);
        Ok(in_time(self.target.timeout, swept).await?.rows_affected())
    }

    fn locks(&self) -> Option<&dyn ImportLocks> {
        Some(self)
    }
}

/// A process holds all its locks by one connection. When that breaks, all are given up: others may
/// go on, and so may this one.
#[async_trait]
impl ImportLocks for SharedFiles {
    async fn try_lock(&self, import: ImportId) -> anyhow::Result<bool> {
        let mut holder = self.lock_holder.lock().await;
        let mut connection = match holder.take() {
            Some(connection) => connection,
            None => self.open_lock_holder().await?,
        };
        let lock = sqlx::query_scalar(LOCK).bind(import.to_string());
        let locked = in_time(self.target.timeout, lock.fetch_one(&mut connection)).await?;
        *holder = Some(connection);
        Ok(locked)
    }

    async fn unlock(&self, import: ImportId) {
        self.by_lock_holder(async |connection| {
            let unlock = sqlx::query(UNLOCK).bind(import.to_string());
            unlock.execute(connection).await.map(drop)
        })
        .await;
    }

    async fn keep_alive(&self) {
        self.by_lock_holder(async |connection| connection.ping().await)
            .await;
    }
}

/// Makes the schema and the table. Nodes that start together do it one after the other.
async fn make_table(target: &Target) -> Result<(), Error> {
    let mut connection = connect(target, Access::Write).await?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(target.lock()))
        .execute(&mut *transaction)
        .await?;
    // A role may own its schema and not be allowed to make one.
    if !sqlx::query_scalar(IS_THERE).fetch_one(&mut *transaction).await? {
        sqlx::raw_sql("CREATE SCHEMA tally_imports")
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::raw_sql(TABLE).execute(&mut *transaction).await?;
    transaction.commit().await
}
