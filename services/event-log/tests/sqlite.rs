//! What is promised of the SQLite file beyond the contract.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::future::join_all;
use rusqlite::Connection;
use support::{event, stream, typed};
use tally_domain::{Clock, EventId};
use tally_event_log::ExpectedRevision::{Exact, NoStream};
use tally_event_log::{
    AnswerStored, AppendError, LogReader, LogWriter, NoKeys, OpenError, Options, StoredEvent, contract, open,
    open_read_only,
};
use tempfile::TempDir;
use uuid::Uuid;

struct TestFolder {
    folder: TempDir,
}

impl TestFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("log.db")
    }

    fn url(&self) -> String {
        url(&self.file())
    }

    async fn open(&self) -> Arc<dyn LogWriter> {
        open(&self.url(), Options::without_keys()).await.unwrap()
    }

    /// As an operator with a database tool would.
    fn tamper(&self, sql: &str) {
        Connection::open(self.file()).unwrap().execute_batch(sql).unwrap();
    }
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

async fn everything(log: &dyn LogReader) -> Vec<StoredEvent> {
    log.read_all(None, 10_000).await.unwrap()
}

async fn append_some(log: &dyn LogWriter, first: u128, count: u128) {
    for n in first..first + count {
        let name = stream(&format!("s{}", n % 3));
        let expected = (n / 3).checked_sub(1).map_or(NoStream, |r| Exact(r as u64));
        log.append(&name, expected, vec![event(n)]).await.unwrap();
    }
}

#[tokio::test]
async fn a_log_opened_again_has_the_same_events_and_goes_on_after_them() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 30).await;
    let before = everything(&*log).await;
    drop(log);
    let log = folder.open().await;
    assert_eq!(everything(&*log).await, before);
    assert_eq!(log.head().await.unwrap(), before.last().map(|e| e.position));
    append_some(&*log, 30, 3).await;
    let positions: Vec<u64> = everything(&*log)
        .await
        .iter()
        .map(|e| e.position.commit)
        .collect();
    assert_eq!(positions, (1..=33).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_append_is_recognised_as_a_repeat_after_the_log_was_opened_again() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 6).await;
    drop(log);
    let log = folder.open().await;
    let again = log.append(&stream("s0"), NoStream, vec![event(0)]).await.unwrap();
    assert!(again.already);
}

/// What a crash leaves behind is the file and its write-ahead log as they are at that moment.
#[tokio::test]
async fn an_answered_append_stands_in_a_copy_of_the_files_taken_at_once() {
    let (folder, copy) = (TestFolder::new(), TestFolder::new());
    let log = folder.open().await;
    for n in 0..20 {
        append_some(&*log, n * 3, 3).await;
        for suffix in ["", "-wal"] {
            let name = format!("log.db{suffix}");
            fs::copy(folder.folder.path().join(&name), copy.folder.path().join(&name)).unwrap();
        }
        let survived = copy.open().await;
        assert_eq!(everything(&*survived).await, everything(&*log).await);
    }
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_is_gone() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    let indirect = folder.folder.path().join(".").join("log.db");
    for url in [folder.url(), url(&indirect)] {
        let refusal = open(&url, Options::without_keys()).await.err().unwrap();
        assert!(matches!(refusal, OpenError::InUse { .. }), "{refusal}");
    }
    drop(log);
    folder.open().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_writer_is_refused_also_by_another_name_of_the_file() {
    let folder = TestFolder::new();
    let _log = folder.open().await;
    let link = folder.folder.path().join("link.db");
    std::os::unix::fs::symlink(folder.file(), &link).unwrap();
    let refusal = open(&url(&link), Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::InUse { .. }), "{refusal}");
}

#[tokio::test]
async fn a_reader_beside_the_writer_sees_and_follows_its_appends_and_cannot_write() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 3).await;
    let beside = open_read_only(&folder.url(), Arc::new(NoKeys)).await.unwrap();
    assert_eq!(everything(&*beside).await, everything(&*log).await);
    let mut following = beside.subscribe_all(None).skip(3);
    append_some(&*log, 3, 1).await;
    assert_eq!(following.next().await.unwrap().unwrap().id, event(3).id);
    assert_eq!(beside.head().await.unwrap(), log.head().await.unwrap());
}

