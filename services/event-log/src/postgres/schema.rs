//! The tables, and how a schema is recognised as a log's.

use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::error::{Failure, OpenError};
use tally_postgres::Target;

/// Each entry brings the tables to the next version. Entries are added, never changed.
const MIGRATIONS: &[&str] = &["
    -- Streams by number: an event and its index entry need not repeat the name. A stream's number
    -- is its first event's position.
    CREATE TABLE streams (
        id   bigint PRIMARY KEY,
        name text COLLATE \"C\" NOT NULL UNIQUE
    );

    CREATE TABLE events (
        position    bigint PRIMARY KEY,  -- 1, 2, 3, ... in commit order
        -- streams.id; not declared as a reference, which would cost each append a look-up
        stream_id   bigint NOT NULL,
        revision    bigint NOT NULL CHECK (revision >= 0),  -- 0, 1, 2, ... within the stream
        event_id    uuid NOT NULL,
        type        text NOT NULL,
        schema      integer NOT NULL,
        recorded_at timestamptz NOT NULL,
        context     text NOT NULL,       -- JSON, to the letter as it was appended
        payload     text NOT NULL        -- JSON, to the letter as it was appended
    );
    CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
    CREATE UNIQUE INDEX events_by_id ON events (event_id);

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is only appended to'; END $$;
    CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER streams_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON streams
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"];

/// How many of the last events are looked at before the log is written to.
const LAST: i64 = 1000;

/// Brings the schema to the newest version, made when it is not there. Nodes that start together do
/// it one after the other.
pub(super) async fn prepare(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    let found = recognise(connection, target).await?;
    if found.is_some_and(|version| version as usize == MIGRATIONS.len()) {
        return Ok(());
    }
    run(connection, "BEGIN ISOLATION LEVEL READ COMMITTED".to_owned()).await?;
    run(connection, target.lock()).await?;
    let found = recognise(connection, target).await?;
    migrate(connection, target, found.unwrap_or(0)).await?;
    run(connection, "COMMIT".to_owned()).await
}

/// Refuses a log that cannot be read as it is.
pub(super) async fn require(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    match recognise(connection, target).await? {
        Some(version) if version as usize == MIGRATIONS.len() => Ok(()),
        Some(_) => Err(OpenError::Unavailable(Failure::new(
            "reading the schema",
            "it is older than this version: open it for writing once",
        ))),
        None => Err(OpenError::NotALog {
            log: target.to_string(),
        }),
    }
}

/// The version of the log in the schema; `None` where there is nothing yet.
async fn recognise(connection: &mut PgConnection, target: &Target) -> Result<Option<u32>, OpenError> {
    let sql = "SELECT count(*), count(*) FILTER (WHERE c.relname = 'tally_log_version')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1";
    let row = sqlx::query(sql)
        .bind(&target.schema)
        .fetch_one(&mut *connection)
        .await;
    let row = row.map_err(unavailable)?;
    let (relations, ours): (i64, i64) = (row.get(0), row.get(1));
    match (relations, ours) {
        (0, _) => Ok(None),
        (_, 0) => Err(OpenError::NotALog {
            log: target.to_string(),
        }),
        _ => known_version(connection, target).await.map(Some),
    }
}

async fn known_version(connection: &mut PgConnection, target: &Target) -> Result<u32, OpenError> {
    let sql = "SELECT max(version) FROM tally_log_version";
    let found: i32 = sqlx::query_scalar(sql)
        .fetch_one(connection)
        .await
        .map_err(unavailable)?;
    let (found, known) = (found.unsigned_abs(), MIGRATIONS.len() as u32);
    if found > known {
        let log = target.to_string();
        return Err(OpenError::NewerSchema { log, found, known });
    }
    Ok(found)
}

async fn migrate(connection: &mut PgConnection, target: &Target, from: u32) -> Result<(), OpenError> {
    if from == 0 {
        // Asked first: a role may own its schema and not be allowed to make one.
        let there: bool = sqlx::query_scalar("SELECT count(*) > 0 FROM pg_namespace WHERE nspname = $1")
            .bind(&target.schema)
            .fetch_one(&mut *connection)
            .await
            .map_err(unavailable)?;
        if !there {
            run(connection, format!("CREATE SCHEMA {}", target.schema)).await?;
        }
        let versions = "CREATE TABLE tally_log_version (
            version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())";
        run(connection, versions.to_owned()).await?;
    }
    for (version, statements) in (1..).zip(MIGRATIONS).skip(from as usize) {
        run(connection, (*statements).to_owned()).await?;
        let note = format!("INSERT INTO tally_log_version (version) VALUES ({version})");
        run(connection, note).await?;
    }
    Ok(())
}

/// Refuses a log whose end has a hole in it, and warns of a server that keeps nothing when the
/// power fails.
pub(super) async fn check_end(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    let sql = "SELECT count(*), max(position) - min(position) + 1, current_setting('fsync')
        FROM (SELECT position FROM events ORDER BY position DESC LIMIT $1) AS last";
    let row = sqlx::query(sql).bind(LAST).fetch_one(connection).await;
    let row = row.map_err(unavailable)?;
    let (events, span): (i64, Option<i64>) = (row.get(0), row.get(1));
    if row.get::<String, _>(2) != "on" {
        tracing::warn!(log = %target, "the server runs with fsync off: a power cut takes acknowledged \
            events back");
    }
    if span.is_some_and(|span| span != events) {
        return Err(OpenError::Damaged {
            log: target.to_string(),
            why: format!("positions are missing among the last {LAST}"),
        });
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), OpenError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(drop).map_err(unavailable)
}

fn unavailable(error: sqlx::Error) -> OpenError {
    OpenError::Unavailable(Failure::new("preparing the log's tables", error))
}
