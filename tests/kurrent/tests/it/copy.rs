//! A log copied to a cluster and back is the same log.

use std::path::Path;
use std::sync::Arc;

use tally_event_log::copy::{Copied, CopyError, copy, verify};
use tally_event_log::{ExpectedRevision, NoKeys, Options, StoredEvent, open, open_read_only};
use tally_kurrent_double::Cluster;

use crate::support::{append, event, everything, opened, short_timeouts, stream};

async fn log_of(url: &str, count: u128) {
    let log = open(url, Options::without_keys()).await.unwrap();
    for n in 0..count {
        let last = (n / 7).checked_sub(1).map(|r| r as u64);
        append(&*log, &format!("s{}", n % 7), last, n..n + 1).await;
    }
}

fn url(folder: &Path, name: &str) -> String {
    format!("sqlite:{}", folder.join(name).display())
}

async fn content(url: &str) -> Vec<StoredEvent> {
    everything(&*open_read_only(url, Arc::new(NoKeys)).await.unwrap()).await
}

async fn copied(from: &str, to: &str) -> Result<Copied, CopyError> {
    copy(from, to, &mut |_| {}).await
}

/// Copies, and is stopped after so many batches, as by a kill.
async fn copy_stopped_after(from: &str, to: &str, batches: usize) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (mut left, mut stop) = (batches, Some(stop));
    let mut progress = move |_| {
        left -= 1;
        if left == 0 {
            drop(stop.take());
        }
    };
    tokio::select! {
        biased;
        _ = stopped => {}
        _ = copy(from, to, &mut progress) => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_stopped_in_the_middle_and_taken_there_and_back_is_the_same() {
    let (folder, cluster) = (tempfile::tempdir().unwrap(), Cluster::start(3));
    let (from, between, back) = (
        url(folder.path(), "from.db"),
        cluster.url(),
        url(folder.path(), "back.db"),
    );
    log_of(&from, 2_200).await;
    copy_stopped_after(&from, &between, 2).await;
    let there = copied(&from, &between).await.unwrap();
    assert!(there.before >= 1_000 && there.before < 2_200, "{there:?}");
    copy_stopped_after(&between, &back, 1).await;
    let returned = copied(&between, &back).await.unwrap();
    assert_eq!((there.events, there.digest), (2_200, returned.digest));
    assert_eq!(content(&back).await, content(&from).await);
    assert_eq!(verify(&from, &between).await.unwrap().digest, there.digest);
    let again = copied(&from, &between).await.unwrap();
    assert_eq!((again.before, again.digest), (2_200, there.digest));
}

/// Numbers that a program would print otherwise, spaces, keys out of order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_are_copied_to_the_letter() {
    let (folder, cluster) = (tempfile::tempdir().unwrap(), Cluster::start(1));
    let (from, back) = (url(folder.path(), "from.db"), url(folder.path(), "back.db"));
    let log = opened(&from).await;
    let mut odd = event(0);
    odd.payload =
        serde_json::json!({ "b": 1.10, "a": 1.234_567_890_123_456_7e-300, "\u{0}": "ü\u{2028}\\\"" });
    log.append(&stream("odd"), ExpectedRevision::NoStream, vec![odd])
        .await
        .unwrap();
    drop(log);
    let there = copied(&from, &cluster.url()).await.unwrap();
    assert_eq!(copied(&cluster.url(), &back).await.unwrap().digest, there.digest);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_log_goes_on_where_the_source_ended() {
    let (folder, cluster) = (tempfile::tempdir().unwrap(), Cluster::start(1));
    let (from, to) = (url(folder.path(), "from.db"), cluster.url());
    log_of(&from, 14).await;
    copied(&from, &to).await.unwrap();
    let log = opened(&to).await;
    append(&*log, "s0", Some(1), 14..15).await;
    let repeated = log
        .append(&stream("s0"), ExpectedRevision::NoStream, vec![event(0)])
        .await;
    assert!(repeated.unwrap().already);
    let refusal = copied(&from, &to).await;
    assert!(
        matches!(refusal, Err(CopyError::Different { event: 15 })),
        "{refusal:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_with_other_appends_is_noticed() {
    let (folder, cluster) = (tempfile::tempdir().unwrap(), Cluster::start(1));
    let (from, to) = (url(folder.path(), "from.db"), cluster.url());
    log_of(&from, 1_200).await;
    let mut other = Some(opened(&to).await);
    let here = tokio::runtime::Handle::current();
    let mut progress = |_| {
        let Some(log) = other.take() else { return };
        tokio::task::block_in_place(|| here.block_on(append(&*log, "x", None, 5_000..5_001)));
    };
    let refusal = copy(&from, &to, &mut progress).await;
    assert!(matches!(refusal, Err(CopyError::NotAlone)), "{refusal:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_goes_on_when_the_leader_dies() {
    let (folder, cluster) = (tempfile::tempdir().unwrap(), Cluster::start(3));
    let (from, to) = (url(folder.path(), "from.db"), short_timeouts(&cluster.url()));
    log_of(&from, 1_700).await;
    let mut kills = 0;
    let mut progress = |_| {
        if kills < 2 {
            let leader = cluster.leader();
            cluster.kill(leader);
            cluster.start_node(leader);
            kills += 1;
        }
    };
    let copied = copy(&from, &to, &mut progress).await.unwrap();
    assert_eq!((copied.events, kills), (1_700, 2));
    drop(open_read_only(&to, Arc::new(NoKeys)).await.unwrap());
    let same = |events: Vec<StoredEvent>| -> Vec<_> {
        events
            .into_iter()
            .map(|e| (e.id, e.stream, e.revision, e.recorded_at))
            .collect()
    };
    assert_eq!(same(content(&to).await), same(content(&from).await));
}