#[tokio::test]
async fn a_reader_can_read_where_no_writer_is() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 3).await;
    drop(log);
    let alone = open_read_only(&folder.url(), Arc::new(NoKeys)).await.unwrap();
    assert_eq!(everything(&*alone).await.len(), 3);
}

#[tokio::test]
async fn subscriptions_end_when_the_log_is_dropped_with_everything_delivered() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    let following = log.subscribe_all(None);
    append_some(&*log, 0, 5).await;
    drop(log);
    assert_eq!(following.count().await, 5);
}

#[tokio::test]
async fn a_file_that_is_no_log_is_refused_and_left_as_it_is() {
    let folder = TestFolder::new();
    let content = b"This is not a database, but long enough to be one. ".repeat(40);
    fs::write(folder.file(), &content).unwrap();
    let refusal = open(&folder.url(), Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::NotALog { .. }), "{refusal}");
    assert_eq!(fs::read(folder.file()).unwrap(), content);
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let folder = TestFolder::new();
    folder.tamper("CREATE TABLE accounts (id INTEGER)");
    for refusal in [
        open(&folder.url(), Options::without_keys()).await.err().unwrap(),
        open_read_only(&folder.url(), Arc::new(NoKeys))
            .await
            .err()
            .unwrap(),
    ] {
        assert!(matches!(refusal, OpenError::NotALog { .. }), "{refusal}");
    }
}

#[tokio::test]
async fn a_log_of_a_newer_format_is_refused() {
    let folder = TestFolder::new();
    drop(folder.open().await);
    folder.tamper("PRAGMA user_version = 99");
    let refusal = open(&folder.url(), Options::without_keys()).await.err().unwrap();
    assert!(
        matches!(refusal, OpenError::OtherFormat { found: 99, .. }),
        "{refusal}"
    );
    assert!(refusal.to_string().contains("use the newer version"), "{refusal}");
}

#[tokio::test]
async fn a_log_from_before_formats_had_a_number_is_refused_with_what_to_do() {
    let folder = TestFolder::new();
    folder.tamper(
        "PRAGMA application_id = 0x544C4C59;
         CREATE TABLE schema_version (version INTEGER PRIMARY KEY); INSERT INTO schema_version VALUES (1);
         CREATE TABLE events (position INTEGER PRIMARY KEY);",
    );
    for refusal in [
        open(&folder.url(), Options::without_keys()).await.err().unwrap(),
        open_read_only(&folder.url(), Arc::new(NoKeys))
            .await
            .err()
            .unwrap(),
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
        assert!(
            refusal.to_string().contains("start with an empty log"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn a_log_with_a_hole_in_it_is_refused() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 9).await;
    drop(log);
    folder.tamper("DROP TRIGGER events_are_not_deleted; DELETE FROM events WHERE position = 5;");
    let refusal = open(&folder.url(), Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::Damaged { .. }), "{refusal}");
}

#[tokio::test]
async fn a_log_with_overwritten_pages_is_refused() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 300).await;
    drop(log);
    let mut bytes = fs::read(folder.file()).unwrap();
    let end = bytes.len();
    bytes[end / 2..end / 2 + 8192].fill(0xA5);
    fs::write(folder.file(), bytes).unwrap();
    let refusal = open(&folder.url(), Options::without_keys()).await.err().unwrap();
    assert!(matches!(refusal, OpenError::Damaged { .. }), "{refusal}");
}

#[tokio::test]
async fn the_file_itself_refuses_to_change_or_forget_an_event() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 3).await;
    let tool = Connection::open(folder.file()).unwrap();
    assert!(tool.execute("UPDATE events SET payload = '{}'", []).is_err());
    assert!(tool.execute("DELETE FROM events", []).is_err());
    assert_eq!(everything(&*log).await.len(), 3);
}

#[tokio::test]
async fn an_id_that_stands_in_another_stream_is_refused() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    log.append(&stream("one"), NoStream, vec![event(1)])
        .await
        .unwrap();
    let refusal = log
        .append(&stream("two"), NoStream, vec![event(2), event(1)])
        .await;
    assert!(matches!(refusal, Err(AppendError::Invalid(_))), "{refusal:?}");
    assert_eq!(everything(&*log).await.len(), 1);
}

