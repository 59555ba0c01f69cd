//! The nodes, and what surrounds them.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tally_domain::{AnyEvent, Recorded};
use tally_event_log::open_read_only;
use tally_server::events::codec;
use tally_tests::doubles::{KeyServer, Link};
use tally_tests::keys;
use tally_tests::postgres::Cluster;
use tally_tests::process::{Serving, Tally};
use tally_tests::waiting::eventually;
use tally_vault::Vault;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::load::{self, Client};
use crate::other::Other;
use crate::world::World;
use crate::{audit, rotation, seen};

/// How many clients give commands.
const CLIENTS: usize = 6;

/// One node: its program, its wires to the server, and its process while it runs.
pub struct Node {
    pub name: &'static str,
    pub tally: Tally,
    /// To the log.
    pub log: Link,
    /// To the views and keys.
    pub database: Link,
    serving: Option<Serving>,
}

/// How many parts the views are fed in: four of tenants, and the operator's.
pub const PARTITIONS: u64 = 5;

/// Nodes over one server.
pub struct Fleet {
    pub postgres: Cluster,
    /// Where the log is, as the tests read it.
    log_url: String,
    pub world: Arc<World>,
    pub http: reqwest::Client,
    pub web: Vec<Node>,
    pub projectors: Vec<Node>,
    balancer: Link,
    work: JoinSet<()>,
    seed: u64,
    _keys: KeyServer,
    _folder: TempDir,
}

impl Node {
    pub fn new(
        name: &'static str,
        role: &str,
        folder: &TempDir,
        keys: &KeyServer,
        postgres: &Cluster,
        key: &str,
    ) -> Self {
        let server: SocketAddr = ([127, 0, 0, 1], postgres.port()).into();
        let (log, database) = (Link::to(vec![server]), Link::to(vec![server]));
        let url = |link: &Link, timeout: u8| {
            format!(
                "postgres://postgres@{}/postgres?timeout={timeout}",
                link.address()
            )
        };
        let tally = Tally::new(&folder.path().join(name), keys)
            .with("TALLY_ROLE", role)
            .with("TALLY_LOG_URL", &url(&log, 5))
            .with("TALLY_DATABASE_URL", &url(&database, 3))
            .with("TALLY_MASTER_KEY", key)
            .with("TALLY_PARTITIONS", "4");
        Self {
            name,
            tally,
            log,
            database,
            serving: None,
        }
    }

    pub async fn start(&mut self) {
        self.serving = Some(self.tally.serve().await);
    }

    pub fn serving(&self) -> &Serving {
        self.serving.as_ref().unwrap()
    }

    pub fn kill(&mut self) {
        self.serving.take().unwrap().kill();
    }

    pub async fn stop(&mut self) {
        let ended = self.serving.take().unwrap().stop().await;
        assert_eq!(ended.code(), Some(0), "{}", self.name);
    }

    pub fn address(&self) -> Option<SocketAddr> {
        let serving = self.serving.as_ref()?;
        serving.url.trim_start_matches("http://").parse().ok()
    }
}

impl Fleet {
    /// Two web nodes and two projectors, a site, and clients at work; the log beside the views.
    pub async fn working() -> Self {
        Self::new().begun().await
    }

    /// The same by another build of the program, unless it is `None`.
    pub async fn working_by(build: Option<&Path>) -> Self {
        let mut fleet = Self::new();
        for node in fleet.web.iter_mut().chain(&mut fleet.projectors) {
            node.tally.set_binary(build);
        }
        fleet.begun().await
    }

    /// The same with the log at `url`, which no wire leads to.
    pub async fn working_over(url: &str) -> Self {
        let mut fleet = Self::new();
        url.clone_into(&mut fleet.log_url);
        let elsewhere = |node: Node| Node {
            tally: node.tally.with("TALLY_LOG_URL", url),
            ..node
        };
        fleet.web = fleet.web.into_iter().map(elsewhere).collect();
        fleet.projectors = fleet.projectors.into_iter().map(elsewhere).collect();
        fleet.begun().await
    }

    async fn begun(self) -> Self {
        let mut fleet = self;
        // Nodes that start together make the tables once.
        fleet.start_all().await;
        fleet.world.server_is(Some(&fleet.url()));
        rotation::deliver(&fleet.world, &fleet.http, &fleet.world.site()).await;
        let other = Other::install(&fleet.world, fleet.url(), fleet.http.clone()).await;
        fleet.work.spawn(other.watch_assets(fleet.world.clone()));
        let shared = load::register_shared(&fleet.world).await;
        for name in 0..CLIENTS {
            let client = Client::new(fleet.world.clone(), name, fleet.seed, shared);
            fleet.work.spawn(client.work());
        }
        fleet
            .work
            .spawn(rotation::rotate(fleet.world.clone(), fleet.seed));
        fleet.goes_on("it begins").await;
        fleet
    }

