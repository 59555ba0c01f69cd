//! Opening a log of a cluster: who may, when it is there, and what is said when not.

use std::time::Duration;

use futures_util::StreamExt;
use tally_event_log::ExpectedRevision::Exact;
use tally_event_log::{AppendError, OpenError, Options, ReadError, check_url, open, open_read_only};
use tally_kurrent_double::{Cluster, Settings};

use crate::support::{append, event, everything, ids, opened, short_timeouts, stream};

const PASSWORD: &str = "hunter2";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_message_names_an_unknown_user_and_no_password() {
    let cluster = Cluster::start_with(Settings {
        user: Some(("tally".to_owned(), PASSWORD.to_owned())),
        ..Settings::default()
    });
    let of = |user: &str, password: &str| cluster.url().replace("//", &format!("//{user}:{password}@"));
    let log = opened(&of("tally", PASSWORD)).await;
    append(&*log, "a", None, 0..1).await;
    for url in [of("other", PASSWORD), cluster.url()] {
        let Err(refusal) = open(&url, Options::default()).await else {
            panic!("it was let in")
        };
        let said = format!("{refusal} {refusal:?}");
        assert!(
            said.contains("denies access") && !said.contains(PASSWORD),
            "{said}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_url_is_said_without_what_it_holds() {
    for wrong in [
        "kurrentdb://me:hunter2@",
        "esdb://me:hunter2@h:x",
        "kurrentdb://me:hunter2@h?tls=hunter2",
    ] {
        let refusal = check_url(wrong).unwrap_err();
        assert!(matches!(refusal, OpenError::BadUrl { .. }), "{refusal:?}");
        assert!(
            !format!("{refusal} {refusal:?}").contains(PASSWORD),
            "{refusal:?}"
        );
    }
    for right in [
        "kurrentdb+discover://cluster.example",
        "esdb://a:1,b:2?tls=false&prefix=other",
    ] {
        check_url(right).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_opened_for_reading_reads_what_another_wrote() {
    let cluster = Cluster::start(1);
    append(&*opened(&cluster.url()).await, "a", None, 0..1).await;
    let log = open_read_only(&cluster.url()).await.unwrap();
    assert_eq!(everything(&*log).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_end_with_their_log() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    append(&*log, "a", None, 0..1).await;
    let mut events = log.subscribe_all(None);
    assert!(events.next().await.is_some());
    drop(log);
    assert!(events.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_started_later_is_waited_for() {
    let cluster = Cluster::stopped(Settings::default());
    let options = Options {
        wait: Duration::from_secs(60),
        ..Options::default()
    };
    let url = short_timeouts(&cluster.url());
    let opening = tokio::spawn(async move { open(&url, options).await.map(drop) });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!opening.is_finished());
    cluster.start_all();
    opening.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_away_is_unavailable_and_when_it_is_back_it_is_used_again() {
    let cluster = Cluster::start(1);
    let log = opened(&short_timeouts(&cluster.url()).replace("timeout=4", "timeout=1")).await;
    append(&*log, "a", None, 0..1).await;
    cluster.kill(0);
    let refusal = log.append(&stream("a"), Exact(0), vec![event(1)]).await;
    assert!(matches!(refusal, Err(AppendError::Unavailable(_))), "{refusal:?}");
    assert!(matches!(log.head().await, Err(ReadError::Unavailable(_))));
    let Err(refusal) = open(&short_timeouts(&cluster.url()), Options::default()).await else {
        panic!("it was reached")
    };
    assert!(matches!(refusal, OpenError::Unavailable(_)), "{refusal:?}");
    cluster.start_node(0);
    append(&*log, "a", Some(0), 1..2).await;
    assert_eq!(ids(&everything(&*log).await), [0, 1]);
}
