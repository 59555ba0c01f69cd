//! The commands of an asset on cqrs-es over PostgreSQL, as fast as the given number of tasks sends
//! them. No view is attached.
//!
//! `tally-peers URL TASKS MILLISECONDS` prints commands a second, then the median and the 99th
//! percentile of a command in microseconds. `load commands --peer` runs it next to Tally's own
//! commands on the same server.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program")]

mod asset;

use std::sync::Arc;
use std::time::{Duration, Instant};

use postgres_es::{PostgresCqrs, default_postgress_pool, postgres_cqrs};
use uuid::Uuid;

use asset::{Asset, Attributes, Command};

/// The schema from the documentation of cqrs-es.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS events (
    aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL,
    event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, tasks, lasts] = &arguments[..] else {
        panic!("tally-peers URL TASKS MILLISECONDS");
    };
    let lasts = Duration::from_millis(lasts.parse().unwrap());
    let pool = default_postgress_pool(url).await;
    sqlx::query(TABLE).execute(&pool).await.unwrap();
    let cqrs = Arc::new(postgres_cqrs(pool, vec![], ()));
    let begun = Instant::now();
    let tasks: Vec<_> = (0..tasks.parse().unwrap())
        .map(|_| tokio::spawn(work(cqrs.clone(), begun + lasts)))
        .collect();
    let mut took: Vec<Duration> = vec![];
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    let rate = took.len() as f64 / begun.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_micros();
    println!("{rate:.0} {} {}", at(0.5), at(0.99));
}

/// Sends commands until the time is over: ten to an asset, then to another one.
async fn work(cqrs: Arc<PostgresCqrs<Asset>>, until: Instant) -> Vec<Duration> {
    let mut took = vec![];
    let mut asset = String::new();
    for number in 0.. {
        if Instant::now() >= until {
            break;
        }
        if number % 10 == 0 {
            asset = Uuid::new_v4().to_string();
        }
        let begun = Instant::now();
        let command = command(&asset, number % 10);
        cqrs.execute(&asset, command).await.unwrap();
        took.push(begun.elapsed());
    }
    took
}

/// The command with this number among the ten of an asset.
fn command(asset: &str, number: u32) -> Command {
    match number {
        0 => Command::Register {
            tag: asset.to_owned(),
            attributes: attributes(&[
                ("name", "ThinkPad T14"),
                ("type", "Laptop"),
                ("serial", asset),
                ("location", "Berlin, 3rd floor"),
            ]),
        },
        1 | 4 | 7 => Command::Edit {
            set: attributes(&[("location", &format!("Zürich, Limmatstrasse, {number}"))]),
        },
        2 | 5 | 8 => Command::CheckOut {
            to: "712020:5f0c1f3e-88a1-4a53-9a55-0a2f6c1d7e11".to_owned(),
        },
        _ => Command::CheckIn,
    }
}

fn attributes(given: &[(&str, &str)]) -> Attributes {
    given
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}
