//! What is promised of the PostgreSQL engine beyond the contract.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use support::postgres::Cluster;
use support::{event, stream, typed};
use tally_domain::{EventId, Position, StreamName};
use tally_event_log::ExpectedRevision::{self, Exact, NoStream};
use tally_event_log::{
    AppendError, Appended, LogReader, LogWriter, NewEvent, NoKeys, OpenError, Options, ReadError,
    StoredEvent, open, open_read_only,
};
use uuid::Uuid;

/// How long a test waits for what must come.
const TIMEOUT: Duration = Duration::from_secs(60);

async fn opened(url: &str) -> Arc<dyn LogWriter> {
    open(url, Options::without_keys()).await.unwrap()
}

fn schema(url: &str) -> &str {
    url.rsplit_once("schema=").unwrap().1
}

async fn everything(log: &dyn LogReader) -> Vec<StoredEvent> {
    log.read_all(None, 100_000).await.unwrap()
}

fn dense(events: &[StoredEvent]) -> bool {
    let positions = events.iter().map(|e| e.position.commit);
    positions.eq(1..=events.len() as u64)
}

/// Every stream's revisions in the log's order: 0, 1, 2, ...
fn exact(events: &[StoredEvent]) -> bool {
    let mut next = std::collections::HashMap::<&StreamName, u64>::new();
    events.iter().all(|event| {
        let expected = next.entry(&event.stream).or_default();
        *expected += 1;
        event.revision + 1 == *expected
    })
}

fn ids(events: &[StoredEvent]) -> HashSet<EventId> {
    events.iter().map(|e| e.id).collect()
}

fn new_event() -> NewEvent {
    event(Uuid::new_v4().as_u128())
}

