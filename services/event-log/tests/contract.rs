//! Every engine keeps the contract.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use tally_event_log::{Options, contract, open};

async fn keeps_the_contract(url: &str) {
    let log = open(url, Options::default()).await.unwrap();
    let mut broken = Vec::new();
    let mut report = |sentence: &str, outcome: Result<(), String>| {
        if let Err(seen) = outcome {
            broken.push(format!("{sentence}: {seen}"));
        }
    };
    let summary = contract::check(log.as_ref(), "scratch", &mut report).await;
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(summary.broken, 0);
    assert!(summary.passed > 20, "{summary:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_engine_keeps_the_contract() {
    keeps_the_contract("memory:").await;
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
