//! The tables, and how they are made.

use sqlx::{Connection, Error, PgConnection};

use crate::keys::FORMAT;

/// `account` is a MAC under a key of the tenant.
const SCHEMA: &str = "
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
    CREATE UNIQUE INDEX data_keys_events ON tally_keys.data_keys (tenant) WHERE subject = 'events';
    CREATE TABLE tally_keys.people (
        id           uuid PRIMARY KEY,
        tenant       text COLLATE \"C\" NOT NULL,
        account      text COLLATE \"C\" NOT NULL,
        wrapped      bytea NOT NULL,
        kek_id       text NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        UNIQUE (tenant, account)
    );
    CREATE TABLE tally_keys.erased_people (
        id           uuid PRIMARY KEY,
        tenant       text COLLATE \"C\" NOT NULL,
        destroyed_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE tally_keys.text_keys (
        id           uuid PRIMARY KEY,
        tenant       text COLLATE \"C\" NOT NULL,
        wrapped      bytea,
        kek_id       text NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        destroyed_at timestamptz,
        CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
    );
    CREATE INDEX text_keys_tenant ON tally_keys.text_keys (tenant);
";

/// One node after the other: `TLLY`, `KEYS`.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1414286425, 1262836051)";
const IS_THERE: &str = "SELECT count(*) > 0 FROM pg_namespace WHERE nspname = 'tally_keys'";
const HAS_VERSION: &str = "SELECT to_regclass('tally_keys.tally_keys_version') IS NOT NULL";
const VERSION: &str = "SELECT max(version)::bigint FROM tally_keys.tally_keys_version";
const VERSIONS: &str = "CREATE TABLE tally_keys.tally_keys_version (
    version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())";
const NOTE_VERSION: &str = "INSERT INTO tally_keys.tally_keys_version (version) VALUES ($1)";

/// Makes the tables when there are none, and returns the format that they have. Nodes that start
/// together do it one after the other. Tables of another format are not touched.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<i64, Error> {
    let mut transaction = connection.begin().await?;
    run(&mut transaction, LOCK).await?;
    // Asked first: a role may own its schema and not be allowed to make one.
    if !sqlx::query_scalar(IS_THERE).fetch_one(&mut *transaction).await? {
        run(&mut transaction, "CREATE SCHEMA tally_keys").await?;
    }
    let format = match find_version(&mut transaction).await? {
        Some(found) => found,
        None => {
            run(&mut transaction, SCHEMA).await?;
            let note = sqlx::query(NOTE_VERSION).bind(FORMAT);
            note.execute(&mut *transaction).await?;
            FORMAT
        }
    };
    transaction.commit().await?;
    Ok(format)
}

/// The version that is there, if there is one.
async fn find_version(connection: &mut PgConnection) -> Result<Option<i64>, Error> {
    if !sqlx::query_scalar(HAS_VERSION)
        .fetch_one(&mut *connection)
        .await?
    {
        run(connection, VERSIONS).await?;
    }
    sqlx::query_scalar(VERSION).fetch_one(connection).await
}

async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop)
}