/// Appends `event`, again and again until the log says yes or that it knows better.
async fn persist(
    log: &dyn LogWriter,
    stream: &StreamName,
    expected: ExpectedRevision,
    event: NewEvent,
) -> Appended {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        match log.append(stream, expected, vec![event.clone()]).await {
            Ok(appended) => return appended,
            Err(AppendError::Unavailable(_)) if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(refusal) => panic!("{refusal:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn engines_that_append_at_once_share_one_dense_order_and_exact_revisions() {
    let url = Cluster::shared().new_log();
    let logs = join_all((0..3).map(|_| opened(&url))).await;
    let following: Vec<_> = logs.iter().map(|log| log.subscribe_all(None)).collect();
    let writers = (0..24).map(|n| {
        let log = logs[n % 3].clone();
        tokio::spawn(async move {
            // Two streams of its own, and one that all fight for.
            let (own, shared) = (stream(&format!("own-{n}")), stream("shared"));
            let (mut written, mut seen) = (Vec::new(), None);
            for round in 0..30_u64 {
                let answer = log.append(
                    &own,
                    ExpectedRevision::after(round.checked_sub(1)),
                    vec![new_event()],
                );
                written.push(answer.await.unwrap().position);
                match log
                    .append(
                        &shared,
                        ExpectedRevision::after(seen),
                        vec![new_event(), new_event()],
                    )
                    .await
                {
                    Ok(appended) => {
                        written.extend([appended.position]);
                        seen = Some(appended.last_revision);
                    }
                    Err(AppendError::WrongExpectedRevision { actual, .. }) => seen = actual,
                    Err(refusal) => panic!("{refusal:?}"),
                }
            }
            written
        })
    });
    let written: Vec<Vec<Position>> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
    let stored = everything(&*logs[0]).await;
    assert!(dense(&stored) && exact(&stored));
    assert_eq!(ids(&stored).len(), stored.len());
    let positions: HashSet<Position> = stored.iter().map(|e| e.position).collect();
    assert!(written.iter().flatten().all(|at| positions.contains(at)));
    assert!(stored.len() > 24 * 30);
    for following in following {
        let delivered: Vec<_> = following.take(stored.len()).map(Result::unwrap).collect().await;
        assert_eq!(delivered, stored);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_killed_under_load_loses_and_doubles_nothing() {
    let cluster = Cluster::start();
    let url = cluster.new_log();
    let (log, other) = (opened(&url).await, opened(&url).await);
    let following = tokio::spawn(follow_through(other.clone(), 8 * 150));
    let writers = (0..8).map(|n| {
        let log = if n % 2 == 0 { log.clone() } else { other.clone() };
        tokio::spawn(async move {
            let name = stream(&format!("s{n}"));
            let mut acknowledged = Vec::new();
            for round in 0..150_u64 {
                let expected = ExpectedRevision::after(round.checked_sub(1));
                let event = new_event();
                let appended = persist(&*log, &name, expected, event.clone()).await;
                assert_eq!(appended.last_revision, round);
                acknowledged.push((appended.position, event.id));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            acknowledged
        })
    });
    let writers: Vec<_> = writers.collect();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        tokio::task::block_in_place(|| {
            cluster.kill();
            cluster.start_again();
        });
    }
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    acknowledged.sort_unstable_by_key(|(position, _)| *position);
    let stored = everything(&*log).await;
    let seen: Vec<_> = stored.iter().map(|e| (e.position, e.id)).collect();
    assert_eq!(seen, acknowledged);
    assert!(dense(&stored) && exact(&stored));
    assert_eq!(following.await.unwrap(), stored);
}

/// Follows the log until it has `count` events, subscribing again after the last one whenever the
/// subscription breaks.
async fn follow_through(log: Arc<dyn LogWriter>, count: usize) -> Vec<StoredEvent> {
    let mut seen: Vec<StoredEvent> = Vec::new();
    while seen.len() < count {
        let mut following = log.subscribe_all(seen.last().map(|e| e.position));
        while seen.len() < count {
            match following.next().await {
                Some(Ok(event)) => seen.push(event),
                Some(Err(ReadError::Unavailable(_))) => break,
                other => panic!("{other:?}"),
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_waits_for_a_server_that_starts_later() {
    let cluster = Cluster::start();
    let url = cluster.new_log();
    cluster.stop();
    let refusal = open(&url, Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::Unavailable(_)), "{refusal}");
    let patient = Options {
        wait: TIMEOUT,
        ..Options::without_keys()
    };
    let opening = tokio::spawn({
        let url = url.clone();
        async move { open(&url, patient).await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    tokio::task::block_in_place(|| cluster.start_again());
    let log = opening.await.unwrap();
    log.append(&stream("s"), NoStream, vec![event(1)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_server_is_away_the_log_is_unavailable_and_afterwards_it_is_as_before() {
    let cluster = Cluster::start();
    let log = opened(&format!("{}&timeout=2", cluster.new_log())).await;
    log.append(&stream("s"), NoStream, vec![event(1)]).await.unwrap();
    tokio::task::block_in_place(|| cluster.stop());
    let refusal = log.append(&stream("s"), Exact(0), vec![event(2)]).await;
    assert!(matches!(refusal, Err(AppendError::Unavailable(_))), "{refusal:?}");
    assert!(matches!(log.head().await, Err(ReadError::Unavailable(_))));
    assert!(matches!(
        log.read_all(None, 10).await,
        Err(ReadError::Unavailable(_))
    ));
    tokio::task::block_in_place(|| cluster.start_again());
    // Without a failed call in between: the first group finds its connection broken and takes
    // another.
    log.append(&stream("s"), Exact(0), vec![event(2)]).await.unwrap();
    assert_eq!(everything(&*log).await.len(), 2);
    tokio::task::block_in_place(|| {
        cluster.stop();
        cluster.start_again();
    });
    log.append(&stream("s"), Exact(1), vec![event(3)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_is_unavailable_in_time_and_nothing_of_it_is_stored_twice() {
    let cluster = Cluster::start();
    let log = opened(&format!("{}&timeout=1", cluster.new_log())).await;
    log.append(&stream("s"), NoStream, vec![event(1)]).await.unwrap();
    let mut following = log.subscribe_all(None);
    following.next().await.unwrap().unwrap();
    tokio::task::block_in_place(|| cluster.hang(true));
    let begun = Instant::now();
    let refusal = log.append(&stream("s"), Exact(0), vec![event(2)]).await;
    assert!(matches!(refusal, Err(AppendError::Unavailable(_))), "{refusal:?}");
    assert!(matches!(log.head().await, Err(ReadError::Unavailable(_))));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    tokio::task::block_in_place(|| cluster.hang(false));
    persist(&*log, &stream("s"), Exact(0), event(2)).await;
    let delivered = tokio::time::timeout(TIMEOUT, following.next()).await.unwrap();
    let delivered = match delivered.unwrap() {
        Ok(event) => event,
        // It was asking just then.
        Err(_) => log
            .subscribe_all(Some(Position::single(1)))
            .next()
            .await
            .unwrap()
            .unwrap(),
    };
    assert_eq!(delivered.id, event(2).id);
    assert_eq!(everything(&*log).await.len(), 2);
}

#[tokio::test]
async fn an_append_whose_notification_is_lost_is_delivered_by_looking() {
    let cluster = Cluster::shared();
    let url = cluster.new_log();
    let log = opened(&url).await;
    log.append(&stream("s"), NoStream, vec![event(1)]).await.unwrap();
    let mut following = log.subscribe_all(None);
    assert_eq!(following.next().await.unwrap().unwrap().id, event(1).id);
    // As another node would append, but for the notification.
    cluster.sql(&format!(
        "INSERT INTO {0}.events SELECT 2, stream_id, 1, tenant_id, '{1}', recorded_at, schema, type, digest, context,
             payload FROM {0}.events",
        schema(&url),
        Uuid::from_u128(2),
    ));
    let delivered = tokio::time::timeout(TIMEOUT, following.next()).await.unwrap();
    assert_eq!(delivered.unwrap().unwrap().id, event(2).id);
}

#[tokio::test]
async fn a_subscription_outlives_the_connection_that_listens() {
    let cluster = Cluster::shared();
    let url = cluster.new_log();
    let (log, other) = (opened(&url).await, opened(&url).await);
    let mut following = log.subscribe_all(None);
    for n in 0..5_u64 {
        let expected = ExpectedRevision::after(n.checked_sub(1));
        cluster.sql(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'listen \"{0}\"' OR query LIKE 'SELECT max(position)%'",
            schema(&url)
        ));
        other
            .append(&stream("s"), expected, vec![event(u128::from(n))])
            .await
            .unwrap();
        let delivered = tokio::time::timeout(TIMEOUT, following.next()).await.unwrap();
        assert_eq!(delivered.unwrap().unwrap().revision, n);
    }
}

#[tokio::test]
async fn another_nodes_append_is_delivered_long_before_the_next_look() {
    let url = Cluster::shared().new_log();
    let (log, other) = (opened(&url).await, opened(&url).await);
    let mut following = log.subscribe_all(None);
    let mut quickest = Duration::MAX;
    for n in 0..5_u64 {
        let expected = ExpectedRevision::after(n.checked_sub(1));
        other
            .append(&stream("s"), expected, vec![event(u128::from(n))])
            .await
            .unwrap();
        let answered = Instant::now();
        following.next().await.unwrap().unwrap();
        quickest = quickest.min(answered.elapsed());
    }
    assert!(quickest < Duration::from_millis(500), "{quickest:?}");
}

/// As if another program refused some rows: a constraint that is only checked at the commit.
#[tokio::test]
async fn of_a_group_only_the_append_that_the_server_refuses_fails() {
    let cluster = Cluster::shared();
    let url = cluster.new_log();
    let log = opened(&url).await;
    cluster.sql(&format!(
        "SET search_path = {};
         CREATE TABLE there (id integer PRIMARY KEY);
         CREATE TABLE missing (id integer REFERENCES there DEFERRABLE INITIALLY DEFERRED);
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN INSERT INTO missing VALUES (1); RETURN new; END $$;
         CREATE TRIGGER fail BEFORE INSERT ON events FOR EACH ROW WHEN (new.type = 'test.fail') EXECUTE FUNCTION fail();
         ALTER FUNCTION fail() SET search_path = {0};",
        schema(&url)
    ));
    let streams: Vec<_> = (0..40).map(|n| stream(&format!("failing{n}"))).collect();
    let appends = (0_u128..).zip(&streams).map(|(n, stream)| {
        let event_type = if n % 8 == 5 { "test.fail" } else { "test.noted" };
        log.append(stream, NoStream, vec![typed(100 + n, event_type)])
    });
    for (n, answer) in join_all(appends).await.into_iter().enumerate() {
        assert_eq!(answer.is_ok(), n % 8 != 5, "{answer:?}");
    }
    let stored = everything(&*log).await;
    assert!(dense(&stored) && stored.len() == 35);
}

#[tokio::test]
async fn a_log_opened_again_has_the_same_events_and_recognises_a_repeat() {
    let url = Cluster::shared().new_log();
    let log = opened(&url).await;
    log.append(&stream("s"), NoStream, vec![event(1), event(2)])
        .await
        .unwrap();
    let before = everything(&*log).await;
    drop(log);
    let log = opened(&url).await;
    assert_eq!(everything(&*log).await, before);
    let again = log
        .append(&stream("s"), NoStream, vec![event(1), event(2)])
        .await
        .unwrap();
    assert!(again.already);
    let elsewhere = log.append(&stream("t"), NoStream, vec![event(3), event(1)]).await;
    assert!(matches!(elsewhere, Err(AppendError::Invalid(_))), "{elsewhere:?}");
}

#[tokio::test]
async fn nodes_that_start_together_make_one_log() {
    let url = Cluster::shared().new_log();
    let logs = join_all((0..6).map(|_| opened(&url))).await;
    for (n, log) in (0_u128..).zip(&logs) {
        log.append(&stream(&format!("s{n}")), NoStream, vec![event(n)])
            .await
            .unwrap();
    }
    assert!(dense(&everything(&*logs[0]).await));
}

#[tokio::test]
async fn a_reader_sees_and_follows_and_cannot_write() {
    let url = Cluster::shared().new_log();
    assert!(matches!(
        open_read_only(&url, Arc::new(NoKeys)).await.err().unwrap(),
        OpenError::NotALog { .. }
    ));
    let log = opened(&url).await;
    log.append(&stream("s"), NoStream, vec![event(1)]).await.unwrap();
    let beside = open_read_only(&url, Arc::new(NoKeys)).await.unwrap();
    let mut following = beside.subscribe_all(None).skip(1);
    log.append(&stream("s"), Exact(0), vec![event(2)]).await.unwrap();
    assert_eq!(following.next().await.unwrap().unwrap().id, event(2).id);
}

#[tokio::test]
async fn a_schema_of_another_program_or_a_newer_version_or_with_a_hole_is_refused() {
    let cluster = Cluster::shared();
    let url = cluster.new_log();
    cluster.sql(&format!(
        "CREATE SCHEMA {0}; CREATE TABLE {0}.accounts (id integer)",
        schema(&url)
    ));
    let refusal = open(&url, Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::NotALog { .. }), "{refusal}");

    let url = cluster.new_log();
    let log = opened(&url).await;
    log.append(&stream("s"), NoStream, vec![event(1), event(2), event(3)])
        .await
        .unwrap();
    cluster.sql(&format!(
        "INSERT INTO {}.tally_log_format VALUES (99)",
        schema(&url)
    ));
    let refusal = open(&url, Options::without_keys()).await.err().unwrap();
    assert!(
        matches!(refusal, OpenError::OtherFormat { found: 99, .. }),
        "{refusal}"
    );

    cluster.sql(&format!(
        "SET search_path = {}; DELETE FROM tally_log_format WHERE format = 99;
         ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE position = 2",
        schema(&url)
    ));
    let refusal = open(&url, Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::Damaged { .. }), "{refusal}");
}

#[tokio::test]
async fn a_log_from_before_formats_had_a_number_is_refused() {
    let cluster = Cluster::shared();
    let url = cluster.new_log();
    cluster.sql(&format!(
        "CREATE SCHEMA {0}; CREATE TABLE {0}.tally_log_version (version integer);
         CREATE TABLE {0}.events (position bigint)",
        schema(&url)
    ));
    for refusal in [
        open(&url, Options::without_keys()).await.err().unwrap(),
        open_read_only(&url, Arc::new(NoKeys)).await.err().unwrap(),
    ] {
        assert!(
            matches!(
                refusal,
                OpenError::OtherFormat {
                    found: 1,
                    known: 2,
                    ..
                }
            ),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn the_tables_refuse_to_change_or_forget_an_event() {
    let cluster = Cluster::shared();
    let url = cluster.new_log();
    let log = opened(&url).await;
    log.append(&stream("s"), NoStream, vec![event(1)]).await.unwrap();
    for change in [
        "UPDATE events SET payload = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM streams",
    ] {
        let tried = format!(
            "SET search_path = {}; DO $$ BEGIN {change}; RAISE 'it was let through'; EXCEPTION WHEN raise_exception THEN
             IF sqlerrm = 'it was let through' THEN RAISE; END IF; END $$",
            schema(&url)
        );
        cluster.sql(&tried);
    }
    assert_eq!(everything(&*log).await.len(), 1);
}

/// A role may be set to acknowledge commits early, and a database to another isolation; the
/// engine's promises do not hang on either.
#[tokio::test]
async fn settings_of_the_role_do_not_weaken_the_promises() {
    let cluster = Cluster::start();
    cluster.sql(
        "ALTER ROLE postgres SET synchronous_commit = off;
         ALTER ROLE postgres SET default_transaction_isolation = 'serializable'",
    );
    let url = cluster.new_log();
    let logs = join_all((0..2).map(|_| opened(&url))).await;
    let appends = (0..40).map(|n| {
        let log = logs[n % 2].clone();
        async move {
            log.append(&stream(&format!("s{n}")), NoStream, vec![new_event()])
                .await
        }
    });
    let answered: Vec<_> = join_all(appends).await.into_iter().map(Result::unwrap).collect();
    cluster.kill();
    cluster.start_again();
    let stored = everything(&*opened(&url).await).await;
    assert_eq!(stored.len(), answered.len());
    assert!(dense(&stored));
}
