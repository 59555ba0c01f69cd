//! The handles of a test.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::service::{self, Node};
use crate::state::{NodeState, Record, State};

/// What a cluster is like.
#[derive(Clone)]
pub struct Settings {
    /// How many nodes it has.
    pub nodes: usize,
    /// How long an election takes.
    pub election: Duration,
    /// After what time a leader that is cut off notices it.
    pub notice: Duration,
    /// How long a write waits for a majority.
    pub commit_timeout: Duration,
    /// How many bytes of events one append may hold.
    pub max_append: usize,
    /// Who may do anything: user and password. Everybody when not said.
    pub user: Option<(String, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nodes: 1,
            election: Duration::from_millis(100),
            notice: Duration::from_millis(300),
            commit_timeout: Duration::from_millis(200),
            max_append: 256 * 1024 * 1024,
            user: None,
        }
    }
}

/// A cluster of nodes on ports of the loopback. Each runs in a runtime of its own and ends with it,
/// connections and all.
pub struct Cluster {
    shared: Arc<Shared>,
    ports: Vec<u16>,
    running: Mutex<Vec<Option<Runtime>>>,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    /// Notified at every change.
    pub moved: watch::Sender<()>,
    pub ports: Vec<u16>,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn tell(&self) {
        self.moved.send_replace(());
    }
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
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(settings)),
            moved: watch::Sender::new(()),
            ports: ports.clone(),
        });
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
        self.shared.tell();
    }

    /// Ends a node at once, with all its connections.
    pub fn kill(&self, node: usize) {
        if let Some(runtime) = self.running.lock().unwrap()[node].take() {
            runtime.shutdown_background();
        }
        let mut state = self.shared.state();
        state.nodes[node].alive = false;
        if state.leader == Some(node) {
            state.depose();
        }
        drop(state);
        self.shared.tell();
    }

    /// The leader lays its office down and stays on as a follower.
    pub fn resign(&self) {
        self.shared.state().depose();
        self.shared.tell();
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
        self.shared.tell();
    }

    /// Brings a node back to the others.
    pub fn heal(&self, node: usize) {
        let mut state = self.shared.state();
        state.nodes[node] = NodeState {
            alive: true,
            ..NodeState::default()
        };
        drop(state);
        self.shared.tell();
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
        self.shared.tell();
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
        self.shared.tell();
    }

    /// Events of one stream in one transaction, as old clients wrote them.
    pub fn write_transaction(&self, records: Vec<Record>) {
        let mut state = self.shared.state();
        let revision = state.indexes(&records[0].stream).len() as u64;
        state.write_transaction(revision, records);
        drop(state);
        self.shared.tell();
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
