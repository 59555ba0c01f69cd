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
mod figures;
mod postgres;
mod workload;

use tally_event_log::{Options, open};

use figures::report;
use workload::{LASTS, ROUNDS, WRITERS, append_through_the_port};

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

async fn sqlite(writers: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("log.db").display());
    append_through_the_port(open(&url, Options::without_keys()).await.unwrap(), writers).await
}
