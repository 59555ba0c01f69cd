//! The tables, and how a file is recognised as ours.

use std::path::Path;

use rusqlite::Connection;

use super::unavailable;
use crate::error::OpenError;

/// `TLLY`, in the file's header: distinguishes a log from any other SQLite file.
const APPLICATION_ID: i64 = 0x544C_4C59;

/// Each entry brings the tables to the next schema version. Entries are added, never changed.
const MIGRATIONS: &[&str] = &["
    -- Streams by number: an event and its index entry need not repeat the name.
    CREATE TABLE streams (
        id   INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE events (
        position    INTEGER PRIMARY KEY,  -- 1, 2, 3, ... in commit order
        stream_id   INTEGER NOT NULL REFERENCES streams (id),
        revision    INTEGER NOT NULL CHECK (revision >= 0),  -- 0, 1, 2, ... within the stream
        event_id    BLOB NOT NULL CHECK (length(event_id) = 16),
        type        TEXT NOT NULL,
        schema      INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,  -- microseconds since 1970-01-01 UTC
        context     TEXT NOT NULL,     -- JSON
        payload     TEXT NOT NULL      -- JSON
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
    CREATE UNIQUE INDEX events_by_id ON events (event_id);

    CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END;
    CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END;
"];

/// Makes the connection a writer's and brings the file to the newest schema.
pub(super) fn prepare(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = recognise(connection, path)?;
    set_up_writer(connection).map_err(|e| unavailable("setting up the file", e))?;
    migrate(connection, found.unwrap_or(0)).map_err(|e| unavailable("bringing the tables up to date", e))
}

/// Refuses a file that cannot be read as it is.
pub(super) fn require(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    match recognise(connection, path)? {
        Some(version) if version as usize == MIGRATIONS.len() => Ok(()),
        Some(_) => Err(unavailable(
            "reading the schema",
            "it is older than this version: open it for writing once",
        )),
        None => Err(OpenError::NotALog {
            log: path.display().to_string(),
        }),
    }
}

/// The schema version of the file; `None` for an empty one.
fn recognise(connection: &Connection, path: &Path) -> Result<Option<u32>, OpenError> {
    let not_a_log = || OpenError::NotALog {
        log: path.display().to_string(),
    };
    let known = MIGRATIONS.len() as u32;
    match read_header(connection) {
        Ok((APPLICATION_ID, found, _)) if found > known => Err(OpenError::NewerSchema {
            log: path.display().to_string(),
            found,
            known,
        }),
        Ok((APPLICATION_ID, found, _)) => Ok(Some(found)),
        Ok((0, 0, 0)) => Ok(None),
        Ok(_) => Err(not_a_log()),
        Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => Err(not_a_log()),
        Err(e) => Err(unavailable("reading the file's header", e)),
    }
}

/// Application id, schema version, number of tables and the like.
fn read_header(connection: &Connection) -> rusqlite::Result<(i64, u32, i64)> {
    let application = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let objects = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let version = if application == APPLICATION_ID {
        connection.query_row("SELECT max(version) FROM schema_version", [], |row| row.get(0))?
    } else {
        0
    };
    Ok((application, version, objects))
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

fn migrate(connection: &Connection, from: u32) -> rusqlite::Result<()> {
    if from as usize >= MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_version (
             version    INTEGER PRIMARY KEY,
             applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
         ) STRICT;",
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    for (version, statements) in (1..).zip(MIGRATIONS).skip(from as usize) {
        transaction.execute_batch(statements)?;
        transaction.execute("INSERT INTO schema_version (version) VALUES (?1)", [version])?;
    }
    transaction.commit()
}
