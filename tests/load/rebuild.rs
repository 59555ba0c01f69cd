//! Rebuilding the views by `tally views rebuild`: over PostgreSQL with one, two and four workers,
//! and over files.
//!
//! What is timed is the whole verb as a process: opening, reading, building, comparing with the
//! views before, putting the new ones in their place.

use std::process::Output;
use std::time::Instant;

use tally_event_log::{Options, open};
use tally_tests::doubles::KeyServer;
use tally_tests::postgres::Cluster;
use tally_tests::process::Tally;
use tempfile::TempDir;

use crate::commands::Hand;
use crate::figures::{Figures, Pace};

const WORKERS: [&str; 3] = ["1", "2", "4"];
const PARTITIONS: &str = "8";
/// How many tenants are written side by side.
const AT_ONCE: usize = 32;
/// How many assets a tenant has, and how many commands each was given. A registration is two
/// events: the claim of its tag, and its own.
const ASSETS: usize = 20;
const COMMANDS: u32 = 6;
const EVENTS_OF_A_TENANT: usize = ASSETS * (COMMANDS as usize + 1);

pub async fn run(pace: Pace, events: usize) {
    let (postgres, keys, folder) = (Cluster::start(), KeyServer::start(), TempDir::new().unwrap());
    let tenants = events.div_ceil(EVENTS_OF_A_TENANT);
    let alone = Tally::new(&folder.path().join("alone"), &keys);
    fill(&postgres.url(), &alone, tenants).await;
    let shared = Tally::new(&folder.path().join("shared"), &keys)
        .with("TALLY_MASTER_KEY", alone.variable("TALLY_MASTER_KEY"))
        .with("TALLY_LOG_URL", &postgres.url())
        .with("TALLY_DATABASE_URL", &postgres.url())
        .with("TALLY_PARTITIONS", PARTITIONS);
    copy(&shared, &postgres.url(), &alone);
    let events = tenants * EVENTS_OF_A_TENANT;
    println!(
        "events/s of `tally views rebuild`, min / median / max of {} rounds; {events} events of {tenants} tenants, \
         {PARTITIONS} partitions of them",
        pace.rounds
    );
    // The first has nothing to compare with.
    rebuild(&shared, "4");
    rebuild(&alone, "1");
    let mut rates = [const { vec![] }; 4];
    for _ in 0..pace.rounds {
        rates[0].push(events as f64 / rebuild(&alone, "1"));
        for (rates, workers) in rates[1..].iter_mut().zip(WORKERS) {
            rates.push(events as f64 / rebuild(&shared, workers));
        }
    }
    let [alone, shared @ ..] = rates.map(Figures::of);
    println!("SQLite                  {alone}");
    for (workers, figures) in WORKERS.iter().zip(&shared) {
        let (ratio, to_one) = (figures.median / alone.median, figures.median / shared[0].median);
        println!(
            "PostgreSQL, --workers {workers} {figures}  ratio {ratio:.2} to SQLite, {to_one:.2} to 1 worker"
        );
    }
    println!("every time nothing differed from the views before");
}

/// Writes the register of so many tenants through the domain's decisions, under keys of `alone`.
async fn fill(url: &str, alone: &Tally, tenants: usize) {
    std::fs::create_dir_all(alone.data()).unwrap();
    let vault = alone.keys();
    let options = Options {
        sealer: vault.clone(),
        ..Options::without_keys()
    };
    let log = open(url, options).await.unwrap();
    for begun in (0..tenants).step_by(AT_ONCE) {
        let tasks: Vec<_> = (begun..tenants.min(begun + AT_ONCE))
            .map(|_| tokio::spawn(live(Hand::new(log.clone(), vault.clone()))))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
}

/// The tenant's assets get one command each, then the next each: their streams interleave in the
/// log as in life.
async fn live(hand: Hand) {
    let mut hands: Vec<Hand> = (0..ASSETS).map(|_| hand.colleague()).collect();
    for number in 0..COMMANDS {
        for hand in &mut hands {
            hand.command(number).await;
        }
    }
}

fn copy(tally: &Tally, from: &str, to: &Tally) {
    let keys = to.data().join("keys.db").display().to_string();
    succeeded(&tally.run(&["keys", "copy", "--from", &keys, "--to", from]));
    let to = format!("sqlite:{}", to.data().join("events.db").display());
    succeeded(&tally.run(&["log", "copy", "--from", from, "--to", &to]));
}

/// How many seconds it took.
fn rebuild(tally: &Tally, workers: &str) -> f64 {
    let begun = Instant::now();
    let output = tally.run(&["views", "rebuild", "--workers", workers]);
    let took = begun.elapsed();
    let said = succeeded(&output);
    assert!(said.contains("nothing differed"), "{said}");
    took.as_secs_f64()
}

fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{failed}");
    said
}
