//! The tables, and how a schema is recognised as a log's.

use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::read;
use crate::chain::{Chain, Damage, before_first};
use crate::error::{Failure, OpenError};
use crate::format::{self, FORMAT};
use tally_postgres::Target;

/// The table that names the format.
const FORMAT_TABLE: &str = "tally_log_format";
/// Before the format had a number, this table had the version of the tables.
const OLD_VERSIONS: &str = "tally_log_version";

const TABLES: &str = "
    CREATE TABLE tally_log_format (format integer NOT NULL);

    -- Streams by number: an event and its index entry need not repeat the name. A stream's number
    -- is its first event's position; a tenant's is that of its first stream.
    CREATE TABLE streams (
        id        bigint PRIMARY KEY,
        name      text COLLATE \"C\" NOT NULL UNIQUE,
        tenant_id bigint
    );

    CREATE TABLE events (
        position    bigint PRIMARY KEY,  -- 1, 2, 3, ... in commit order
        -- streams.id; not declared as a reference, which would cost each append a look-up
        stream_id   bigint NOT NULL,
        revision    bigint NOT NULL CHECK (revision >= 0),  -- 0, 1, 2, ... within the stream
        tenant_id   bigint,              -- as in streams
        event_id    uuid NOT NULL,
        recorded_at timestamptz NOT NULL,
        schema      integer NOT NULL,
        type        text NOT NULL,
        digest      bytea NOT NULL CHECK (length(digest) = 32),
        context     text NOT NULL,       -- JSON, to the letter as it was appended
        payload     bytea NOT NULL       -- JSON, or sealed: then the first byte is not {
    );
    CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
    CREATE UNIQUE INDEX events_by_id ON events (event_id);
    CREATE INDEX events_by_tenant ON events (tenant_id, position) WHERE tenant_id IS NOT NULL;

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is only appended to'; END $$;
    CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER streams_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON streams
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
";

/// Not part of the log's format: a log from before they were remembered gets the table as it is
/// opened.
const ANSWERS: &str = "
    CREATE TABLE IF NOT EXISTS answers (
        event_id      uuid PRIMARY KEY,  -- in whose place it stands
        remembered_at timestamptz NOT NULL,
        answer        bytea NOT NULL
    );
    CREATE INDEX IF NOT EXISTS answers_by_time ON answers (remembered_at);
";

/// The digests of single events.
const BEFORE: &str = "SELECT s.name, e.revision, e.digest
    FROM unnest($1::text[], $2::bigint[]) AS before (name, revision)
    JOIN streams s ON s.name = before.name
    JOIN events e ON e.stream_id = s.id AND e.revision = before.revision";

/// How many of the last events are looked at before the log is written to.
const LAST: i64 = 1000;

/// Makes the tables where there are none. Nodes that start together do it one after the other.
pub(super) async fn prepare(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    if recognise(connection, target).await?.is_some() && has_answers(connection, target).await? {
        return Ok(());
    }
    run(connection, "BEGIN ISOLATION LEVEL READ COMMITTED".to_owned()).await?;
    run(connection, target.lock()).await?;
    if recognise(connection, target).await?.is_none() {
        make_tables(connection, target).await?;
    }
    run(connection, ANSWERS.to_owned()).await?;
    run(connection, "COMMIT".to_owned()).await
}

/// Refuses a log that cannot be read as it is.
pub(super) async fn require(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    let found = recognise(connection, target).await?;
    found.ok_or_else(|| not_a_log(target))
}

/// `None` where there is nothing yet. A log of another format is refused.
async fn recognise(connection: &mut PgConnection, target: &Target) -> Result<Option<()>, OpenError> {
    let sql =
        "SELECT count(*), count(*) FILTER (WHERE c.relname = $2), count(*) FILTER (WHERE c.relname = $3)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1";
    let row = sqlx::query(sql)
        .bind(&target.schema)
        .bind(FORMAT_TABLE)
        .bind(OLD_VERSIONS)
        .fetch_one(&mut *connection)
        .await;
    let row = row.map_err(unavailable)?;
    let (relations, ours, old): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    match (relations, ours, old) {
        (0, _, _) => Ok(None),
        (_, 0, 0) => Err(not_a_log(target)),
        (_, 0, _) => format::require(format::UNNUMBERED, target).map(Some),
        _ => {
            let sql = "SELECT max(format) FROM tally_log_format";
            let found = sqlx::query_scalar(sql).fetch_one(connection).await;
            let found: i32 = found.map_err(unavailable)?;
            format::require(found.unsigned_abs(), target).map(Some)
        }
    }
}

async fn has_answers(connection: &mut PgConnection, target: &Target) -> Result<bool, OpenError> {
    let sql = "SELECT count(*) > 0 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = 'answers_by_time'";
    let found = sqlx::query_scalar(sql).bind(&target.schema).fetch_one(connection);
    found.await.map_err(unavailable)
}

fn not_a_log(target: &Target) -> OpenError {
    OpenError::NotALog {
        log: target.to_string(),
    }
}

async fn make_tables(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    // Asked first: a role may own its schema and not be allowed to make one.
    let there: bool = sqlx::query_scalar("SELECT count(*) > 0 FROM pg_namespace WHERE nspname = $1")
        .bind(&target.schema)
        .fetch_one(&mut *connection)
        .await
        .map_err(unavailable)?;
    if !there {
        run(connection, format!("CREATE SCHEMA {}", target.schema)).await?;
    }
    run(connection, TABLES.to_owned()).await?;
    let note = format!("INSERT INTO tally_log_format (format) VALUES ({FORMAT})");
    run(connection, note).await
}

/// Refuses a log whose end has a hole in it or was altered, and warns of a server that keeps nothing when the
/// power fails.
pub(super) async fn check_end(connection: &mut PgConnection, target: &Target) -> Result<(), OpenError> {
    let sql = "SELECT count(*), max(position) - min(position) + 1, current_setting('fsync')
        FROM (SELECT position FROM events ORDER BY position DESC LIMIT $1) AS last";
    let row = sqlx::query(sql).bind(LAST).fetch_one(&mut *connection).await;
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
    let altered = find_altered(connection).await.map_err(unavailable)?;
    altered.map_or(Ok(()), |why| {
        Err(OpenError::Damaged {
            log: target.to_string(),
            why: why.to_string(),
        })
    })
}

/// The first of the last events that was altered. One that cannot be read is left to its readers.
async fn find_altered(connection: &mut PgConnection) -> Result<Option<Damage>, sqlx::Error> {
    let head: Option<i64> = sqlx::query_scalar(read::HEAD).fetch_one(&mut *connection).await?;
    let rows = sqlx::query(read::ALL)
        .bind(head.map_or(0, |head| head - LAST))
        .bind(LAST)
        .fetch_all(&mut *connection)
        .await?;
    let Ok(end) = rows.iter().map(read::raw).collect::<Result<Vec<_>, _>>() else {
        return Ok(None);
    };
    let (streams, revisions): (Vec<_>, Vec<_>) = before_first(&end).into_iter().unzip();
    let revisions: Vec<i64> = revisions.into_iter().map(read::bounded).collect();
    let digests = sqlx::query(BEFORE)
        .bind(streams)
        .bind(revisions)
        .fetch_all(connection);
    let mut chain = Chain::default();
    for row in digests.await? {
        let (stream, revision): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        chain.resume(&stream, revision.unsigned_abs(), row.try_get(2)?);
    }
    Ok(end.iter().find_map(|event| chain.check_raw(event).err()))
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), OpenError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(drop).map_err(unavailable)
}

fn unavailable(error: sqlx::Error) -> OpenError {
    OpenError::Unavailable(Failure::new("preparing the log's tables", error))
}
