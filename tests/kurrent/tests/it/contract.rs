//! The engine keeps the contract, on one node and on three.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tally_event_log::{LogWriter, Options, check_engine, contract, open};
use tally_kurrent_double::Cluster;

use crate::seals::{SealsAll, TestSealer};
use crate::support::opened;

/// The streams of a tenant, in which what is sealed is sealed.
const OF_A_TENANT: &str = "00000000-0000-0000-0000-0000000000c0.contract";

#[derive(Default)]
struct Broken(Vec<String>);

impl Broken {
    fn report(&mut self) -> impl FnMut(&str, Result<(), String>) + Send + '_ {
        |sentence, outcome| {
            if let Err(seen) = outcome {
                self.0.push(format!("{sentence}: {seen}"));
            }
        }
    }
}

async fn keeps_the_contract(cluster: &Cluster) {
    let log = opened(&cluster.url()).await;
    check(log.as_ref(), "scratch").await;
}

async fn check(log: &dyn LogWriter, scratch: &str) {
    let mut broken = Broken::default();
    let summary = contract::check(log, scratch, &mut broken.report()).await;
    assert!(
        broken.0.is_empty() && summary.passed > 20,
        "{summary:?} {:#?}",
        broken.0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_one_node() {
    keeps_the_contract(&Cluster::start(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_three_nodes() {
    keeps_the_contract(&Cluster::start(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_three_nodes_with_every_event_sealed() {
    let (cluster, sealer) = (Cluster::start(3), Arc::new(TestSealer::default()));
    let log = open(&cluster.url(), Options::sealed_by(sealer.clone())).await;
    check(&SealsAll(log.unwrap()), OF_A_TENANT).await;
    assert!(sealer.calls.load(Ordering::SeqCst) > 100);
}

#[tokio::test]
async fn on_a_single_threaded_runtime() {
    keeps_the_contract(&Cluster::start(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cluster_must_do_besides() {
    for nodes in [1, 3] {
        let (cluster, mut broken) = (Cluster::start(nodes), Broken::default());
        let summary = check_engine(&cluster.url(), &mut broken.report()).await.unwrap();
        assert!(
            broken.0.is_empty() && summary.passed > 5,
            "{summary:?} {:#?}",
            broken.0
        );
    }
}
