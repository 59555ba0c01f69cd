//! What the operator of several nodes does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tally_tests::waiting::eventually;

use crate::fleet::{Fleet, PARTITIONS};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_are_listed_partition_by_partition_and_rebuilt_while_people_work() {
    let mut fleet = Fleet::working().await;
    let shares = eventually("both projectors have a share", || async {
        let shares = [fleet.fed_partitions(0).await, fleet.fed_partitions(1).await];
        (shares.iter().sum::<u64>() == PARTITIONS && shares.iter().all(|fed_partitions| *fed_partitions >= 2))
            .then_some(shares)
    });
    println!("partitions held: {:?}", shares.await);
    let (code, said) = fleet.ask(&["views", "status"]);
    assert_eq!(code, Some(0), "{said}");
    let partitions: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("partition "))
        .collect();
    assert_eq!(partitions.len(), 5, "{said}");
    assert!(partitions.iter().all(|line| line.ends_with(", fed")), "{said}");
    let (code, said) = fleet.ask(&["views", "rebuild", "--workers", "2"]);
    assert_eq!(code, Some(0), "{said}");
    fleet.goes_on("the views were rebuilt").await;
    assert_eq!(
        fleet.ask(&["views", "prune"]),
        (Some(0), "there was nothing to remove\n".to_owned())
    );
    fleet.conclude().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_key_is_rotated_node_by_node_while_people_work() {
    let mut fleet = Fleet::working().await;
    let old = fleet.web[0].tally.variable("TALLY_MASTER_KEY").to_owned();
    let new = STANDARD.encode([7; 32]);
    replace_master_keys(&mut fleet, &old, &new).await;
    replace_master_keys(&mut fleet, &new, &old).await;
    let (code, said) = fleet.ask(&["keys", "status"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("run tally keys rotate"), "{said}");
    let (code, said) = fleet.ask(&["keys", "rotate"]);
    assert_eq!(code, Some(0), "{said}");
    fleet.goes_on("the keys were rewrapped").await;
    replace_master_keys(&mut fleet, &new, "").await;
    fleet.goes_on("the old master key is gone").await;
    let (code, said) = fleet.ask(&["keys", "status"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("No key is under another master key."), "{said}");
    fleet.conclude().await;
}

/// Restarts one node after the other with these keys.
async fn replace_master_keys(fleet: &mut Fleet, current: &str, other: &str) {
    let set = |tally: &mut tally_tests::process::Tally| {
        tally.set("TALLY_MASTER_KEY", current);
        tally.set("TALLY_OTHER_MASTER_KEY", other);
    };
    for web in 0..fleet.web.len() {
        set(&mut fleet.web[web].tally);
        fleet.web[web].stop().await;
        fleet.balance();
        fleet.start_all().await;
    }
    for projector in &mut fleet.projectors {
        set(&mut projector.tally);
        projector.stop().await;
        projector.start().await;
    }
}
