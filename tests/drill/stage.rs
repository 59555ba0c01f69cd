//! What a scenario plays on: one `tally` process over the embedded log, or several over one
//! PostgreSQL server.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::join_all;
use tally_domain::event::Family;
use tally_domain::tenant::RefusedCallback;
use tally_domain::{Recorded, StreamName};
use tally_event_log::{load, open_raw};
use tally_tests::doubles::{Fault, JiraDouble, KeyServer, Proxy};
use tally_tests::keys;
use tally_tests::postgres::{Cluster, TableLock};
use tally_tests::process::{APP_URL, Serving, Tally};
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::options::Options;
use crate::world::World;

/// In how many parts several nodes feed the views.
const PARTITIONS: &str = "4";

/// A `tally` process and its configuration.
pub struct Node {
    tally: Tally,
    serving: Option<Serving>,
}

impl Node {
    /// While it runs.
    pub fn serving(&self) -> &Serving {
        self.serving.as_ref().unwrap()
    }
}

/// Nodes with a key server and a folder of their own.
pub struct Stage {
    pub nodes: Vec<Node>,
    pub keys: KeyServer,
    postgres: Option<Cluster>,
    folder: Option<TempDir>,
}

/// What a failure leaves to be looked at.
impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let folder = self.folder.take().map(TempDir::keep);
            println!("the stores and logs are in {folder:?}");
        }
    }
}

impl Stage {
    /// As many nodes as the options say, with these variables set.
    pub async fn set(options: &Options, variables: &[(&str, &str)]) -> Self {
        Self::set_as(options.nodes, variables, |tally| tally).await
    }

    /// The same, each changed in another way as well.
    pub async fn set_as(nodes: u32, variables: &[(&str, &str)], change: impl Fn(Tally) -> Tally) -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        let postgres = (nodes > 1).then(Cluster::start);
        let mut tallies = tallies(nodes, folder.path(), &keys, postgres.as_ref());
        for (name, value) in variables {
            tallies = tallies.into_iter().map(|tally| tally.with(name, value)).collect();
        }
        let nodes = tallies.into_iter().map(|tally| Node {
            tally: change(tally),
            serving: None,
        });
        let mut stage = Self {
            nodes: nodes.collect(),
            keys,
            postgres,
            folder: Some(folder),
        };
        stage.start().await;
        stage
    }

    /// Starts every node, all at once.
    async fn start(&mut self) {
        let starting = self
            .nodes
            .iter_mut()
            .map(async |node| node.serving = Some(node.tally.serve().await));
        join_all(starting).await;
    }

    /// Where the nodes are.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.serving().url.clone()).collect()
    }

    /// Where the nodes' operators look, where they may.
    pub fn ops(&self) -> Vec<String> {
        self.nodes
            .iter()
            .filter_map(|node| node.serving().ops.clone())
            .collect()
    }

    /// From now on no data key can be read or made, on any node.
    pub fn stop_key_store(&self) {
        self.change_key_store("data_keys", "data_keys_away");
    }

    /// From now on they can again.
    pub fn start_key_store(&self) {
        self.change_key_store("data_keys_away", "data_keys");
    }

    /// Until the lock is dropped, no question to the key store is answered. None over the embedded
    /// stores, where reading a file waits for nothing.
    pub fn hang_key_store(&self) -> Option<TableLock> {
        let postgres = self.postgres.as_ref()?;
        Some(postgres.lock("tally_keys.data_keys"))
    }

    fn change_key_store(&self, from: &str, to: &str) {
        match &self.postgres {
            Some(postgres) => drop(postgres.sql(&format!("ALTER TABLE tally_keys.{from} RENAME TO {to}"))),
            None => {
                let file = self.nodes[0].tally.data().join("keys.db");
                let keys = rusqlite::Connection::open(file).unwrap();
                keys.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}"))
                    .unwrap();
            }
        }
    }

    /// Stops the server and starts it again, perhaps at another address.
    pub async fn restart(&mut self, world: &World) {
        self.stop(world).await;
        self.start().await;
        world.enter_by(self.urls());
    }

    /// Stops every node.
    async fn stop(&mut self, world: &World) {
        for node in &mut self.nodes {
            let status = node.serving.take().unwrap().stop().await;
            world.promise(status.success(), || format!("the server stopped with {status}"));
        }
    }

    /// Stops the server and counts the refused callbacks in its log: those written, and those that
    /// these stand for.
    pub async fn noted_refusals(&mut self, world: &World) -> u64 {
        self.stop(world).await;
        let noted: Vec<Recorded<RefusedCallback>> = self.written(&StreamName::refused_callbacks()).await;
        noted.iter().map(|noted| 1 + noted.event.suppressed).sum()
    }

    /// Stops the server and reads a stream of its log.
    pub async fn stop_and_read<E: Family>(&mut self, world: &World, stream: &StreamName) -> Vec<E> {
        self.stop(world).await;
        let written = self.written(stream).await;
        written.into_iter().map(|recorded| recorded.event).collect()
    }

    /// Gives a command of the operator, and returns its exit code and what it printed. Where the
    /// log is a file, it has to be free: the server stops, and people wait until it is there again.
    pub async fn command(&mut self, world: &World, arguments: &[&str]) -> (Option<i32>, String) {
        let is_shared = self.postgres.is_some();
        let mut quiet = vec![];
        if !is_shared {
            quiet = world.quiet().await;
            self.stop(world).await;
        }
        let output = block_in_place(|| self.nodes[0].tally.run(arguments));
        if !is_shared {
            self.start().await;
            world.enter_by(self.urls());
        }
        drop(quiet);
        let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        (output.status.code(), format!("{said}{complained}"))
    }

    /// The id of the newest tenant with this client key.
    pub async fn find_tenant(&self, client_key: &str) -> String {
        let log = open_raw(&self.log_url()).await.unwrap();
        let events = log.read_all(None, 1_000_000).await.unwrap();
        let installed = events.iter().rev().find(|event| {
            let payload = String::from_utf8_lossy(&event.payload);
            event.event_type == "tenant.installed" && payload.contains(client_key)
        });
        let stream = installed.unwrap().stream.as_str();
        stream.split_once('.').unwrap().0.to_owned()
    }

    /// Where any of `texts` stands: in a copy of the log, in the views, or in the uploads.
    pub fn find_traces(&self, texts: &[&str]) -> Vec<String> {
        let folder = self.folder.as_ref().unwrap().path().join("looked-at");
        fs::create_dir_all(&folder).unwrap();
        let copy = folder.join("log.db");
        let to = format!("sqlite:{}", copy.display());
        let copying = ["log", "copy", "--from", &self.log_url(), "--to", &to];
        let output = block_in_place(|| self.nodes[0].tally.run(&copying));
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut traces = traces_in_files(&folder, texts);
        match &self.postgres {
            Some(postgres) => traces.extend(traces_in_tables(postgres, texts)),
            None => traces.extend(traces_in_files(&self.nodes[0].tally.data(), texts)),
        }
        traces
    }

    fn log_url(&self) -> String {
        match &self.postgres {
            Some(postgres) => postgres.url(),
            None => format!(
                "sqlite:{}",
                self.nodes[0].tally.data().join("events.db").display()
            ),
        }
    }

    async fn written<E: Family>(&self, stream: &StreamName) -> Vec<Recorded<E>> {
        let tally = &self.nodes[0].tally;
        let options = tally_event_log::Options {
            sealer: match &self.postgres {
                Some(postgres) => {
                    keys::in_database(&postgres.url(), tally.variable("TALLY_MASTER_KEY")).await
                }
                None => tally.keys(),
            },
            ..tally_event_log::Options::without_keys()
        };
        let log = tally_event_log::open(&self.log_url(), options).await.unwrap();
        load(&*log, stream).await.unwrap()
    }

    /// A world around it.
    pub fn world(&self, options: &Options) -> Arc<World> {
        let jira = Arc::new(JiraDouble::start());
        World::new(options.clone(), jira, APP_URL, self.urls())
    }
}

