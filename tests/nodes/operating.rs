//! What the operator of several nodes does.

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