#[tokio::test]
async fn events_are_recorded_at_the_time_the_clock_says() {
    let folder = TestFolder::new();
    let then: DateTime<Utc> = "2024-02-29T12:00:00.000001Z".parse().unwrap();
    let options = Options {
        clock: Clock::from_fn(move || then),
        ..Options::without_keys()
    };
    let log = open(&folder.url(), options).await.unwrap();
    append_some(&*log, 0, 2).await;
    assert!(everything(&*log).await.iter().all(|e| e.recorded_at == then));
}

/// A failure of the disk at the commit, brought about by a constraint that is only checked there.
#[tokio::test]
async fn no_append_of_a_commit_that_failed_is_answered_as_stored_and_the_writer_goes_on() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 3).await;
    folder.tamper(
        "CREATE TABLE there (id INTEGER PRIMARY KEY);
         CREATE TABLE missing (id INTEGER REFERENCES there (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER fail AFTER INSERT ON events WHEN new.type = 'test.fail'
         BEGIN INSERT INTO missing VALUES (1); END;",
    );
    let streams: Vec<_> = (0..40).map(|n| stream(&format!("failing{n}"))).collect();
    let appends = (0_u128..).zip(&streams).map(|(n, stream)| {
        let event_type = if n % 8 == 5 { "test.fail" } else { "test.noted" };
        log.append(stream, NoStream, vec![typed(100 + n, event_type)])
    });
    let answers = join_all(appends).await;
    for (n, (answer, stream)) in answers.iter().zip(&streams).enumerate() {
        let stored = log.read_stream(stream, 0, 10).await.unwrap().len();
        assert_eq!(stored, usize::from(answer.is_ok()), "{stream}: {answer:?}");
        let unavailable = matches!(answer, Err(AppendError::Unavailable(_)));
        assert!(answer.is_ok() || unavailable, "{answer:?}");
        assert!(unavailable || n % 8 != 5, "{answer:?}");
    }
    append_some(&*log, 3, 3).await;
    let positions: Vec<u64> = everything(&*log)
        .await
        .iter()
        .map(|e| e.position.commit)
        .collect();
    assert_eq!(positions, (1..=positions.len() as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_keeps_the_contract_a_second_time_in_another_scratch_area() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    for scratch in ["first", "second"] {
        let summary = contract::check(&*log, scratch, &mut |_, _| {}).await;
        assert_eq!(summary.broken, 0);
    }
}

#[tokio::test]
async fn answers_that_are_too_old_go_with_new_ones_and_the_others_stay() {
    let folder = TestFolder::new();
    let hours = Arc::new(AtomicI64::new(0));
    let clock = {
        let hours = hours.clone();
        Clock::from_fn(move || DateTime::UNIX_EPOCH + TimeDelta::hours(hours.load(Ordering::SeqCst)))
    };
    let options = Options {
        clock,
        ..Options::without_keys()
    };
    let log = open(&folder.url(), options).await.unwrap();
    let store = async |n: u128| {
        let id = EventId(Uuid::from_u128(n));
        log.answers()
            .store_answer(&stream("a"), id, b"{}".to_vec())
            .await
            .unwrap()
    };
    let count = || -> u64 {
        let tool = Connection::open(folder.file()).unwrap();
        tool.query_row("SELECT count(*) FROM answers", [], |row| row.get(0))
            .unwrap()
    };
    for n in 0..40 {
        store(n).await;
    }
    hours.store(47, Ordering::SeqCst);
    store(40).await;
    assert_eq!(count(), 41);
    hours.store(49, Ordering::SeqCst);
    let counts: Vec<u64> = {
        let mut counts = vec![];
        for n in 41..45 {
            store(n).await;
            counts.push(count());
        }
        counts
    };
    assert_eq!(
        counts,
        [26, 11, 4, 5],
        "at most 16 at once, and none that is younger"
    );
}

#[tokio::test]
async fn a_log_from_before_answers_were_remembered_remembers_them_once_it_is_opened() {
    let folder = TestFolder::new();
    let log = folder.open().await;
    append_some(&*log, 0, 3).await;
    drop(log);
    folder.tamper("DROP TABLE answers");
    let log = folder.open().await;
    let id = EventId(Uuid::from_u128(77));
    let stored = log.answers().store_answer(&stream("a"), id, b"{}".to_vec()).await;
    assert_eq!(stored.unwrap(), AnswerStored::Now);
    assert_eq!(everything(&*log).await.len(), 3);
}
