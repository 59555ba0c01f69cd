//! Clients over HTTP: each asks again as soon as it is answered.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tally_tests::connect::Site;
use tally_tests::process::APP_URL;
use uuid::Uuid;

use crate::figures::Round;
use crate::wire::Wire;

/// The person who sends the requests.
pub const AGENT: &str = "712020:agent";

/// A request as bytes, made once: what signing costs a client is not what is measured.
pub fn get(path: &str, site: Option<&Site>) -> Vec<u8> {
    request("GET", path, &authorization(site), None)
}

/// The header of a call by the person.
pub fn authorization(site: Option<&Site>) -> String {
    site.map_or(String::new(), |site| {
        format!("Authorization: JWT {}\r\n", site.context_token(AGENT))
    })
}

/// A request with these headers, each with its line end.
pub fn request(method: &str, path: &str, headers: &str, body: Option<&Value>) -> Vec<u8> {
    let body = body.map_or(String::new(), Value::to_string);
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Has `site` install Tally at `address`.
pub async fn install(address: &str, site: &Site) {
    let path = "/connect/lifecycle/installed";
    let token = site.signed_callback(APP_URL, path);
    let headers = format!("Authorization: JWT {token}\r\n");
    let mut wire = Wire::connect(address).await;
    let sent = request("POST", path, &headers, Some(&site.installed()));
    assert_eq!(wire.ask(&sent).await, 204, "{}", wire.text());
}

/// Registers so many assets, and says where they are.
pub async fn register(address: &str, site: &Site, count: usize) -> Vec<String> {
    let mut hand = Hand::new(address, authorization(Some(site))).await;
    let mut paths = vec![];
    for _ in 0..count {
        hand.register().await;
        paths.push(hand.asset.clone());
    }
    paths
}

/// Reads again and again by so many clients, each of a web node by turns.
pub async fn read(nodes: &[String], clients: usize, lasts: Duration, requests: &[Vec<u8>]) -> Round {
    let begun = Instant::now();
    let tasks = (0..clients).map(|client| {
        let (node, requests) = (nodes[client % nodes.len()].clone(), requests.to_vec());
        tokio::spawn(ask(node, requests, client, begun + lasts))
    });
    let took = all(tasks.collect()).await;
    Round::of(took, begun.elapsed())
}

async fn ask(node: String, requests: Vec<Vec<u8>>, first: usize, until: Instant) -> Vec<Duration> {
    let mut wire = Wire::connect(&node).await;
    let mut took = vec![];
    for request in requests.iter().cycle().skip(first * 7) {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        assert_eq!(wire.ask(request).await, 200, "{}", wire.text());
        took.push(begun.elapsed());
    }
    took
}

/// Gives commands by so many clients, each to a web node by turns.
pub async fn command(nodes: &[String], clients: usize, lasts: Duration, site: &Site) -> Round {
    let authorization = authorization(Some(site));
    let begun = Instant::now();
    let tasks = (0..clients).map(|client| {
        let (node, authorization) = (nodes[client % nodes.len()].clone(), authorization.clone());
        tokio::spawn(give(node, authorization, begun + lasts))
    });
    let took = all(tasks.collect()).await;
    Round::of(took, begun.elapsed())
}

async fn all(tasks: Vec<tokio::task::JoinHandle<Vec<Duration>>>) -> Vec<Duration> {
    let mut took = vec![];
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    took
}

/// Ten commands to an asset, then another.
async fn give(node: String, authorization: String, until: Instant) -> Vec<Duration> {
    let mut hand = Hand::new(&node, authorization).await;
    let mut took = vec![];
    for number in (0..10).cycle() {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        hand.command(number).await;
        took.push(begun.elapsed());
    }
    took
}

/// A client with the asset that it works on.
struct Hand {
    wire: Wire,
    authorization: String,
    asset: String,
    etag: String,
}

impl Hand {
    async fn new(node: &str, authorization: String) -> Self {
        Self {
            wire: Wire::connect(node).await,
            authorization,
            asset: String::new(),
            etag: String::new(),
        }
    }

    async fn command(&mut self, number: u32) {
        match number {
            0 => self.register().await,
            1 | 4 | 7 => {
                let body = json!({ "set": { "location": format!("Zürich, Limmatstrasse, {number}") } });
                self.change("PATCH", "", &body).await;
            }
            2 | 5 | 8 => self.change("POST", "/check-out", &json!({ "to": AGENT })).await,
            _ => self.change("POST", "/check-in", &json!({})).await,
        }
    }

    async fn register(&mut self) {
        let tag = Uuid::new_v4().simple().to_string();
        let body = json!({ "tag": tag, "attributes": {
            "name": "ThinkPad T14", "type": "Laptop", "serial": tag, "location": "Berlin, 3rd floor",
        }});
        let sent = request("POST", "/api/v1/assets", &self.authorization, Some(&body));
        assert_eq!(self.wire.ask(&sent).await, 201, "{}", self.wire.text());
        self.asset = self.wire.header("location").unwrap();
        self.etag = self.wire.header("etag").unwrap();
    }

    async fn change(&mut self, method: &str, what: &str, body: &Value) {
        let headers = format!("{}If-Match: {}\r\n", self.authorization, self.etag);
        let sent = request(method, &format!("{}{what}", self.asset), &headers, Some(body));
        assert_eq!(self.wire.ask(&sent).await, 200, "{}", self.wire.text());
        self.etag = self.wire.header("etag").unwrap();
    }
}
