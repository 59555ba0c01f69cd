//! Every engine keeps the contract.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use support::seals::{SealsAll, TestSealer};
use tally_event_log::{LogWriter, Options, contract, open};

/// The streams of a tenant, in which what is sealed is sealed.
const OF_A_TENANT: &str = "00000000-0000-0000-0000-0000000000c0.contract";

async fn keeps_the_contract(url: &str) {
    let log = open(url, Options::without_keys()).await.unwrap();
    check(&*log, "scratch").await;
    drop(log);
    if url != "memory:" {
        keeps_the_contract_sealed(url).await;
    }
}

async fn keeps_the_contract_sealed(url: &str) {
    let sealer = Arc::new(TestSealer::default());
    let log = SealsAll(open(url, Options::sealed_by(sealer.clone())).await.unwrap());
    check(&log, OF_A_TENANT).await;
    assert!(sealer.calls.load(Ordering::SeqCst) > 100);
}

async fn check(log: &dyn LogWriter, scratch: &str) {
    let mut broken = Vec::new();
    let mut report = |sentence: &str, outcome: Result<(), String>| {
        if let Err(seen) = outcome {
            broken.push(format!("{sentence}: {seen}"));
        }
    };
    let summary = contract::check(log, scratch, &mut report).await;
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(summary.broken, 0);
    assert!(summary.passed > 20, "{summary:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_engine_keeps_the_contract() {
    keeps_the_contract("memory:").await;
    keeps_the_contract_sealed("memory:").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_sqlite_engine_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    keeps_the_contract(&format!("sqlite:{}", folder.path().join("log.db").display())).await;
}

#[tokio::test]
async fn the_sqlite_engine_keeps_the_contract_on_a_single_threaded_runtime() {
    let folder = tempfile::tempdir().unwrap();
    keeps_the_contract(&format!("sqlite:{}", folder.path().join("log.db").display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_postgresql_engine_keeps_the_contract() {
    keeps_the_contract(&support::postgres::Cluster::shared().new_log()).await;
}

#[tokio::test]
async fn the_postgresql_engine_keeps_the_contract_on_a_single_threaded_runtime() {
    keeps_the_contract(&support::postgres::Cluster::shared().new_log()).await;
}
