//! Every operation of the API's document, asked in ways that no client means: whatever comes, the
//! answer is one that the document names for the operation, and never a failure.
//!
//! The choices are random and the same in each run; a failure names the request.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_tests::app::{Caller, TestApp};
use tally_tests::doubles::Person;

use super::isolation::{DOCUMENT, MARKED, Planted, operations, planted, requests};

/// How many requests each operation is asked with.
const REQUESTS: usize = 40;

/// What stands where a value is expected. `%` begins an escape, as in an address.
const TEXTS: &[&str] = &[
    "",
    "%20",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "%c3%28",
    "0",
    "-1",
    "201",
    "1e9",
    "99999999999999999999",
    "NaN",
    "null",
    "true",
    "*",
    "%27%20OR%201=1--",
    "%e2%80%ae%e2%80%8b",
    "%f0%9f%92%bb",
    "../../etc/passwd",
    "%2e%2e%2f",
    "2026-02-30",
    "0000-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "99999-12-31T00:00:00Z",
    "2026-01-31T09:30:00%2b25:00",
    "00000000-0000-0000-0000-000000000000",
    "in_stock",
    "registered",
    "name,-name,nosuch",
    "price%20%3e%3d%201000%20or%20name%20!%3d%20x",
    "((((name%20%3d%20x",
    "due%20%3c%20endOfYear(99999999y)",
    "eyJhIjoxfQ",
    "AAAA",
];

const ETAGS: &[&str] = &[
    "*",
    "\"0\"",
    "W/\"0\"",
    "\"0\", \"1\"",
    "\"99999999999999999999\"",
    "\"-1\"",
    "0",
    "\"",
    "",
    "\u{fc}",
];

const KINDS: &[&str] = &[
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "text/csv",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "\u{fc}",
];

/// Values of JSON that a field does not expect.
fn odd_values() -> Vec<Value> {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1.5e300),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{200b}"),
        json!("x".repeat(5000)),
        json!("99999-12-31"),
        json!("712020:no-such-person"),
        json!([]),
        json!({}),
        json!({ "": "" }),
        json!({ "a": { "b": "c" } }),
        deep,
    ]
}

/// Bodies that are no JSON object, or are one only nearly.
fn odd_bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "",
        "null",
        "[]",
        "\"x\"",
        "{",
        "{}}",
        "{\"tag\":\"A\",\"tag\":\"B\"}",
        "{\"attributes\":{\"name\":\"a\",\"name\":\"b\"}}",
        "{\"attributes\":{\"name\":\"\\ud800\"}}",
        "\u{feff}{}",
        "tag,name\nA,\"never closed",
        "sep=\n\n",
    ]
    .map(Into::into)
    .into();
    bodies.push(vec![0xff, 0xfe, 0x00]);
    bodies.push(b"[".repeat(100_000));
    bodies.push(b" ".repeat(2 * 1024 * 1024));
    bodies
}

struct Walk<'a> {
    random: StdRng,
    planted: &'a Planted,
    /// The statuses that the document names, by method and address.
    documented: BTreeMap<(String, String), BTreeSet<u16>>,
    seen: BTreeSet<u16>,
}

