//! The tables, and how a file is recognised as ours.

use std::path::Path;

use rusqlite::Connection;

use super::{answers, unavailable};
use crate::error::OpenError;
use crate::format::{self, FORMAT};

/// `TLLY`, in the file's header: distinguishes a log from any other SQLite file.
const APPLICATION_ID: i64 = 0x544C_4C59;

/// Before the format had a number, this table had the version of the tables.
const OLD_VERSIONS: &str = "schema_version";

const TABLES: &str = "
    -- Streams by number: an event and its index entry need not repeat the name. A tenant's number
    -- is that of its first stream.
    CREATE TABLE streams (
        id        INTEGER PRIMARY KEY,
        name      TEXT NOT NULL UNIQUE,
        tenant_id INTEGER
    ) STRICT;

    CREATE TABLE events (
        position    INTEGER PRIMARY KEY,  -- 1, 2, 3, ... in commit order
        stream_id   INTEGER NOT NULL REFERENCES streams (id),
        revision    INTEGER NOT NULL CHECK (revision >= 0),  -- 0, 1, 2, ... within the stream
        event_id    BLOB NOT NULL CHECK (length(event_id) = 16),
        tenant_id   INTEGER,           -- as in streams
        type        TEXT NOT NULL,
        schema      INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,  -- microseconds since 1970-01-01 UTC
        digest      BLOB NOT NULL CHECK (length(digest) = 32),
        context     TEXT NOT NULL,     -- JSON
        payload     BLOB NOT NULL      -- JSON, or sealed: then the first byte is not {
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
    CREATE UNIQUE INDEX events_by_id ON events (event_id);
    -- An entry ends with the event's position.
    CREATE INDEX events_by_tenant ON events (tenant_id) WHERE tenant_id IS NOT NULL;

    CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END;
    CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END;
";

/// Makes the connection a writer's, and the tables in an empty file.
pub(super) fn prepare(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = recognise(connection, path)?;
    set_up_writer(connection).map_err(|e| unavailable("setting up the file", e))?;
    let making = |e| unavailable("making the tables", e);
    if found.is_none() {
        make_tables(connection).map_err(making)?;
    }
    answers::prepare(connection).map_err(making)
}

/// Refuses a file that cannot be read as it is.
pub(super) fn require(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    recognise(connection, path)?.ok_or_else(|| not_a_log(path))
}

/// `None` for an empty file. A log of another format is refused.
fn recognise(connection: &Connection, path: &Path) -> Result<Option<()>, OpenError> {
    match read_header(connection) {
        Ok((APPLICATION_ID, found, _)) => format::require(found, &path.display()).map(Some),
        Ok((0, 0, 0)) => Ok(None),
        Ok(_) => Err(not_a_log(path)),
        Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => Err(not_a_log(path)),
        Err(e) => Err(unavailable("reading the file's header", e)),
    }
}

fn not_a_log(path: &Path) -> OpenError {
    OpenError::NotALog {
        log: path.display().to_string(),
    }
}

/// Application id, format, number of tables and the like.
fn read_header(connection: &Connection) -> rusqlite::Result<(i64, u32, i64)> {
    let application = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let objects = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_old = "SELECT count(*) FROM sqlite_schema WHERE name = ?1";
    let is_old: bool = connection.query_row(is_old, [OLD_VERSIONS], |row| row.get(0))?;
    let format = match is_old {
        true => format::UNNUMBERED,
        false => connection.query_row("PRAGMA user_version", [], |row| row.get(0))?,
    };
    Ok((application, format, objects))
}

/// FULL and not NORMAL: with NORMAL a power cut takes acknowledged appends back. The automatic
/// checkpoint is only the backstop for a load under which the checkpointing thread never catches
/// up.
fn set_up_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -65536;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 16384;
         PRAGMA journal_size_limit = 67108864;",
    )
}

fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.execute_batch(TABLES)?;
    transaction.commit()
}
