//! Two nodes that do everything, over one server, and the platform that calls whichever it likes.

use reqwest::{Method, Response};
use serde_json::Value;
use tally_descriptor::{callback, page};
use tally_domain::tenant::TenantEvent;
use tally_domain::{AnyEvent, Recorded};
use tally_tests::connect::Site;
use tally_tests::doubles::{JiraDouble, KeyServer, Person};
use tally_tests::keys;
use tally_tests::postgres::Cluster;
use tally_tests::process::{APP_URL, Tally};
use tally_tests::waiting::eventually;
use tempfile::TempDir;

use crate::fleet::{self, Node};

/// A node of the pair.
pub const A: usize = 0;
/// The other.
pub const B: usize = 1;

/// The secret was accepted once and is not any more.
pub const SUPERSEDED: &str = "jwt.signature.matches_superseded_secret";

/// The nodes, and who calls them.
pub struct Pair {
    nodes: [Node; 2],
    pub jira: JiraDouble,
    postgres: Cluster,
    http: reqwest::Client,
    _keys: KeyServer,
    _folder: TempDir,
}

impl Pair {
    /// Both run, with these variables set.
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        let (keys, folder, postgres) = (KeyServer::start(), tempfile::tempdir().unwrap(), Cluster::start());
        let key = Tally::new(&folder.path().join("key"), &keys)
            .variable("TALLY_MASTER_KEY")
            .to_owned();
        let mut nodes = ["a", "b"].map(|name| {
            let mut node = Node::new(name, "all", &folder, &keys, &postgres, &key);
            for (name, value) in variables {
                node.tally = node.tally.with(name, value);
            }
            node
        });
        futures_util::future::join_all(nodes.iter_mut().map(Node::start)).await;
        Self {
            nodes,
            jira: JiraDouble::start(),
            postgres,
            http: tally_tests::http::client(),
            _keys: keys,
            _folder: folder,
        }
    }

    /// The same, with a site that installed on node A.
    pub async fn installed(variables: &[(&str, &str)]) -> (Self, Site) {
        let pair = Self::start(variables).await;
        let site = pair.jira.site("acme");
        assert_eq!(pair.install(A, &site).await, 204);
        (pair, site)
    }

    fn url(&self, node: usize, path: &str) -> String {
        format!("{}{path}", self.nodes[node].serving().url)
    }

    /// `installed` with the secret of `site`: how a node answers it.
    pub async fn install(&self, node: usize, site: &Site) -> u16 {
        let token = site.signed_callback(APP_URL, callback::INSTALLED);
        self.call(node, callback::INSTALLED, Some(&token), &site.installed())
            .await
    }

    /// `uninstalled`, likewise.
    pub async fn uninstall(&self, node: usize, site: &Site) -> u16 {
        let token = site.signed_callback(APP_URL, callback::UNINSTALLED);
        let body = site.callback("uninstalled");
        self.call(node, callback::UNINSTALLED, Some(&token), &body).await
    }

    /// Any callback: how a node answers it.
    pub async fn call(&self, node: usize, path: &str, token: Option<&str>, body: &Value) -> u16 {
        let mut request = self.http.post(self.url(node, path)).json(body);
        if let Some(token) = token {
            request = request.header("Authorization", format!("JWT {token}"));
        }
        request.send().await.unwrap().status().as_u16()
    }

    /// A person opens Tally with the secret of `site`. When it does not open, returns the code on
    /// the page.
    pub async fn page(&self, node: usize, site: &Site) -> Result<(), String> {
        let path = format!("{}?xdm_e={}&cp=&lic=none", page::ASSETS, site.base_url);
        let token = site.request_token(&Person::viewer().account_id, "GET", &path);
        let answer = self.http.get(self.url(node, &format!("{path}&jwt={token}")));
        let answer = answer.send().await.unwrap();
        let status = answer.status().as_u16();
        let html = answer.text().await.unwrap();
        let code = html
            .split_once("<code>")
            .and_then(|(_, behind)| behind.split_once("</code>"));
        match (status, code) {
            (200, None) => Ok(()),
            (_, Some((code, _))) => Err(code.to_owned()),
            (status, None) => panic!("{status}: {html}"),
        }
    }

    /// Waits until a node has heard that the secret of `site` opens nothing any more, and gives the
    /// code that it says then.
    pub async fn withdrawn(&self, node: usize, site: &Site) -> String {
        eventually("the other node has heard of it", async || {
            self.page(node, site).await.err()
        })
        .await
    }

    /// A call of Tally's own pages, signed with the secret of `site`.
    pub async fn api(&self, node: usize, site: &Site, method: Method, path: &str, body: &Value) -> Response {
        let token = site.context_token(&Person::agent().account_id);
        let request = self
            .http
            .request(method, self.url(node, &format!("/api/v1{path}")));
        let request = request.header("Authorization", format!("JWT {token}"));
        request.json(body).send().await.unwrap()
    }

    /// A POST of Tally's own pages, under a key if it has one.
    pub async fn keyed(
        &self,
        node: usize,
        site: &Site,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Response {
        let token = site.context_token(&Person::agent().account_id);
        let request = self.http.post(self.url(node, &format!("/api/v1{path}")));
        let mut request = request.header("Authorization", format!("JWT {token}"));
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.json(body).send().await.unwrap()
    }

    /// Sends a file to be imported, and gives the answer.
    pub async fn import(&self, node: usize, site: &Site, file: String) -> Value {
        let token = site.context_token(&Person::agent().account_id);
        let request = self.http.post(self.url(node, "/api/v1/imports"));
        let request = request.header("Authorization", format!("JWT {token}"));
        let request = request.header("Content-Type", "text/csv").body(file);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 202);
        answer.json().await.unwrap()
    }

    /// A node, to do something to.
    pub fn node(&mut self, node: usize) -> &mut Node {
        &mut self.nodes[node]
    }

    /// Everything in the log, in its order.
    pub async fn events(&self) -> Vec<Recorded<AnyEvent>> {
        let key = self.nodes[0].tally.variable("TALLY_MASTER_KEY");
        let vault = keys::in_database(&self.postgres.url(), key).await;
        fleet::events(&self.postgres.url(), vault).await
    }

    /// What the tenants' own streams hold, in the order of the log.
    pub async fn tenant_events(&self) -> Vec<Recorded<AnyEvent>> {
        let mut events = self.events().await;
        events.retain(|recorded| recorded.event.is::<TenantEvent>());
        events
    }
}
