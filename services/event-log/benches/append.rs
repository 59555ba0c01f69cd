//! Durable appends a second, through the port and by bare SQLite, side by side in one run.
//!
//! `cargo bench -p tally-event-log`. Disks differ and machines are noisy, so only the ratios of one run mean something. The bare side does
//! the same inserts into the same tables with the same guarantees, and none of the checks: for one writer an event a transaction; for
//! many, transactions of as many events as there are writers, which is the ceiling for any grouping.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use serde_json::json;
use tally_domain::{AccountId, Actor, CommandId, Context, EventId, StreamName, TenantId};
use tally_event_log::{EventLog, ExpectedRevision, NewEvent, Options, open};
use uuid::Uuid;

const ROUNDS: usize = 5;
/// How long each measurement lasts.
const LASTS: Duration = Duration::from_secs(3);
/// How many events each stream gets before its writer begins another, as an asset's would.
const STREAM_LENGTH: u64 = 20;

#[tokio::main]
async fn main() {
    println!(
        "events/s, min / median / max of {ROUNDS} rounds of {} s",
        LASTS.as_secs()
    );
    for writers in [1, 16, 64, 256] {
        let (mut port, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            port.push(through_the_port(writers).await);
            bare.push(bare_sqlite(writers));
        }
        let (port, bare) = (Figures::of(port), Figures::of(bare));
        println!("{writers:>4} writers  port         {port}");
        println!("{writers:>4} a commit bare SQLite  {bare}");
        println!("              ratio        {:.2}", port.median / bare.median);
    }
}

async fn through_the_port(writers: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("log.db").display());
    let log = open(&url, Options::default()).await.unwrap();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| tokio::spawn(write(Arc::clone(&log), begun)))
        .collect();
    let mut written = 0;
    for task in tasks {
        written += task.await.unwrap();
    }
    written as f64 / begun.elapsed().as_secs_f64()
}

async fn write(log: Arc<dyn EventLog>, begun: Instant) -> u64 {
    let mut written = 0;
    let (mut stream, mut expected) = (new_stream(), ExpectedRevision::NoStream);
    while begun.elapsed() < LASTS {
        let answer = log.append(&stream, expected, vec![event()]).await.unwrap();
        written += 1;
        expected = ExpectedRevision::Exact(answer.last_revision);
        if answer.last_revision + 1 == STREAM_LENGTH {
            (stream, expected) = (new_stream(), ExpectedRevision::NoStream);
        }
    }
    written
}

/// The same rows, written by nothing but statements: `at_once` streams grow side by side, an event of each to a transaction.
fn bare_sqlite(at_once: usize) -> f64 {
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
                    .prepare_cached("INSERT INTO streams (name) VALUES (?1)")
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
             CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
             CREATE TABLE events (
                 position INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, revision INTEGER NOT NULL,
                 event_id BLOB NOT NULL, type TEXT NOT NULL, schema INTEGER NOT NULL,
                 recorded_at INTEGER NOT NULL, context TEXT NOT NULL, payload TEXT NOT NULL
             ) STRICT;
             CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
             CREATE UNIQUE INDEX events_by_id ON events (event_id);",
        )
        .unwrap();
    connection
}

fn insert(connection: &Connection, position: u64, stream: i64, revision: u64) {
    let event = event();
    let mut statement = connection
        .prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        .unwrap();
    let values = params![
        position,
        stream,
        revision,
        event.id.0.as_bytes(),
        event.event_type,
        event.schema,
        1_767_225_600_000_000_i64,
        serde_json::to_string(&event.context).unwrap(),
        event.payload.to_string(),
    ];
    statement.execute(values).unwrap();
}

fn new_stream() -> StreamName {
    StreamName::from_log(format!("{}.asset-{}", Uuid::from_u128(1), Uuid::new_v4()))
}

/// A typical event: about 150 bytes of payload and 300 of context.
fn event() -> NewEvent {
    let command = CommandId(Uuid::new_v4());
    NewEvent {
        id: EventId(command.derive("event")),
        event_type: "asset.attributes_edited".to_owned(),
        schema: 1,
        context: Context {
            tenant: Some(TenantId(Uuid::from_u128(1))),
            actor: Actor::user(AccountId::parse("712020:5f0c1f3e-88a1-4a53-9a55-0a2f6c1d7e11").unwrap()),
            causation: command,
            correlation: command,
            request: None,
            effective_at: None,
            reason: None,
            content_digest: None,
        },
        payload: json!({ "changes": {
            "location": { "from": "Berlin, 3rd floor", "to": "Zürich, Limmatstrasse" },
            "notes": { "to": "came back with a new battery and without its charger" },
        }}),
    }
}

struct Figures {
    min: f64,
    median: f64,
    max: f64,
}

impl Figures {
    fn of(mut rates: Vec<f64>) -> Self {
        rates.sort_by(f64::total_cmp);
        Self {
            min: rates[0],
            median: rates[rates.len() / 2],
            max: rates[rates.len() - 1],
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.0} / {:>8.0} / {:>8.0}", self.min, self.median, self.max)
    }
}
