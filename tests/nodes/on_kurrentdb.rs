//! The same nodes with their log on a cluster of three, which loses its leader.

use tally_kurrent_double::Cluster;

use crate::faults::taken_over;
use crate::fleet::{Fleet, Node};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_logs_cluster_may_lose_its_leader_and_a_node_may_die_with_it() {
    let cluster = Cluster::start(3);
    let mut fleet = Fleet::working_over(&format!("{}&timeout=8", cluster.url())).await;
    let leader = cluster.leader();
    cluster.kill(leader);
    fleet.goes_on("the leader died").await;
    cluster.start_node(leader);
    cluster.resign();
    fleet.goes_on("the leader resigned").await;
    cluster.kill(cluster.leader());
    fleet.projectors[0].kill();
    taken_over(&fleet, &[1], "a leader and a projector died").await;
    fleet.goes_on("a leader and a projector died").await;
    fleet.web.iter_mut().for_each(Node::kill);
    fleet.start_all().await;
    fleet
        .goes_on("both web nodes and a projector started again")
        .await;
    fleet.conclude().await;
}
