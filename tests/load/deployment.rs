//! What is measured: one process over files, and nodes over a PostgreSQL server of their own.

use std::path::Path;
use std::sync::Arc;

use tally_tests::connect::Site;
use tally_tests::doubles::{JiraDouble, KeyServer};
use tally_tests::postgres::Cluster;
use tally_tests::process::{Serving, Tally};
use tempfile::TempDir;

use crate::clients;

/// How many ways the nodes' views are split by tenant.
pub const PARTITIONS: &str = "4";

/// A configuration of which one or more processes serve, and a site that installed it.
pub struct Deployment {
    pub site: Site,
    pub assets: Vec<String>,
    pub web: Vec<Serving>,
    tally: Tally,
    _projector: Option<Serving>,
    jira: Arc<JiraDouble>,
    _others: (KeyServer, TempDir),
}

impl Deployment {
    /// The default: one process that does everything, over files.
    pub async fn of_one_process(assets: usize) -> Self {
        let (keys, folder) = (KeyServer::start(), TempDir::new().unwrap());
        let tally = Tally::new(folder.path(), &keys);
        Self::start(tally, None, (keys, folder), assets).await
    }

    /// One web node and a projector over `postgres`, which holds the log, the views and the keys;
    /// by `build` of the program where it is given.
    pub async fn of_nodes(postgres: &Cluster, build: Option<&Path>, assets: usize) -> Self {
        let (keys, folder) = (KeyServer::start(), TempDir::new().unwrap());
        let node = |role: &str| {
            let tally = node(folder.path(), role, &keys, postgres);
            match build {
                Some(binary) => tally.by(binary),
                None => tally,
            }
        };
        let web = node("web");
        let key = web.variable("TALLY_MASTER_KEY").to_owned();
        let projector = node("projector").with("TALLY_MASTER_KEY", &key);
        let projector = projector.serve().await;
        Self::start(web, Some(projector), (keys, folder), assets).await
    }

    async fn start(
        tally: Tally,
        projector: Option<Serving>,
        (keys, folder): (KeyServer, TempDir),
        assets: usize,
    ) -> Self {
        let jira = Arc::new(JiraDouble::start());
        let site = jira.site("load");
        let web = vec![tally.serve().await];
        clients::install(&address(&web[0]), &site).await;
        let assets = clients::register(&address(&web[0]), &site, assets).await;
        Self {
            site,
            assets,
            web,
            tally,
            _projector: projector,
            jira,
            _others: (keys, folder),
        }
    }

    /// Another site of the same Jira, which has not installed Tally.
    pub fn another_site(&self, name: &str) -> Site {
        self.jira.site(name)
    }

    /// Has so many web nodes serve.
    pub async fn serve_by(&mut self, nodes: usize) {
        while self.web.len() > nodes {
            self.web.pop().unwrap().stop().await;
        }
        while self.web.len() < nodes {
            self.web.push(self.tally.serve().await);
        }
    }

    /// The master key of all its processes.
    pub fn master_key(&self) -> &str {
        self.tally.variable("TALLY_MASTER_KEY")
    }

    /// Where they listen.
    pub fn addresses(&self) -> Vec<String> {
        self.web.iter().map(address).collect()
    }

    /// A request for each of its assets.
    pub fn reads(&self) -> Vec<Vec<u8>> {
        let read = |path: &String| clients::get(path, Some(&self.site));
        self.assets.iter().map(read).collect()
    }

    /// A request for 50 of a list.
    pub fn list(&self) -> Vec<Vec<u8>> {
        vec![clients::get("/api/v1/assets?limit=50", Some(&self.site))]
    }
}

/// A node of one role over `postgres`, in a folder of that name.
pub fn node(folder: &Path, role: &str, keys: &KeyServer, postgres: &Cluster) -> Tally {
    Tally::new(&folder.join(role), keys)
        .with("TALLY_ROLE", role)
        .with("TALLY_LOG_URL", &postgres.url())
        .with("TALLY_DATABASE_URL", &postgres.url())
        .with("TALLY_PARTITIONS", PARTITIONS)
}

/// The host and port at which a node listens.
pub fn address(serving: &Serving) -> String {
    serving.url.trim_start_matches("http://").to_owned()
}
