//! What happens to the nodes, and that everything goes on.

use std::time::{Duration, Instant};

use tally_tests::waiting::eventually;

use crate::fleet::{Fleet, Node, PARTITIONS};

/// Waits until the projectors that run feed every partition between them, and says how long it
/// took.
pub async fn taken_over(fleet: &Fleet, running: &[usize], after: &str) {
    let begun = Instant::now();
    eventually("every partition is fed", async || {
        let mut fed_partitions = 0;
        for projector in running {
            fed_partitions += fleet.fed_partitions(*projector).await;
        }
        (fed_partitions == PARTITIONS).then_some(())
    })
    .await;
    println!("{after}: taken over after {:.1} s", begun.elapsed().as_secs_f64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_node_may_be_killed_at_any_time() {
    let mut fleet = Fleet::working().await;
    for round in 0..2 {
        fleet.projectors[round].kill();
        taken_over(&fleet, &[1 - round], "a projector killed").await;
        fleet.goes_on("a projector killed").await;
        fleet.projectors[round].start().await;
        fleet.web[round].kill();
        fleet.goes_on("a web node killed").await;
        fleet.web[round].start().await;
        fleet.balance();
        fleet.goes_on("all run again").await;
    }
    // Every one at once.
    for node in fleet.web.iter_mut().chain(&mut fleet.projectors) {
        node.kill();
    }
    fleet.start_all().await;
    fleet.goes_on("all killed at once").await;
    // No projector feeds: web nodes serve what there is, and a change is stored.
    fleet.projectors.iter_mut().for_each(Node::kill);
    fleet.web[0].kill();
    fleet.web[0].start().await;
    fleet.balance();
    fleet.projectors[0].start().await;
    fleet.projectors[1].start().await;
    fleet.goes_on("a web node started without a projector").await;
    fleet.conclude().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_replaced_one_by_one_without_a_failed_request() {
    let mut fleet = Fleet::working().await;
    for which in 0..2 {
        fleet.balance_to(1 - which);
        fleet.web[which].stop().await;
        fleet.web[which].start().await;
        fleet.balance();
        fleet.projectors[which].stop().await;
        taken_over(&fleet, &[1 - which], "a projector stopped").await;
        fleet.projectors[which].start().await;
        fleet.goes_on("a pair replaced").await;
    }
    fleet.conclude().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_may_go_and_come_again() {
    let mut fleet = Fleet::working().await;
    fleet.postgres.kill();
    fleet.postgres.start_again();
    fleet.goes_on("PostgreSQL killed").await;
    fleet.postgres.stop();
    tokio::time::sleep(Duration::from_secs(3)).await;
    fleet.postgres.start_again();
    fleet.goes_on("PostgreSQL stopped for three seconds").await;
    // A table that is locked keeps all connections waiting that there are.
    let schema = fleet
        .postgres
        .sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tally_views_%'");
    let lock = format!("BEGIN; LOCK TABLE {schema}.asset_register; SELECT pg_sleep(5); COMMIT");
    fleet.postgres.sql(&lock);
    fleet
        .goes_on("every connection kept waiting for five seconds")
        .await;
    fleet.postgres.hang(true);
    tokio::time::sleep(Duration::from_secs(7)).await;
    fleet.postgres.hang(false);
    fleet.goes_on("PostgreSQL hung for seven seconds").await;
    taken_over(&fleet, &[0, 1], "PostgreSQL hung").await;
    fleet.conclude().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wires_may_be_cut() {
    let mut fleet = Fleet::working().await;
    for node in &fleet.web {
        node.log.cut();
    }
    tokio::time::sleep(Duration::from_secs(unreachable_seconds())).await;
    for node in &fleet.web {
        node.log.repair();
    }
    fleet.goes_on("the log unreachable").await;
    // One web node is cut off from everything it keeps something in; the other goes on.
    fleet.web[0].log.cut();
    fleet.web[0].database.cut();
    fleet.balance_to(1);
    fleet.goes_on("a web node cut off").await;
    fleet.web[0].log.repair();
    fleet.web[0].database.repair();
    fleet.balance_to(0);
    fleet.goes_on("the web node joined again").await;
    fleet.balance();
    fleet.projectors[0].database.cut();
    taken_over(&fleet, &[1], "a projector cut off").await;
    fleet.projectors[0].database.repair();
    fleet.goes_on("the projector joined again").await;
    fleet.conclude().await;
}

/// How long the log is unreachable: longer than every time limit there is.
fn unreachable_seconds() -> u64 {
    let given = std::env::var("UNREACHABLE_SECONDS").ok();
    given.map_or(8, |seconds| seconds.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_projectors_may_believe_that_they_have_the_same_partitions() {
    let mut fleet = Fleet::working().await;
    fleet.projectors[0].serving().hang(true);
    taken_over(&fleet, &[1], "a projector hung").await;
    fleet.goes_on("a projector hung").await;
    // It wakes with leases in hand that are another's by now.
    fleet.projectors[0].serving().hang(false);
    fleet.goes_on("the projector woke").await;
    fleet.conclude().await;
}
