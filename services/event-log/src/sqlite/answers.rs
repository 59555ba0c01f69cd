//! Remembered answers, in a table beside the events.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use tally_domain::EventId;

use crate::answers::{ANSWERS_KEPT, NewAnswer, PRUNED_AT_ONCE};

/// Not part of the log's format: a log from before they were remembered gets the table as it is
/// opened.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS answers (
        event_id      BLOB PRIMARY KEY CHECK (length(event_id) = 16),  -- in whose place it stands
        remembered_at INTEGER NOT NULL,  -- microseconds since 1970-01-01 UTC
        answer        BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS answers_by_time ON answers (remembered_at);
";

pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(TABLE)
}

/// The answer in the place of an event.
pub(super) fn find(connection: &Connection, id: EventId) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT answer FROM answers WHERE event_id = ?1")?;
    statement
        .query_row([id.0.as_bytes()], |row| row.get(0))
        .optional()
}

/// Adds an answer of the time `at`, and removes some of those that are older than they need be.
pub(super) fn insert(connection: &Connection, new: &NewAnswer, at: DateTime<Utc>) -> rusqlite::Result<()> {
    let mut insert = connection
        .prepare_cached("INSERT INTO answers (event_id, remembered_at, answer) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![new.id.0.as_bytes(), at.timestamp_micros(), new.answer])?;
    let mut prune = connection.prepare_cached(
        "DELETE FROM answers WHERE event_id IN
             (SELECT event_id FROM answers WHERE remembered_at < ?1 ORDER BY remembered_at LIMIT ?2)",
    )?;
    let oldest = (at - ANSWERS_KEPT).timestamp_micros();
    prune.execute(params![oldest, PRUNED_AT_ONCE]).map(drop)
}
