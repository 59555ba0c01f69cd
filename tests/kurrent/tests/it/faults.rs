//! What becomes of a cluster's nodes while it is written to.

use std::time::Duration;

use futures_util::StreamExt;
use tally_kurrent_double::Cluster;

use crate::storm::Storm;
use crate::support::{TIMEOUT, append, opened};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_dies_is_survived_and_so_is_the_next() {
    let storm = Storm::begin(Cluster::start(3)).await;
    for _ in 0..2 {
        let leader = storm.cluster.leader();
        storm.cluster.kill(leader);
        storm.goes_on().await;
        storm.cluster.start_node(leader);
    }
    storm.goes_on().await;
    storm.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_resigns_is_followed_by_another() {
    let storm = Storm::begin(Cluster::start(3)).await;
    for _ in 0..3 {
        storm.cluster.resign();
        storm.goes_on().await;
    }
    storm.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_is_cut_off_acknowledges_nothing_and_is_left() {
    let storm = Storm::begin(Cluster::start(3)).await;
    for _ in 0..2 {
        let leader = storm.cluster.leader();
        storm.cluster.isolate(leader);
        storm.goes_on().await;
        storm.cluster.heal(leader);
        storm.goes_on().await;
    }
    storm.end().await;
}

/// Its subscriptions stay open, and have nothing more to say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_leave_a_leader_that_stays_cut_off() {
    let storm = Storm::begin(Cluster::start(3)).await;
    let leader = storm.cluster.leader();
    storm.cluster.isolate(leader);
    storm.goes_on().await;
    storm.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_slow_leader_wrote_unheard_is_written_once() {
    let storm = Storm::begin(Cluster::start(3)).await;
    let leader = storm.cluster.leader();
    let before = storm.cluster.records().len();
    storm.cluster.slow(leader, Duration::from_secs(3));
    let wrote = || storm.cluster.records().len() > before + 8;
    storm.until("it has written something", wrote).await;
    storm.cluster.slow(leader, Duration::ZERO);
    storm.goes_on().await;
    storm.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_for_a_majority_longer_than_its_writer_is_written_once() {
    let storm = Storm::begin(Cluster::start(3)).await;
    for _ in 0..2 {
        storm.cluster.stall(true);
        storm.until("writes wait", || storm.cluster.pending() >= 4).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        storm.cluster.stall(false);
        storm.goes_on().await;
    }
    storm.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_died_with_its_leader_before_a_majority_had_it_is_written_again() {
    let storm = Storm::begin(Cluster::start(3)).await;
    storm.cluster.stall(true);
    storm.until("writes wait", || storm.cluster.pending() >= 4).await;
    let leader = storm.cluster.leader();
    storm.cluster.kill(leader);
    storm.cluster.stall(false);
    storm.goes_on().await;
    storm.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_away_as_a_whole_is_waited_for() {
    let storm = Storm::begin(Cluster::start(3)).await;
    (0..3).for_each(|node| storm.cluster.kill(node));
    tokio::time::sleep(Duration::from_millis(700)).await;
    storm.cluster.start_all();
    storm.goes_on().await;
    storm.end().await;
}

/// With these timeouts its silence would be noticed only after minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_follow_the_writer_to_the_next_leader() {
    let cluster = Cluster::start(3);
    let log = opened(&format!("{}&timeout=600", cluster.url())).await;
    append(&*log, "a", None, 0..1).await;
    let mut events = log.subscribe_all(None);
    assert!(events.next().await.unwrap().is_ok());
    cluster.isolate(cluster.leader());
    append(&*log, "a", Some(0), 1..2).await;
    let next = tokio::time::timeout(TIMEOUT, events.next()).await.unwrap();
    assert_eq!(next.unwrap().unwrap().id.0.as_u128(), 1);
}