impl<'a> Walk<'a> {
    fn new(seed: u64, planted: &'a Planted) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            planted,
            documented: documented_statuses(),
            seen: BTreeSet::new(),
        }
    }

    fn choose<T: Clone>(&mut self, from: &[T]) -> T {
        from.choose(&mut self.random).unwrap().clone()
    }

    fn sometimes(&mut self) -> bool {
        self.random.random_bool(0.3)
    }

    /// The address of an operation with another id now and then, and odd parameters.
    fn address(&mut self, method: &Method, path: &str) -> String {
        let good = requests(method, path, self.planted).0;
        let mut address = self.choose(&good);
        if path.contains("{id}") && self.sometimes() {
            address = path
                .trim_start_matches("/api/v1")
                .replace("{id}", self.choose(TEXTS).trim_end_matches('%'));
        }
        let names = parameter_names(method, path);
        while self.sometimes() {
            let name = match names.is_empty() || self.random.random_bool(0.1) {
                true => "no-such".to_owned(),
                false => self.choose(&names),
            };
            let sign = if address.contains('?') { '&' } else { '?' };
            address = format!("{address}{sign}{name}={}", self.choose(TEXTS));
        }
        address
    }

    fn body(&mut self, method: &Method, path: &str) -> Vec<u8> {
        let example = requests(method, path, self.planted).1.body;
        match example {
            Some(Value::Object(mut fields)) if self.random.random_bool(0.7) => {
                let mut names: Vec<String> = fields.keys().cloned().collect();
                names.extend(["tag", "attributes", "to", "note", "dueOn", "no-such"].map(str::to_owned));
                let name = self.choose(&names);
                fields.insert(name, self.choose(&odd_values()));
                serde_json::to_vec(&fields).unwrap()
            }
            Some(Value::String(text)) if self.random.random_bool(0.5) => {
                let mut bytes = text.into_bytes();
                let at = self.random.random_range(0..bytes.len());
                bytes[at] = self.random.random();
                bytes
            }
            _ => self.choose(&odd_bodies()),
        }
    }

    fn decorate(&mut self, mut request: RequestBuilder) -> RequestBuilder {
        if self.sometimes() {
            request = request.header("If-Match", self.choose(ETAGS));
        }
        if self.sometimes() {
            let keys = ["", " ", "a-key", "\u{fc}"].map(str::to_owned);
            let key = self.choose(&[&keys[..], &["k".repeat(1000)]].concat());
            request = request.header("Idempotency-Key", key.as_bytes());
        }
        if self.sometimes() {
            request = request.header("Content-Type", self.choose(KINDS).as_bytes());
        }
        request
    }

    async fn ask(&mut self, caller: &Caller, method: &Method, path: &str) {
        let address = self.address(method, path);
        let mut request = self.decorate(caller.request(method.clone(), &address));
        if *method != Method::GET {
            request = request.body(self.body(method, path));
        }
        let what = format!("{request:?}");
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        self.seen.insert(status);
        let expected = &self.documented[&(method.to_string(), path.to_owned())];
        // An id that is no segment of an address leads to another address, or to none.
        let elsewhere = status == 404 && path.contains("{id}");
        assert!(
            status < 500 && (expected.contains(&status) || elsewhere),
            "{status}, where the document has {expected:?}: {what}: {text}"
        );
        if status >= 400 {
            let problem: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{what}: {text}"));
            assert!(
                problem["code"].is_string() && problem["detail"].is_string(),
                "{what}: {text}"
            );
        }
    }
}

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

fn documented_statuses() -> BTreeMap<(String, String), BTreeSet<u16>> {
    let document = document();
    let mut statuses = BTreeMap::new();
    for (path, method, _) in operations() {
        let operation = &document["paths"][&path][method.as_str().to_lowercase()];
        let named = operation["responses"].as_object().unwrap().keys();
        let named = named.map(|status| status.parse().unwrap()).collect();
        statuses.insert((method.to_string(), path), named);
    }
    statuses
}

/// The parameters that may stand in the query.
fn parameter_names(method: &Method, path: &str) -> Vec<String> {
    let document = document();
    let operation = &document["paths"][path][method.as_str().to_lowercase()];
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let in_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
    in_query
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_route_answers_any_request_with_a_status_of_the_document() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let planted = planted(&app, &site).await;
    let callers = [
        app.caller(&site, MARKED),
        app.caller(&site, &Person::viewer().account_id),
    ];
    let mut walk = Walk::new(7, &planted);
    for (path, method, _) in operations() {
        for turn in 0..tally_tests::repeat::times(REQUESTS) {
            walk.ask(&callers[usize::from(turn % 8 == 7)], &method, &path)
                .await;
        }
    }
}
