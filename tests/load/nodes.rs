//! One and two web nodes over PostgreSQL, with one projector, against one process over files.
//!
//! A command's answer waits until the views show it, so its time is that of everything: the
//! tenant's check, the load, the append and its sync, the projector, the read that answers. All of
//! it shares this machine's cores, the clients too: a second web node adds no core here.

use std::path::Path;

use tally_tests::postgres::Cluster;

use crate::deployment::{Deployment, PARTITIONS};
use crate::figures::{Pace, Round, Rounds};
use crate::{clients, lag};

/// How many assets the registers have before anything is measured.
const ASSETS: usize = 300;
const CLIENTS: [usize; 3] = [1, 16, 64];

/// What is asked of a stand.
const MEASURED: [&str; 3] = ["commands", "an asset", "50 of a list"];

/// Nodes over a server of their own.
struct Nodes {
    postgres: Cluster,
    deployment: Deployment,
    build: &'static str,
}

impl Nodes {
    async fn start(build: Option<&Path>) -> Self {
        let postgres = Cluster::start();
        Self {
            deployment: Deployment::of_nodes(&postgres, build, ASSETS).await,
            postgres,
            build: if build.is_some() {
                " of the other build"
            } else {
                ""
            },
        }
    }
}

pub async fn run(pace: Pace, against: Option<&Path>) {
    let mut one = Deployment::of_one_process(ASSETS).await;
    let mut nodes = vec![Nodes::start(None).await];
    if against.is_some() {
        nodes.push(Nodes::start(against).await);
    }
    println!("answers/s, {pace}; ratios to one process; 1 projector, {PARTITIONS} partitions of tenants");
    for measured in MEASURED {
        for clients in CLIENTS {
            compare(&one, &mut nodes, measured, clients, pace).await;
        }
    }
    one.serve_by(0).await;
    println!("from an append's acknowledgement to its views, one append after the other; looks/s, {pace}");
    lag::of_one_process(pace).await;
    for nodes in &mut nodes {
        nodes.deployment.serve_by(1).await;
        lag::of_nodes(&nodes.postgres, &nodes.deployment, nodes.build, pace).await;
    }
}

async fn compare(one: &Deployment, nodes: &mut [Nodes], measured: &str, clients: usize, pace: Pace) {
    let mut alone = Rounds::default();
    let mut shared: Vec<[Rounds; 2]> = nodes.iter().map(|_| Default::default()).collect();
    for _ in 0..pace.rounds {
        alone.push(measure(one, measured, clients, pace).await);
        for (nodes, rounds) in nodes.iter_mut().zip(&mut shared) {
            for (index, rounds) in rounds.iter_mut().enumerate() {
                nodes.deployment.serve_by(index + 1).await;
                rounds.push(measure(&nodes.deployment, measured, clients, pace).await);
            }
        }
    }
    let name = |what: &str| format!("{measured}, {clients} clients, {what}");
    println!("{}", alone.line(&name("one process"), None));
    for (nodes, rounds) in nodes.iter().zip(&shared) {
        for (count, rounds) in ["1 node", "2 nodes"].iter().zip(rounds) {
            let name = name(&format!("{count}{}", nodes.build));
            println!("{}", rounds.line(&name, Some(&alone)));
        }
    }
}

async fn measure(deployment: &Deployment, measured: &str, clients: usize, pace: Pace) -> Round {
    let nodes = deployment.addresses();
    match measured {
        "commands" => clients::command(&nodes, clients, pace.lasts, &deployment.site).await,
        "an asset" => clients::read(&nodes, clients, pace.lasts, &deployment.reads()).await,
        _ => clients::read(&nodes, clients, pace.lasts, &deployment.list()).await,
    }
}
