//! SQLite by nothing but statements.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};

use crate::workload::{LASTS, STREAM_LENGTH, event, new_stream};

/// The same rows, written by nothing but statements: `at_once` streams grow side by side, an event
/// of each to a transaction.
pub fn run(at_once: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let connection = bare_tables(&folder.path().join("bare.db"));
    let (begun, mut position) = (Instant::now(), 0_u64);
    let mut streams = vec![0_i64; at_once];
    for round in 0.. {
        if begun.elapsed() >= LASTS {
            break;
        }
        let transaction = connection.unchecked_transaction().unwrap();
        for stream in &mut streams {
            if round % STREAM_LENGTH == 0 {
                let mut add = connection
                    .prepare_cached("INSERT INTO streams (name, tenant_id) VALUES (?1, 1)")
                    .unwrap();
                *stream = add.insert([new_stream().as_str()]).unwrap();
            }
            position += 1;
            insert(&connection, position, *stream, round % STREAM_LENGTH);
        }
        transaction.commit().unwrap();
    }
    position as f64 / begun.elapsed().as_secs_f64()
}

fn bare_tables(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
             CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, tenant_id INTEGER) STRICT;
             CREATE TABLE events (
                 position INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, revision INTEGER NOT NULL,
                 event_id BLOB NOT NULL, tenant_id INTEGER, type TEXT NOT NULL, schema INTEGER NOT NULL,
                 recorded_at INTEGER NOT NULL, digest BLOB NOT NULL, context TEXT NOT NULL, payload BLOB NOT NULL
             ) STRICT;
             CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
             CREATE UNIQUE INDEX events_by_id ON events (event_id);
             CREATE INDEX events_by_tenant ON events (tenant_id) WHERE tenant_id IS NOT NULL;",
        )
        .unwrap();
    connection
}

fn insert(connection: &Connection, position: u64, stream: i64, revision: u64) {
    let event = event();
    let mut statement = connection
        .prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10)")
        .unwrap();
    let values = params![
        position,
        stream,
        revision,
        event.id.0.as_bytes(),
        event.event_type,
        event.schema,
        1_767_225_600_000_000_i64,
        [7_u8; 32],
        serde_json::to_string(&event.context).unwrap(),
        event.payload.to_string().into_bytes(),
    ];
    statement.execute(values).unwrap();
}
