//! Opening a log of a cluster: who may, when it is there, and what is said when not.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tally_event_log::ExpectedRevision::Exact;
use tally_event_log::{AppendError, NoKeys, OpenError, Options, ReadError, check_url, open, open_read_only};
use tally_kurrent_double::{Cluster, Record, Settings};
use uuid::Uuid;

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
        let Err(refusal) = open(&url, Options::without_keys()).await else {
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
    let log = open_read_only(&cluster.url(), Arc::new(NoKeys)).await.unwrap();
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
        ..Options::without_keys()
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
    let refusal = log.head().await;
    assert!(matches!(refusal, Err(ReadError::Unavailable(_))), "{refusal:?}");
    let Err(refusal) = open(&short_timeouts(&cluster.url()), Options::without_keys()).await else {
        panic!("it was reached")
    };
    assert!(matches!(refusal, OpenError::Unavailable(_)), "{refusal:?}");
    cluster.start_node(0);
    append(&*log, "a", Some(0), 1..2).await;
    assert_eq!(ids(&everything(&*log).await), [0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_whose_events_have_no_format_is_refused() {
    let cluster = Cluster::start(1);
    cluster.write(vec![Record::new("tally.a", 0, Uuid::from_u128(1))]);
    let refusals = [
        open(&cluster.url(), Options::without_keys()).await.err().unwrap(),
        open_read_only(&cluster.url(), Arc::new(NoKeys))
            .await
            .err()
            .unwrap(),
    ];
    for refusal in refusals {
        let is_old = matches!(
            refusal,
            OpenError::OtherFormat {
                found: 1,
                known: 2,
                ..
            }
        );
        assert!(is_old, "{refusal:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_log_has_its_format_once_and_in_no_stream_of_it() {
    let cluster = Cluster::start(1);
    for n in 0..2 {
        let log = opened(&cluster.url()).await;
        append(&*log, &format!("s{n}"), None, 0..1).await;
        assert_eq!(everything(&*log).await.len(), n + 1);
    }
    let records = cluster.records();
    let of_format = records.iter().filter(|record| record.stream == "tally-format");
    assert_eq!(of_format.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_of_a_newer_format_is_refused() {
    let cluster = Cluster::start(1);
    let newer = Record {
        data: br#"{"format":3}"#.as_slice().into(),
        ..Record::new("tally-format", 0, Uuid::from_u128(1))
    };
    cluster.write(vec![newer]);
    let refusal = open(&cluster.url(), Options::without_keys()).await.err().unwrap();
    assert!(
        matches!(refusal, OpenError::OtherFormat { found: 3, .. }),
        "{refusal:?}"
    );
}
