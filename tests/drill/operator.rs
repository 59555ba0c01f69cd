//! The operator, who sees by `/ops` which tenants fail and why, and whose release bakes meanwhile.

use std::net::TcpListener;

use reqwest::Client;
use serde_json::{Value, json};

use crate::world::World;

/// The release that bakes while the rollout goes on.
const RELEASE: &str = "drill-1";

/// An operator's listener that nobody else has.
pub struct Operator {
    address: String,
    http: Client,
}

impl Operator {
    /// At an address that is free.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            address: listener.local_addr().unwrap().to_string(),
            http: tally_tests::http::client(),
        }
    }

    /// Where Tally has to listen for them.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A release begins to bake.
    pub async fn stage(&self, world: &World) {
        let staged = self.post("releases", &json!({ "version": RELEASE })).await;
        world.promise(staged["state"] == "baking", || {
            format!("a staged release: {staged}")
        });
    }

    /// The release that baked has failed, and cannot be promoted.
    pub async fn release_failed(&self, world: &World) {
        let release = self.get(&format!("releases/{RELEASE}")).await;
        world.promise(release["state"] == "failed", || {
            format!("the release that baked: {release}")
        });
        let refused = self
            .post(&format!("releases/{RELEASE}/promote"), &json!({}))
            .await;
        world.promise(refused["code"] == "release.over", || {
            format!("promoting it: {refused}")
        });
    }

    /// The sites that fail, each with since when and why.
    pub async fn failing(&self, world: &World) -> Vec<String> {
        let failing = self.get("tenants").await;
        let failing = failing["items"].as_array().cloned().unwrap_or_default();
        for tenant in &failing {
            let told = ["site", "since", "code", "cause"]
                .iter()
                .all(|part| tenant[part].is_string());
            world.promise(told, || {
                format!("a failing tenant as the operator sees it: {tenant}")
            });
        }
        failing
            .iter()
            .filter_map(|tenant| tenant["site"].as_str().map(str::to_owned))
            .collect()
    }

    /// What the diagnosis of a failing site says first: the entry of the catalogue, and what its admin does.
    pub async fn finding(&self, world: &World, n: usize) -> Option<(String, String)> {
        let told = self
            .get(&format!("tenants/{}/diagnosis", world.site(n).client_key))
            .await;
        let first = &told["findings"][0];
        Some((
            first["entry"].as_str()?.to_owned(),
            first["adminRemedy"].as_str()?.to_owned(),
        ))
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("http://{}/ops/api/{path}", self.address);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("http://{}/ops/api/{path}", self.address);
        self.http
            .post(url)
            .json(body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }
}
