//! The drill: the day of 7 March 2022 and its relatives, replayed against the real `tally` binary
//! until they are non-events.
//!
//! `cargo run --release -p tally-tests --bin drill -- OPTIONS`, with `--sites`, `--nodes`,
//! `--scenario`, `--json` and `--markdown` among the options (see `options`).
//!
//! `scenarios` has one file for each of them; `docs/drill.md` says what each does. They stand on a
//! `stage`: one `tally` process, or several over one PostgreSQL server. The `world` around it is a
//! platform with many sites (`platform`), and people who use them all the time (`load`), with a
//! `ledger` of what was asked and answered. `everywhere` is what has to hold on every node, `audit`
//! looks afterwards for what was acknowledged and is not there. `row` is a line of the table.
//! `tests` runs all of it small.
//!
//! The same `--seed` gives the same choices again; how they interleave is the machine's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test program: it may fail by panicking, and prints what it found"
)]

mod audit;
mod disk;
mod everywhere;
mod ledger;
mod load;
mod operator;
mod options;
mod platform;
mod row;
mod scenarios;
mod stage;
#[cfg(test)]
mod tests;
mod world;

use std::fs;
use std::process::ExitCode;

use clap::Parser;

use options::Options;
use row::Row;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut rows = vec![];
    for scenario in scenarios::chosen(&options.scenario) {
        eprintln!("{}: {}", scenario.name, scenario.sentence);
        rows.extend((scenario.run)(options.clone()).await);
    }
    report(&options, &rows);
    let broken: Vec<_> = rows.iter().flat_map(Row::broken).collect();
    for promise in &broken {
        eprintln!("BROKEN: {promise}");
    }
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn report(options: &Options, rows: &[Row]) {
    let table = row::markdown(rows);
    println!("{table}");
    if let Some(file) = &options.markdown {
        fs::write(file, &table).unwrap();
    }
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(rows).unwrap()).unwrap();
    }
}
