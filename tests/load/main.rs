//! How many verified reads a second the server answers, against its own `/healthz`, side by side in one run.
//!
//! `cargo run --release -p tally-tests --bin load`. A verified read is `GET /api/v1/assets/{id}` with a context token: the token's
//! signature and claims are checked, the tenant is found, the asset is read from its view. `/healthz` does none of it, so the ratio is
//! what all that costs beside answering at all. Machines are noisy: only ratios of one run mean something.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measuring program"
)]

mod wire;

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tally_tests::connect::Site;
use tally_tests::doubles::{JiraDouble, KeyServer};
use tally_tests::process::{APP_URL, Serving, Tally};
use tempfile::TempDir;

use wire::Wire;

const ROUNDS: usize = 5;
/// How long each measurement lasts.
const LASTS: Duration = Duration::from_secs(3);
/// How many assets the register has.
const ASSETS: usize = 300;
const AGENT: &str = "712020:agent";

#[tokio::main]
async fn main() {
    let (folder, keys, jira) = (TempDir::new().unwrap(), KeyServer::start(), JiraDouble::start());
    let server = Tally::new(folder.path(), &keys).serve().await;
    let site = jira.site("load");
    install(&server, &site).await;
    let assets = register(&server, &site).await;
    println!(
        "answers/s, min / median / max of {ROUNDS} rounds of {} s, {ASSETS} assets",
        LASTS.as_secs()
    );
    for clients in [1, 16, 64] {
        let (mut read, mut health, mut list) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            health.push(rate(&server, clients, &[get("/healthz", None)]).await);
            read.push(rate(&server, clients, &reads(&site, &assets)).await);
            list.push(rate(&server, clients, &[get("/api/v1/assets?limit=50", Some(&site))]).await);
        }
        let (health, read, list) = (Figures::of(health), Figures::of(read), Figures::of(list));
        println!("{clients:>4} clients  /healthz       {health}");
        println!("{clients:>4} clients  an asset       {read}");
        println!("{clients:>4} clients  50 of a list   {list}");
        println!(
            "              ratios         {:.2} an asset, {:.2} a list",
            read.median / health.median,
            list.median / health.median
        );
    }
}

async fn install(server: &Serving, site: &Site) {
    let path = "/connect/lifecycle/installed";
    let token = site.signed_callback(APP_URL, path);
    let request = tally_tests::http::client()
        .post(format!("{}{path}", server.url))
        .json(&site.installed());
    assert_eq!(sent(request, &token).await.0, 204);
}

async fn register(server: &Serving, site: &Site) -> Vec<String> {
    let client = tally_tests::http::client();
    let mut ids = vec![];
    for number in 0..ASSETS {
        let body = json!({ "attributes": { "name": format!("ThinkPad {number}"), "type": "Laptop", "serial": number.to_string() } });
        let request = client.post(format!("{}/api/v1/assets", server.url)).json(&body);
        let (status, answer) = sent(request, &site.context_token(AGENT)).await;
        assert_eq!(status, 201, "{answer}");
        ids.push(answer["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn sent(request: RequestBuilder, token: &str) -> (u16, Value) {
    let answer = request
        .header("Authorization", format!("JWT {token}"))
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// A request as bytes, made once: what signing costs a client is not what is measured.
fn get(path: &str, site: Option<&Site>) -> Vec<u8> {
    let token = site.map_or(String::new(), |site| {
        format!("Authorization: JWT {}\r\n", site.context_token(AGENT))
    });
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{token}\r\n").into_bytes()
}

fn reads(site: &Site, assets: &[String]) -> Vec<Vec<u8>> {
    assets
        .iter()
        .map(|id| get(&format!("/api/v1/assets/{id}"), Some(site)))
        .collect()
}

/// How many answers a second `clients` connections get that each ask again as soon as they are answered.
async fn rate(server: &Serving, clients: usize, requests: &[Vec<u8>]) -> f64 {
    let address = server.url.trim_start_matches("http://").to_owned();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| tokio::spawn(ask(address.clone(), requests.to_vec(), client, begun + LASTS)))
        .collect();
    let mut answered = 0;
    for task in tasks {
        answered += task.await.unwrap();
    }
    f64::from(answered) / begun.elapsed().as_secs_f64()
}

async fn ask(address: String, requests: Vec<Vec<u8>>, first: usize, until: Instant) -> u32 {
    let mut wire = Wire::connect(&address).await;
    let mut answered = 0;
    for request in requests.iter().cycle().skip(first * 7) {
        if Instant::now() >= until {
            break;
        }
        assert_eq!(wire.ask(request).await, 200);
        answered += 1;
    }
    answered
}

struct Figures {
    min: f64,
    median: f64,
    max: f64,
}

impl Figures {
    fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            min: rounds[0],
            median: rounds[rounds.len() / 2],
            max: rounds[rounds.len() - 1],
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.0} / {:>8.0} / {:>8.0}", self.min, self.median, self.max)
    }
}
