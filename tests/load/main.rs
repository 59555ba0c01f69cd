//! How much Tally does a second, as ratios within one run. Machines are noisy: only ratios are
//! valid elsewhere.
//!
//! - `cargo run --release -p tally-tests --bin load` (or `-- reads`): verified reads against the
//!   same server's `/healthz`.
//! - `-- nodes`: commands, reads and view lag of one and two web nodes over PostgreSQL against one
//!   process over files.
//! - `-- commands`: commands without HTTP, beside a peer where `--peer` names its program
//!   (`tests/peers`).
//! - `-- memory`: the resident memory of a web node by the number of sites, in bytes.
//! - `-- fairness`: what a site pays for another one that asks and imports as much as it can.
//! - `-- rebuild`: rebuilding the views with one, two and four workers over PostgreSQL, and over
//!   files.
//!
//! Each of them starts all that it needs, on the loopback and in temporary folders. What is
//! compared is measured by turns, round after round.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measuring program"
)]

mod clients;
mod commands;
mod deployment;
mod fairness;
mod figures;
mod lag;
mod memory;
mod nodes;
mod reads;
mod rebuild;
mod wire;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// How often each measurement is made.
    #[arg(long, default_value_t = 5, global = true)]
    rounds: usize,
    /// How long one lasts.
    #[arg(long, default_value_t = 3, global = true)]
    seconds: u64,
}

#[derive(Subcommand)]
enum What {
    /// Verified reads against `/healthz`.
    Reads,
    /// One and two web nodes over PostgreSQL against one process.
    Nodes {
        /// Another build of `tally`, whose nodes are measured by turns with this one's.
        #[arg(long)]
        against: Option<PathBuf>,
    },
    /// Commands without HTTP, and a peer's.
    Commands {
        /// The peer's program, as `tests/peers` builds it.
        #[arg(long)]
        peer: Option<PathBuf>,
    },
    /// The resident memory of a web node.
    Memory {
        /// The numbers of sites.
        #[arg(long, value_delimiter = ',', default_value = "1000,5000")]
        sites: Vec<usize>,
    },
    /// What one loud site costs the others.
    Fairness {
        /// How many assets the loud site has.
        #[arg(long, default_value_t = 100_000)]
        assets: usize,
    },
    /// Rebuilding the views.
    Rebuild {
        /// How many events the log has, about.
        #[arg(long, default_value_t = 50_000)]
        events: usize,
    },
}

#[tokio::main]
async fn main() {
    let Arguments {
        what,
        rounds,
        seconds,
    } = Arguments::parse();
    let pace = figures::Pace::new(rounds, seconds);
    match what.unwrap_or(What::Reads) {
        What::Reads => reads::run(pace).await,
        What::Nodes { against } => nodes::run(pace, against.as_deref()).await,
        What::Commands { peer } => commands::run(pace, peer.as_deref()).await,
        What::Memory { sites } => memory::run(sites).await,
        What::Fairness { assets } => fairness::run(pace, assets).await,
        What::Rebuild { events } => rebuild::run(pace, events).await,
    }
}
