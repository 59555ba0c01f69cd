//! What the server is known to do, and what the engine makes of it.

use futures_util::StreamExt;
use serde_json::Value;
use tally_domain::Clock;
use tally_domain::Position;
use tally_event_log::ExpectedRevision::{Exact, NoStream};
use tally_event_log::{AppendError, Options, ReadError, open};
use tally_kurrent_double::{Cluster, Record, Settings};
use uuid::Uuid;

use crate::support::{append, delivered, event, everything, ids, opened, stream};

/// What other programs write to the same cluster.
fn foreign(count: u128) -> Vec<Record> {
    (0..count)
        .map(|n| Record::new("orders-7", 0, Uuid::from_u128(n)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_kept_as_the_servers_tools_expect_it() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    append(&*log, "a", None, 7..8).await;
    let record = cluster
        .records()
        .into_iter()
        .find(|r| r.stream == "tally.a")
        .unwrap();
    let metadata: Value = serde_json::from_slice(&record.metadata).unwrap();
    let command = Uuid::from_u128(7).to_string();
    assert_eq!((record.event_type.as_str(), record.is_json), ("test.noted", true));
    assert_eq!(record.data.as_ref(), br#"{"n":"7"}"#);
    assert_eq!(metadata["$correlationId"], command.as_str());
    assert_eq!(metadata["$causationId"], command.as_str());
    assert_eq!(
        (&metadata["schema"], &metadata["context"]["causation"]),
        (&1.into(), &command.into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_an_event_is_the_clocks_and_not_the_servers() {
    let cluster = Cluster::start(1);
    let at = "2022-03-07T09:30:00.123456Z".parse().unwrap();
    let options = Options {
        clock: Clock::from_fn(move || at),
        ..Options::without_keys()
    };
    let log = open(&cluster.url(), options).await.unwrap();
    append(&*log, "a", None, 0..1).await;
    assert_eq!(everything(&*log).await[0].recorded_at, at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_events_and_other_programs_are_passed_over() {
    let cluster = Cluster::start(1);
    cluster.write(foreign(200));
    let log = opened(&cluster.url()).await;
    assert_eq!(log.head().await.unwrap(), None);
    assert!(everything(&*log).await.is_empty());
    let first = append(&*log, "a", None, 0..3).await;
    cluster.write(foreign(200));
    assert_eq!(log.head().await.unwrap(), Some(first));
    let second = append(&*log, "a", Some(2), 3..6).await;
    cluster.write(foreign(200));
    assert_eq!(log.head().await.unwrap(), Some(second));
    assert_eq!(ids(&everything(&*log).await), [0, 1, 2, 3, 4, 5]);
    assert_eq!(ids(&delivered(&*log, None, 6).await), [0, 1, 2, 3, 4, 5]);
    assert_eq!(ids(&delivered(&*log, Some(first), 3).await), [3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_on_a_busy_cluster_gets_what_comes_after_long_stretches_of_nothing() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    let mut events = log.subscribe_all(None);
    for n in 0..5_u64 {
        cluster.write(foreign(700));
        append(&*log, "a", n.checked_sub(1), u128::from(n)..u128::from(n) + 1).await;
        assert_eq!(events.next().await.unwrap().unwrap().revision, n);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_one_old_transaction_are_distinguished_by_both_halves_of_their_positions() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    append(&*log, "a", None, 0..1).await;
    let written = cluster
        .records()
        .into_iter()
        .find(|r| r.stream == "tally.a")
        .unwrap();
    let old = |n: u128| Record {
        data: format!(r#"{{"n":"{n}"}}"#).into(),
        metadata: written.metadata.clone(),
        ..Record::new("tally.a", 0, Uuid::from_u128(n))
    };
    cluster.write_transaction(vec![old(1), old(2), old(3)]);
    append(&*log, "a", Some(3), 4..5).await;
    let all = everything(&*log).await;
    assert_eq!(ids(&all), [0, 1, 2, 3, 4]);
    assert!(
        all[1].position.commit == all[3].position.commit && all[1].position.prepare < all[3].position.prepare
    );
    for (n, event) in all.iter().enumerate() {
        let rest = log.read_all(Some(event.position), 10).await.unwrap();
        assert_eq!(ids(&rest), ids(&all[n + 1..]));
        let rest = delivered(&*log, Some(event.position), all.len() - n - 1).await;
        assert_eq!(ids(&rest), ids(&all[n + 1..]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_that_lags_is_asked_for_nothing_but_the_leaders_address() {
    let cluster = Cluster::start(3);
    let follower = (cluster.leader() + 1) % 3;
    cluster.freeze(follower);
    let log = opened(&cluster.url_of(follower)).await;
    let position = append(&*log, "a", None, 0..3).await;
    assert_eq!(
        ids(&log.read_stream(&stream("a"), 0, 9).await.unwrap()),
        [0, 1, 2]
    );
    assert_eq!(log.head().await.unwrap(), Some(position));
    assert_eq!(ids(&delivered(&*log, None, 3).await), [0, 1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_repeated_after_the_events_moved_on_is_known_again_from_an_earlier_revision() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    append(&*log, "a", None, 0..2).await;
    append(&*log, "a", Some(1), 10..12).await;
    append(&*log, "a", Some(3), 20..22).await;
    for expected in [NoStream, Exact(0), Exact(1)] {
        let again = log
            .append(&stream("a"), expected, vec![event(10), event(11)])
            .await
            .unwrap();
        assert_eq!((again.last_revision, again.already), (3, true), "at {expected}");
    }
    assert_eq!(everything(&*log).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_the_server_keeps_for_itself_are_refused() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    let refusal = log.append(&stream("$stats"), NoStream, vec![event(0)]).await;
    assert!(matches!(refusal, Err(AppendError::Invalid(_))), "{refusal:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_accepts_less_in_one_append_is_reported() {
    let cluster = Cluster::start_with(Settings {
        max_append: 1024 * 1024,
        ..Settings::default()
    });
    let log = opened(&cluster.url()).await;
    let mut large = event(0);
    large.payload = serde_json::json!({ "t": "x".repeat(1000 * 1000) });
    let two = vec![
        large.clone(),
        event(1),
        tally_event_log::NewEvent {
            id: event(2).id,
            ..large
        },
    ];
    let refusal = log.append(&stream("a"), NoStream, two).await;
    assert!(
        matches!(refusal, Err(AppendError::TooLarge { limit: 1_048_576, .. })),
        "{refusal:?}"
    );
    append(&*log, "a", None, 0..1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_at_which_no_event_begins_is_of_another_log() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    let first = append(&*log, "a", None, 0..1).await;
    append(&*log, "a", Some(0), 1..3).await;
    let between = Position::single(first.commit + 1);
    let read = log.read_all(Some(between), 9).await;
    assert!(matches!(read, Err(ReadError::Corrupt { .. })), "{read:?}");
    let delivered = log.subscribe_all(Some(between)).next().await;
    assert!(
        matches!(delivered, Some(Err(ReadError::Corrupt { .. }))),
        "{delivered:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_another_tool_wrote_to_our_streams_is_not_passed_over_in_silence() {
    let cluster = Cluster::start(1);
    let log = opened(&cluster.url()).await;
    append(&*log, "a", None, 0..1).await;
    cluster.write(vec![Record::new("tally.a", 0, Uuid::from_u128(1))]);
    let read = log.read_all(None, 9).await;
    assert!(matches!(read, Err(ReadError::Corrupt { .. })), "{read:?}");
    let mut delivered = log.subscribe_all(None);
    assert!(delivered.next().await.unwrap().is_ok());
    let broken = delivered.next().await;
    assert!(
        matches!(broken, Some(Err(ReadError::Corrupt { .. }))),
        "{broken:?}"
    );
}