    fn new() -> Self {
        let (keys, folder, postgres) = (KeyServer::start(), tempfile::tempdir().unwrap(), Cluster::start());
        let key = Tally::new(&folder.path().join("key"), &keys)
            .variable("TALLY_MASTER_KEY")
            .to_owned();
        let node = |name, role| Node::new(name, role, &folder, &keys, &postgres, &key);
        Self {
            web: vec![node("web-1", "web"), node("web-2", "web")],
            projectors: vec![node("projector-1", "projector"), node("projector-2", "projector")],
            log_url: postgres.url(),
            postgres,
            world: Arc::new(World::new()),
            http: tally_tests::http::client(),
            balancer: Link::to(vec![]),
            work: JoinSet::new(),
            seed: 7,
            _keys: keys,
            _folder: folder,
        }
    }

    /// Starts all that do not run, at once, and leads clients to them.
    pub async fn start_all(&mut self) {
        let nodes = self.web.iter_mut().chain(&mut self.projectors);
        let starting = nodes.filter(|node| node.serving.is_none()).map(Node::start);
        futures_util::future::join_all(starting).await;
        self.balance();
    }

    /// Where clients find the nodes.
    pub fn url(&self) -> String {
        format!("http://{}", self.balancer.address())
    }

    /// Where the log is.
    pub fn log_url(&self) -> &str {
        &self.log_url
    }

    /// How many partitions a projector feeds, if it says so.
    pub async fn fed_partitions(&self, projector: usize) -> u64 {
        let url = format!("{}/metrics", self.projectors[projector].serving().url);
        let metrics = self.http.get(url).send().await.unwrap().text().await.unwrap();
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("tally_partitions_held "));
        line.and_then(|fed_partitions| fed_partitions.parse().ok())
            .unwrap_or(0)
    }

    /// Leads clients to the web nodes that run.
    pub fn balance(&self) {
        self.balancer
            .lead_to(self.web.iter().filter_map(Node::address).collect());
    }

    /// Leads clients to one web node only.
    pub fn balance_to(&self, web: usize) {
        self.balancer
            .lead_to(self.web[web].address().into_iter().collect());
    }

    /// Waits until commands succeed that begin now, and says how long that took.
    pub async fn goes_on(&mut self, after: &str) -> Duration {
        let begun = Instant::now();
        // Each client had one under way; more than these began later.
        let enough = self.world.acked() + 2 * CLIENTS;
        while let Some(ended) = self.work.try_join_next() {
            ended.unwrap();
        }
        let world = &self.world;
        eventually("commands succeed", || {
            std::future::ready((world.acked() >= enough).then_some(()))
        })
        .await;
        let took = begun.elapsed();
        println!(
            "{after}: commands succeed again after {:.1} s",
            took.as_secs_f64()
        );
        took
    }

    /// Asks a verb of the command line on the first projector's configuration.
    pub fn ask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.projectors[0].tally.run(arguments);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr)
        );
        (status.code(), said)
    }

    /// Everybody finishes; each web node has everything; the log is sound; the views are what the
    /// log says.
    pub async fn conclude(mut self) {
        self.world.end();
        while let Some(ended) = self.work.join_next().await {
            ended.unwrap();
        }
        let acks = self.world.acks(0);
        for node in &self.web {
            let url = &node.serving().url;
            let get = async |path: String| seen::get(&self.world, &self.http, url, &path).await;
            seen::nothing_lost(&acks, &acks, &get).await;
        }
        let events = self.events().await;
        audit::check_log(&events);
        audit::check_commands(&events, &acks);
        let (code, said) = self.ask(&["views", "rebuild", "--workers", "2"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("nothing differed"), "{said}");
        for node in self.web.iter_mut().chain(&mut self.projectors) {
            node.stop().await;
        }
        println!(
            "{} commands, {} events, sent again {:?}",
            acks.len(),
            events.len(),
            self.world.again()
        );
    }

    /// The whole log.
    pub async fn events(&self) -> Vec<Recorded<AnyEvent>> {
        let variable = |name| self.web[0].tally.variable(name);
        let vault = keys::in_database(variable("TALLY_DATABASE_URL"), variable("TALLY_MASTER_KEY")).await;
        events(&self.log_url, vault).await
    }
}

/// The whole log, opened with the keys of `vault`.
pub async fn events(url: &str, vault: Arc<Vault>) -> Vec<Recorded<AnyEvent>> {
    let log = open_read_only(url, vault).await.unwrap();
    let mut events: Vec<Recorded<AnyEvent>> = vec![];
    loop {
        let page = log
            .read_all(events.last().map(|e| e.position), 1000)
            .await
            .unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page.into_iter().map(|stored| codec().decode(stored).unwrap()));
    }
}
