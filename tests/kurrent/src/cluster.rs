//! The handles of a test.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::node::{Node, Shared};
use crate::record::Record;
use crate::service;
use crate::settings::Settings;
use crate::state::{NodeState, State};

/// How long the end of a node's runtime is waited for.
const STOP: Duration = Duration::from_secs(5);

/// A cluster of nodes on ports of the loopback. Each runs in a runtime of its own and ends with it,
/// connections and all.
pub struct Cluster {
    shared: Arc<Shared>,
    ports: Vec<u16>,
    running: Mutex<Vec<Option<Runtime>>>,
}

impl Cluster {
    /// Starts `nodes` nodes.
    pub fn start(nodes: usize) -> Self {
        Self::start_with(Settings {
            nodes,
            ..Settings::default()
        })
    }

    /// Starts a cluster that is as `settings` say.
    pub fn start_with(settings: Settings) -> Self {
        let cluster = Self::stopped(settings);
        cluster.start_all();
        cluster
    }

    /// A cluster that has ports and does not run yet.
    pub fn stopped(settings: Settings) -> Self {
        let listeners: Vec<_> = (0..settings.nodes)
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let ports: Vec<u16> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
        let running = Mutex::new((0..settings.nodes).map(|_| None).collect());
        let shared = Arc::new(Shared::new(State::new(settings), ports.clone()));
        Self {
            shared,
            ports,
            running,
        }
    }

    /// Starts every node.
    pub fn start_all(&self) {
        (0..self.ports.len()).for_each(|node| self.start_node(node));
    }

    /// Starts a node that does not run.
    pub fn start_node(&self, node: usize) {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let served = Node::new(node, Arc::clone(&self.shared));
        runtime.spawn(service::serve(listener(self.ports[node]), served));
        self.shared.state().nodes[node] = NodeState {
            alive: true,
            ..NodeState::default()
        };
        self.running.lock().unwrap()[node] = Some(runtime);
        self.shared.notify();
    }

    /// Ends a node at once, with all its connections.
    pub fn kill(&self, node: usize) {
        if let Some(runtime) = self.running.lock().unwrap()[node].take() {
            // On a thread of its own, since a runtime cannot be waited for on another runtime. When
            // this returns, nothing answers any more, however busy the machine is.
            let stop = std::thread::spawn(|| runtime.shutdown_timeout(STOP));
            stop.join().unwrap();
        }
        let mut state = self.shared.state();
        state.nodes[node].alive = false;
        if state.leader == Some(node) {
            state.depose();
        }
        drop(state);
        self.shared.notify();
    }

    /// Makes all that was written so far older, by which streams with a `$maxAge` show less.
    pub fn age(&self, by: Duration) {
        self.shared
            .state()
            .log
            .iter_mut()
            .for_each(|record| record.grow_older(by));
    }

    /// The leader lays its office down and stays on as a follower.
    pub fn resign(&self) {
        self.shared.state().depose();
        self.shared.notify();
    }

    /// Cuts a node off from the others; clients still reach it. A leader believes for a while that
    /// it still leads, and writes events that no other node gets.
    pub fn isolate(&self, node: usize) {
        let mut state = self.shared.state();
        let deposed = state.leader == Some(node);
        let frozen = Some(state.committed);
        let cut_off = NodeState {
            isolated: Some(Instant::now()),
            deposed,
            frozen,
            ..state.nodes[node].clone()
        };
        state.nodes[node] = cut_off;
        if deposed {
            state.depose();
        }
        drop(state);
        self.shared.notify();
    }

    /// Brings a node back to the others.
    pub fn heal(&self, node: usize) {
        let mut state = self.shared.state();
        state.nodes[node] = NodeState {
            alive: true,
            ..NodeState::default()
        };
        drop(state);
        self.shared.notify();
    }

    /// Every call of a node takes it so much longer: half before it does it, half after.
    pub fn slow(&self, node: usize, delay: Duration) {
        self.shared.state().nodes[node].delay = delay;
    }

    /// A follower gets no more of the log.
    pub fn freeze(&self, node: usize) {
        let mut state = self.shared.state();
        state.nodes[node].frozen = Some(state.committed);
    }

    /// Followers do not answer the leader: what it writes has no majority until they answer again.
    /// No other leader is elected.
    pub fn stall(&self, stalled: bool) {
        let mut state = self.shared.state();
        state.stalled = stalled;
        state.replicate();
        drop(state);
        self.shared.notify();
    }

    /// Who leads, after an election that may be under way.
    pub fn leader(&self) -> usize {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            let mut state = self.shared.state();
            state.settle();
            if let Some(leader) = state.leader {
                return leader;
            }
            drop(state);
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no node leads")
    }

    /// Anything that is written to the log beside what is under test.
    pub fn write(&self, records: Vec<Record>) {
        for record in records {
            let mut state = self.shared.state();
            let revision = state.indexes(&record.stream).len() as u64;
            state.write(revision, vec![record]);
        }
        self.shared.notify();
    }

    /// Events of one stream in one transaction, as old clients wrote them.
    pub fn write_transaction(&self, records: Vec<Record>) {
        let mut state = self.shared.state();
        let revision = state.indexes(&records[0].stream).len() as u64;
        state.write_transaction(revision, records);
        drop(state);
        self.shared.notify();
    }

    /// All that a majority has.
    pub fn records(&self) -> Vec<Record> {
        let state = self.shared.state();
        state.log[..state.committed].to_vec()
    }

    /// How many events the leader wrote that no majority has.
    pub fn pending(&self) -> usize {
        let state = self.shared.state();
        state.log.len() - state.committed
    }

    /// Where all nodes are.
    pub fn url(&self) -> String {
        let hosts: Vec<String> = self
            .ports
            .iter()
            .map(|port| format!("127.0.0.1:{port}"))
            .collect();
        format!("kurrentdb://{}?tls=false", hosts.join(","))
    }

    /// Where one node is.
    pub fn url_of(&self, node: usize) -> String {
        format!("kurrentdb://127.0.0.1:{}?tls=false", self.ports[node])
    }
}

/// A port that a killed node had may be taken for a moment yet.
fn listener(port: u16) -> TcpListener {
    let begun = Instant::now();
    loop {
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(listener) => return listener,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(30), "port {port}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for runtime in self.running.lock().unwrap().drain(..).flatten() {
            runtime.shutdown_background();
        }
    }
}
