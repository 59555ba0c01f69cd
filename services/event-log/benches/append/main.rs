//! Durable appends a second, through the port and by bare SQL, side by side in one run.
//!
//! `cargo bench -p tally-event-log`. Disks differ and machines are noisy, so only the ratios of one
//! run mean something. The bare side does the same inserts into the same tables with the same
//! guarantees, and none of the checks: for one writer an event a transaction; for many,
//! transactions of as many events as there are writers, which is the ceiling for any grouping.
//!
//! PostgreSQL takes part when `TALLY_BENCH_POSTGRES_URL` names a database. Each measurement makes a
//! schema in it and drops it afterwards.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark"
)]

mod bare_sqlite;
mod postgres;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tally_domain::{AccountId, Actor, CommandId, Context, EventId, StreamName, TenantId};
use tally_event_log::{ExpectedRevision, LogWriter, NewEvent, Options, open};
use uuid::Uuid;

const ROUNDS: usize = 5;
const WRITERS: [usize; 4] = [1, 16, 64, 256];
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
    for writers in WRITERS {
        let (mut port, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            port.push(sqlite(writers).await);
            bare.push(bare_sqlite::run(writers));
        }
        report(writers, "SQLite", port, bare);
    }
    postgres::run().await;
}

fn report(writers: usize, engine: &str, port: Vec<f64>, bare: Vec<f64>) {
    let (port, bare) = (Figures::of(port), Figures::of(bare));
    println!("{writers:>4} writers  {engine}, port  {port}");
    println!("{writers:>4} a commit {engine}, bare  {bare}");
    println!("              ratio        {:.2}", port.median / bare.median);
}

async fn sqlite(writers: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("log.db").display());
    through_the_port(open(&url, Options::default()).await.unwrap(), writers).await
}

async fn through_the_port(log: Arc<dyn LogWriter>, writers: usize) -> f64 {
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

async fn write(log: Arc<dyn LogWriter>, begun: Instant) -> u64 {
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
        context: Context::new(
            Some(TenantId(Uuid::from_u128(1))),
            Actor::user(AccountId::parse("712020:5f0c1f3e-88a1-4a53-9a55-0a2f6c1d7e11").unwrap()),
            command,
        ),
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
