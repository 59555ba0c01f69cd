//! Files in the database that nodes share, beside advisory locks that say which node works on which import.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Connection, Error, PgConnection, PgPool};
use tally_domain::ImportId;
use tally_postgres::{Access, BadUrl, Defaults, Target, in_time, once, pool};
use tokio::sync::Mutex;
use tracing::warn;

use super::{Claims, Store};

/// Statements name their schema.
const DEFAULTS: Defaults = Defaults {
    schema: "tally_imports",
    settings: "",
};
/// How many connections a node's files share.
const CONNECTIONS: u32 = 2;
/// How long the connection that holds locks may say nothing. The server then takes its process for hung and ends it, which frees them.
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
/// A file is kept before its import begins, and another node may be between the two.
const SWEEP: &str =
    "DELETE FROM tally_imports.files WHERE import <> ALL ($1) AND kept_at < now() - interval '1 day'";
/// `TLLI`, and a number made of the import. Two imports that share theirs wait for one another, and no more.
const CLAIM: &str = "SELECT pg_try_advisory_lock(1414286409, hashtext($1))";
const RELEASE: &str = "SELECT pg_advisory_unlock(1414286409, hashtext($1))";

/// The files, in a schema of their own.
pub struct Database {
    target: Target,
    pool: PgPool,
    /// Holds the locks; there is none until the first is taken.
    claims: Mutex<Option<PgConnection>>,
}

impl Database {
    /// Opens the table, made when it is not there.
    ///
    /// # Errors
    /// The URL is wrong, or the server cannot be reached or refuses.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let target = Target::parse(url, DEFAULTS).map_err(|BadUrl { why }| anyhow::anyhow!(why))?;
        // `schema` and `connections` of the URL are for others who are given the same.
        let target = Target {
            schema: DEFAULTS.schema.to_owned(),
            connections: CONNECTIONS,
            ..target
        };
        prepare(&target).await?;
        Ok(Self {
            pool: pool(&target, Access::Write),
            target,
            claims: Mutex::default(),
        })
    }

    /// Asks by the connection that holds locks, if there is one.
    async fn ask(&self, asked: impl AsyncFnOnce(&mut PgConnection) -> Result<(), Error>) {
        let mut claims = self.claims.lock().await;
        let Some(mut connection) = claims.take() else {
            return;
        };
        match in_time(self.target.patience, asked(&mut connection)).await {
            Ok(()) => *claims = Some(connection),
            Err(cause) => warn!(%cause, "the connection that holds imports broke"),
        }
    }

    async fn holder(&self) -> Result<PgConnection, Error> {
        let mut connection = once(&self.target, Access::Write).await?;
        let silence = format!("SET idle_session_timeout = {}", SILENCE.as_millis());
        sqlx::raw_sql(sqlx::AssertSqlSafe(silence))
            .execute(&mut connection)
            .await?;
        Ok(connection)
    }
}

#[async_trait]
impl Store for Database {
    async fn keep(&self, import: ImportId, sha256: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let kept = sqlx::query(KEEP).bind(import.0).bind(sha256).bind(bytes);
        in_time(self.target.patience, kept.execute(&self.pool)).await?;
        Ok(())
    }

    async fn read(&self, import: ImportId, sha256: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let read = sqlx::query_scalar(READ).bind(import.0).bind(sha256);
        Ok(in_time(self.target.patience, read.fetch_optional(&self.pool)).await?)
    }

    async fn remove(&self, import: ImportId, sha256: &str) -> anyhow::Result<()> {
        let removed = sqlx::query(REMOVE).bind(import.0).bind(sha256);
        in_time(self.target.patience, removed.execute(&self.pool)).await?;
        Ok(())
    }

    async fn sweep(&self, running: Vec<ImportId>) -> anyhow::Result<u64> {
        let running: Vec<_> = running.iter().map(|import| import.0).collect();
        let swept = sqlx::query(SWEEP).bind(running).execute(&self.pool);
        Ok(in_time(self.target.patience, swept).await?.rows_affected())
    }

    fn claims(&self) -> Option<&dyn Claims> {
        Some(self)
    }
}

/// A process holds all its locks by one connection. When that breaks, all are given up: others may go on, and so may this one.
#[async_trait]
impl Claims for Database {
    async fn claim(&self, import: ImportId) -> anyhow::Result<bool> {
        let mut claims = self.claims.lock().await;
        let mut connection = match claims.take() {
            Some(connection) => connection,
            None => self.holder().await?,
        };
        let asked = sqlx::query_scalar(CLAIM).bind(import.to_string());
        let claimed = in_time(self.target.patience, asked.fetch_one(&mut connection)).await?;
        *claims = Some(connection);
        Ok(claimed)
    }

    async fn release(&self, import: ImportId) {
        self.ask(async |connection| {
            let asked = sqlx::query(RELEASE).bind(import.to_string());
            asked.execute(connection).await.map(drop)
        })
        .await;
    }

    async fn keep(&self) {
        self.ask(async |connection| connection.ping().await).await;
    }
}

/// Nodes that start together do it one after the other.
async fn prepare(target: &Target) -> Result<(), Error> {
    let mut connection = once(target, Access::Write).await?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(target.lock()))
        .execute(&mut *transaction)
        .await?;
    // Asked first: a role may own its schema and not be allowed to make one.
    if !sqlx::query_scalar(IS_THERE).fetch_one(&mut *transaction).await? {
        sqlx::raw_sql("CREATE SCHEMA tally_imports")
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::raw_sql(TABLE).execute(&mut *transaction).await?;
    transaction.commit().await
}
