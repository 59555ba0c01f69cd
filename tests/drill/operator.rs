//! The operator, who sees by `/ops` which tenants fail and why, and whose release bakes meanwhile.

use std::collections::BTreeSet;

use reqwest::Client;
use serde_json::{Value, json};
use tally_tests::waiting::eventually;

use crate::stage::Stage;
use crate::world::World;

/// The release that bakes while the rollout goes on.
const RELEASE: &str = "drill-1";

/// The operator's listeners of all nodes. Each shows what is in the log; each shows only its own
/// requests.
pub struct Operator {
    nodes: Vec<String>,
    http: Client,
}

impl Operator {
    /// Where a listener has to be for them.
    pub const LISTEN: (&str, &str) = ("TALLY_OPS_LISTEN", "127.0.0.1:0");

    /// One of these nodes, which listen.
    pub fn of(stage: &Stage) -> Self {
        Self {
            nodes: stage.ops(),
            http: tally_tests::http::client(),
        }
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
        // It is appended after the messages were sent.
        let path = format!("releases/{RELEASE}");
        let failed = eventually("the release has failed", async || {
            let release = self.get(&self.nodes[0], &path).await;
            (release["state"] != "baking").then_some(release)
        });
        let release = failed.await;
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

    /// The sites that fail, each with since when and why, as any node has it.
    pub async fn failing(&self, world: &World) -> BTreeSet<String> {
        let mut sites = BTreeSet::new();
        for node in &self.nodes {
            sites.extend(self.failing_at(node, world).await);
        }
        sites
    }

    /// The same, as every node has it.
    pub async fn failing_everywhere(&self, world: &World) -> BTreeSet<String> {
        let mut everywhere = self.failing(world).await;
        for node in &self.nodes {
            let here: BTreeSet<String> = self.failing_at(node, world).await.into_iter().collect();
            everywhere.retain(|site| here.contains(site));
        }
        everywhere
    }

    async fn failing_at(&self, node: &str, world: &World) -> Vec<String> {
        let failing = self.get(node, "tenants").await;
        let failing = failing["items"].as_array().cloned().unwrap_or_default();
        for tenant in &failing {
            let complete = ["site", "since", "code", "cause"]
                .iter()
                .all(|part| tenant[part].is_string());
            world.promise(complete, || {
                format!("a failing tenant as the operator sees it: {tenant}")
            });
        }
        let sites = failing.iter().filter_map(|tenant| tenant["site"].as_str());
        sites.map(str::to_owned).collect()
    }

    /// What the diagnosis of a failing site says first on each node: the entry of the catalogue,
    /// and what its admin does.
    pub async fn findings(&self, world: &World, n: usize) -> Vec<Option<(String, String)>> {
        let mut findings = vec![];
        for node in &self.nodes {
            let path = format!("tenants/{}/diagnosis", world.site(n).client_key);
            let diagnosis = self.get(node, &path).await;
            let first = &diagnosis["findings"][0];
            let word = |part: &str| first[part].as_str().map(str::to_owned);
            findings.push(word("entry").zip(word("adminRemedy")));
        }
        findings
    }

    async fn get(&self, node: &str, path: &str) -> Value {
        let url = format!("{node}/ops/api/{path}");
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/ops/api/{path}", self.nodes[0]);
        let request = self.http.post(url).json(body);
        request.send().await.unwrap().json().await.unwrap()
    }
}