/// The files below `folder` that contain any of `texts`.
fn traces_in_files(folder: &Path, texts: &[&str]) -> Vec<String> {
    let mut traces = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            traces.extend(traces_in_files(&path, texts));
            continue;
        }
        // A journal may go while it is looked at.
        let bytes = fs::read(&path).unwrap_or_default();
        let found = texts
            .iter()
            .filter(|text| bytes.windows(text.len()).any(|part| part == text.as_bytes()));
        traces.extend(found.map(|text| format!("{text} in {}", path.display())));
    }
    traces
}

/// The tables of views and uploads with a row that contains any of `texts`, as a text or as bytes.
fn traces_in_tables(postgres: &Cluster, texts: &[&str]) -> Vec<String> {
    let tables = postgres.sql(
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
         WHERE table_schema LIKE 'tally_views%' OR table_schema = 'tally_imports'",
    );
    let mut traces = vec![];
    for table in tables.lines() {
        for text in texts {
            let bytes = hex::encode(text);
            let count = format!(
                "SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%{text}%' OR t::text LIKE '%{bytes}%'"
            );
            if postgres.sql(&count) != "0" {
                traces.push(format!("{text} in {table}"));
            }
        }
    }
    traces
}

/// The configurations of nodes over `postgres`, or of one that has its stores to itself.
fn tallies(nodes: u32, folder: &Path, keys: &KeyServer, postgres: Option<&Cluster>) -> Vec<Tally> {
    // Each site's requests come from an address of its own, as the platform's proxy would say.
    let new = |n| Tally::new(&folder.join(format!("node-{n}")), keys).with("TALLY_PROXY_HOPS", "1");
    let first = new(1);
    let key = first.variable("TALLY_MASTER_KEY").to_owned();
    let all = std::iter::once(first).chain((2..=nodes).map(new));
    let sharing = |tally: Tally| match postgres {
        None => tally,
        Some(postgres) => tally
            .with("TALLY_ROLE", "all")
            .with("TALLY_LOG_URL", &postgres.url())
            .with("TALLY_DATABASE_URL", &postgres.url())
            .with("TALLY_MASTER_KEY", &key)
            .with("TALLY_PARTITIONS", PARTITIONS),
    };
    all.map(sharing).collect()
}

/// What stands between the platform and each node.
pub struct Edge {
    proxies: Vec<Proxy>,
}

impl Edge {
    /// From now on everybody comes by it.
    pub fn before(stage: &Stage, world: &World) -> Self {
        let proxies: Vec<Proxy> = stage.urls().iter().map(|url| Proxy::start(url)).collect();
        world.enter_by(proxies.iter().map(Proxy::url).collect());
        Self { proxies }
    }

    /// From now on it does `fault` to requests whose path ends in `ending`.
    pub fn suffer(&self, ending: &str, fault: Fault) {
        for proxy in &self.proxies {
            proxy.suffer(ending, fault);
        }
    }

    /// From now on it passes everything.
    pub fn repair(&self) {
        self.proxies.iter().for_each(Proxy::repair);
    }
}
