//! The table of data keys, and how it is brought to the newest version.

use sqlx::{AssertSqlSafe, Connection, Error, PgConnection};

/// Each entry brings the table to the next version. Entries are added, never changed.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE tally_keys.data_keys (
        id           uuid PRIMARY KEY,
        tenant       text COLLATE \"C\" NOT NULL,
        subject      text COLLATE \"C\" NOT NULL,
        wrapped      bytea,
        kek_id       text NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        destroyed_at timestamptz,
        CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
    );
    CREATE UNIQUE INDEX data_keys_living ON tally_keys.data_keys (tenant, subject) WHERE destroyed_at IS NULL;
"];

/// One node after the other: `TLLY`, `KEYS`.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1414286425, 1262836051)";
const IS_THERE: &str = "SELECT count(*) > 0 FROM pg_namespace WHERE nspname = 'tally_keys'";
const HAS_VERSION: &str = "SELECT to_regclass('tally_keys.tally_keys_version') IS NOT NULL";
const VERSION: &str = "SELECT coalesce(max(version), 0) FROM tally_keys.tally_keys_version";
const VERSIONS: &str = "CREATE TABLE tally_keys.tally_keys_version (
    version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())";

/// Brings the schema to the newest version, made when it is not there. Nodes that start together do
/// it one after the other. False when a newer version of this program made it: then nothing is
/// touched.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<bool, Error> {
    let mut transaction = connection.begin().await?;
    run(&mut transaction, LOCK).await?;
    // Asked first: a role may own its schema and not be allowed to make one.
    if !sqlx::query_scalar(IS_THERE).fetch_one(&mut *transaction).await? {
        run(&mut transaction, "CREATE SCHEMA tally_keys").await?;
    }
    let found = version(&mut transaction).await?;
    for (version, statements) in (1..).zip(MIGRATIONS).skip(found) {
        run(&mut transaction, statements).await?;
        let note = format!("INSERT INTO tally_keys.tally_keys_version (version) VALUES ({version})");
        sqlx::raw_sql(AssertSqlSafe(note))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(found <= MIGRATIONS.len())
}

/// Which version is there; 0 where there is nothing yet.
async fn version(connection: &mut PgConnection) -> Result<usize, Error> {
    if !sqlx::query_scalar(HAS_VERSION)
        .fetch_one(&mut *connection)
        .await?
    {
        run(connection, VERSIONS).await?;
    }
    let found: i32 = sqlx::query_scalar(VERSION).fetch_one(connection).await?;
    Ok(found.unsigned_abs() as usize)
}

async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop)
}
