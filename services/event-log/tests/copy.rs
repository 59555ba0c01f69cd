//! A copied log is the same log.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};
use support::{event, stream};
use tally_domain::Position;
use tally_event_log::ExpectedRevision::{self, NoStream};
use tally_event_log::copy::{CopyError, Which, copy, verify};
use tally_event_log::{LogWriter, NoKeys, OpenError, Options, StoredEvent, open, open_read_only};
use tempfile::TempDir;

struct TestFolder {
    folder: TempDir,
}

impl TestFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, name: &str) -> String {
        format!("sqlite:{}", self.file(name).display())
    }
}

async fn append_some(log: &dyn LogWriter, first: u128, count: u128) {
    for n in first..first + count {
        let expected = ExpectedRevision::after((n / 7).checked_sub(1).map(|r| r as u64));
        let name = stream(&format!("s{}", n % 7));
        log.append(&name, expected, vec![event(n)]).await.unwrap();
    }
}

async fn log_of(url: &str, count: u128) {
    let log = open(url, Options::without_keys()).await.unwrap();
    append_some(&*log, 0, count).await;
}

async fn everything(url: &str) -> Vec<StoredEvent> {
    let log = open_read_only(url, Arc::new(NoKeys)).await.unwrap();
    log.read_all(None, 100_000).await.unwrap()
}

/// The texts as they are stored, which reading through the port does not show.
fn texts(file: &Path) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection
        .prepare("SELECT context, payload, digest FROM events ORDER BY position")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_copy_has_the_same_events_at_the_same_places_and_times() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 2_500).await;
    let mut reported = Vec::new();
    let copied = copy(&from, &to, &mut |events| reported.push(events))
        .await
        .unwrap();
    assert_eq!(
        (copied.events, copied.before, copied.up_to),
        (2_500, 0, copied.head)
    );
    assert_eq!(reported, [500, 1_000, 1_500, 2_000, 2_500]);
    assert_eq!(everything(&to).await, everything(&from).await);
    assert_eq!(verify(&from, &to).await.unwrap().digest, copied.digest);
    let again = copy(&from, &to, &mut |_| {}).await.unwrap();
    assert_eq!(
        (again.events, again.before, again.digest),
        (2_500, 2_500, copied.digest)
    );
}

#[tokio::test]
async fn an_empty_log_is_copied_too() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 0).await;
    let copied = copy(&from, &to, &mut |_| {}).await.unwrap();
    assert_eq!((copied.events, copied.up_to, copied.head), (0, None, None));
}

#[tokio::test]
async fn a_log_in_use_is_copied_up_to_where_it_was_and_again_to_where_it_is() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    let log = open(&from, Options::without_keys()).await.unwrap();
    append_some(&*log, 0, 100).await;
    let first = copy(&from, &to, &mut |_| {}).await.unwrap();
    append_some(&*log, 100, 50).await;
    let behind = verify(&from, &to).await.unwrap();
    assert!(behind.up_to == first.up_to && behind.up_to < behind.head);
    let second = copy(&from, &to, &mut |_| {}).await.unwrap();
    assert_eq!((second.events, second.before), (150, 100));
}

#[tokio::test]
async fn a_target_that_holds_something_else_is_refused_and_left_as_it_is() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 10).await;
    let other = open(&to, Options::without_keys()).await.unwrap();
    append_some(&*other, 0, 3).await;
    other
        .append(&stream("other"), NoStream, vec![event(99)])
        .await
        .unwrap();
    drop(other);
    let before = everything(&to).await;
    for refusal in [copy(&from, &to, &mut |_| {}).await, verify(&from, &to).await] {
        // Its first events were recorded at another time already.
        assert!(
            matches!(refusal, Err(CopyError::Different { event: 1 })),
            "{refusal:?}"
        );
    }
    assert_eq!(everything(&to).await, before);
}

#[tokio::test]
async fn a_target_that_holds_more_or_is_in_use_is_refused() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 10).await;
    copy(&from, &to, &mut |_| {}).await.unwrap();
    let log = open(&to, Options::without_keys()).await.unwrap();
    let refusal = copy(&from, &to, &mut |_| {}).await;
    let in_use = matches!(
        refusal,
        Err(CopyError::Open {
            which: Which::Target,
            cause: OpenError::InUse { .. }
        })
    );
    assert!(in_use, "{refusal:?}");
    append_some(&*log, 10, 1).await;
    drop(log);
    let refusal = copy(&from, &to, &mut |_| {}).await;
    assert!(
        matches!(refusal, Err(CopyError::Different { event: 11 })),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn a_target_that_was_tampered_with_is_found_out() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 10).await;
    copy(&from, &to, &mut |_| {}).await.unwrap();
    let tool = Connection::open(folder.file("to.db")).unwrap();
    tool.execute_batch(
        "DROP TRIGGER events_are_not_changed; UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 7;",
    )
    .unwrap();
    drop(tool);
    let refusal = verify(&from, &to).await;
    assert!(
        matches!(refusal, Err(CopyError::Different { event: 7 })),
        "{refusal:?}"
    );
}

/// Numbers that a program would print otherwise, spaces, keys out of order: a hash over what is
/// stored must still be right.
#[tokio::test]
async fn texts_are_copied_to_the_letter() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 1).await;
    let tool = Connection::open(folder.file("from.db")).unwrap();
    let odd = r#"{ "b": 1.10, "a": 123456789012345678901234567890.5e-3,  "b": "\u00fc\u0000" }"#;
    insert_after_first(&tool, odd);
    drop(tool);
    copy(&from, &to, &mut |_| {}).await.unwrap();
    assert_eq!(texts(&folder.file("to.db")), texts(&folder.file("from.db")));
    {
        let (between, back) = (
            support::postgres::Cluster::shared().new_log(),
            folder.url("back.db"),
        );
        copy(&from, &between, &mut |_| {}).await.unwrap();
        copy(&between, &back, &mut |_| {}).await.unwrap();
        assert_eq!(texts(&folder.file("back.db")), texts(&folder.file("from.db")));
    }
}

/// Inserts an event with this payload after the one event that is there, with the digest that the
/// documents give it.
fn insert_after_first(tool: &Connection, payload: &str) {
    let sql = "SELECT digest, s.name, type, schema, recorded_at, context FROM events e JOIN streams s ON s.id = stream_id";
    let (before, stream, event_type, schema, micros, context) = tool
        .query_row(sql, [], |row| {
            let numbers: (u16, i64) = (row.get(3)?, row.get(4)?);
            let texts: [String; 3] = [row.get(1)?, row.get(2)?, row.get(5)?];
            let [stream, event_type, context] = texts;
            Ok((
                row.get::<_, [u8; 32]>(0)?,
                stream,
                event_type,
                numbers.0,
                numbers.1,
                context,
            ))
        })
        .unwrap();
    let id = uuid::Uuid::from_u128(77);
    let mut digest = Sha256::new();
    for field in [
        before.as_slice(),
        id.as_bytes(),
        stream.as_bytes(),
        &1_u64.to_be_bytes(),
        event_type.as_bytes(),
        &schema.to_be_bytes(),
        &micros.to_be_bytes(),
        context.as_bytes(),
        payload.as_bytes(),
    ] {
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field);
    }
    let digest: [u8; 32] = digest.finalize().into();
    tool.execute(
        "INSERT INTO events SELECT 2, stream_id, 1, ?1, tenant_id, type, schema, recorded_at, ?2, context, ?3
         FROM events",
        params![id.as_bytes(), digest, payload.as_bytes()],
    )
    .unwrap();
}

#[tokio::test]
async fn a_source_whose_events_were_altered_moved_or_exchanged_is_not_copied() {
    for change in [
        "UPDATE events SET payload = CAST('{\"n\":\"8\"}' AS BLOB) WHERE position = 7",
        "UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 7",
        "UPDATE events SET context = replace(context, 'operator', 'app') WHERE position = 7",
        "UPDATE events SET digest = zeroblob(32) WHERE position = 7",
        "UPDATE events SET revision = 5 WHERE position = 7",
        "UPDATE streams SET name = 'other' WHERE id = 7",
    ] {
        let folder = TestFolder::new();
        let (from, to) = (folder.url("from.db"), folder.url("to.db"));
        log_of(&from, 7).await;
        let tool = Connection::open(folder.file("from.db")).unwrap();
        tool.execute_batch(&format!("DROP TRIGGER events_are_not_changed; {change};"))
            .unwrap();
        drop(tool);
        let refusal = copy(&from, &to, &mut |_| {}).await;
        assert!(
            matches!(&refusal, Err(CopyError::Altered(damage)) if damage.position == Position::single(7)),
            "{change}: {refusal:?}"
        );
    }
}

#[tokio::test]
async fn a_source_that_lacks_the_last_event_of_a_stream_is_not_copied() {
    let folder = TestFolder::new();
    let (from, to) = (folder.url("from.db"), folder.url("to.db"));
    log_of(&from, 10).await;
    let tool = Connection::open(folder.file("from.db")).unwrap();
    tool.execute_batch("DROP TRIGGER events_are_not_deleted; DELETE FROM events WHERE position = 7;")
        .unwrap();
    drop(tool);
    let refusal = copy(&from, &to, &mut |_| {}).await;
    let missing = matches!(refusal, Err(CopyError::Missing(at)) if at == Position::single(7));
    assert!(missing, "{refusal:?}");
}

/// Copies, and is stopped after so many batches, as by a kill: what was not committed is lost.
async fn copy_stopped_after(from: &str, to: &str, batches: usize) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (mut left, mut stop) = (batches, Some(stop));
    let mut progress = move |_| {
        left = left.saturating_sub(1);
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

mod postgres {
    use proptest::prelude::*;

    use super::*;
    use crate::support::postgres::Cluster;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_log_stopped_in_the_middle_and_taken_there_and_back_is_the_same() {
        let folder = TestFolder::new();
        let (from, back) = (folder.url("from.db"), folder.url("back.db"));
        let between = Cluster::shared().new_log();
        log_of(&from, 4_500).await;
        copy_stopped_after(&from, &between, 2).await;
        let there = copy(&from, &between, &mut |_| {}).await.unwrap();
        assert!(there.before >= 1_000 && there.before < 4_500, "{there:?}");
        copy_stopped_after(&between, &back, 1).await;
        let returned = copy(&between, &back, &mut |_| {}).await.unwrap();
        assert_eq!(returned.digest, there.digest);
        assert_eq!(everything(&back).await, everything(&from).await);
        assert_eq!(everything(&between).await, everything(&from).await);
    }

    #[tokio::test]
    async fn a_copied_log_goes_on_where_the_source_ended() {
        let folder = TestFolder::new();
        let (from, to) = (folder.url("from.db"), Cluster::shared().new_log());
        log_of(&from, 21).await;
        copy(&from, &to, &mut |_| {}).await.unwrap();
        let log = open(&to, Options::without_keys()).await.unwrap();
        append_some(&*log, 21, 14).await;
        let positions = everything(&to).await.into_iter().map(|e| e.position.commit);
        assert!(positions.eq(1..=35));
        let repeated = log.append(&stream("s0"), NoStream, vec![event(0)]).await.unwrap();
        assert!(repeated.already);
        let refusal = copy(&from, &to, &mut |_| {}).await;
        assert!(
            matches!(refusal, Err(CopyError::Different { event: 22 })),
            "{refusal:?}"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_target_with_other_appends_is_noticed() {
        let folder = TestFolder::new();
        let (from, to) = (folder.url("from.db"), Cluster::shared().new_log());
        log_of(&from, 3_000).await;
        let log = open(&to, Options::without_keys()).await.unwrap();
        let other = tokio::runtime::Handle::current();
        let mut once = Some(log);
        let mut progress = |_| {
            let Some(log) = once.take() else { return };
            tokio::task::block_in_place(|| {
                other.block_on(async {
                    log.append(&stream("x"), NoStream, vec![event(1 << 64)])
                        .await
                        .unwrap()
                })
            });
        };
        let refusal = copy(&from, &to, &mut progress).await;
        assert!(matches!(refusal, Err(CopyError::NotAlone)), "{refusal:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn any_log_stopped_anywhere_comes_back_the_same(
            appends in proptest::collection::vec((0..5_u8, 1..4_usize, any::<f64>(), ".{0,40}"), 0..60),
            batches in 0..2_usize,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(there_and_back(appends, batches));
        }
    }

    async fn there_and_back(appends: Vec<(u8, usize, f64, String)>, batches: usize) {
        let folder = TestFolder::new();
        let (from, back, between) = (
            folder.url("from.db"),
            folder.url("back.db"),
            Cluster::shared().new_log(),
        );
        let log = open(&from, Options::without_keys()).await.unwrap();
        let (mut next, mut last) = (0_u128, [None; 5]);
        for (to, count, number, text) in appends {
            let mut events = Vec::new();
            for _ in 0..count {
                let mut event = event(next);
                event.payload = serde_json::json!({ "number": number, "text": text });
                events.push(event);
                next += 1;
            }
            let at = usize::from(to);
            let expected = ExpectedRevision::after(last[at]);
            let appended = log
                .append(&stream(&format!("s{to}")), expected, events)
                .await
                .unwrap();
            last[at] = Some(appended.last_revision);
        }
        copy_stopped_after(&from, &between, batches).await;
        let there = copy(&from, &between, &mut |_| {}).await.unwrap();
        let returned = copy(&between, &back, &mut |_| {}).await.unwrap();
        assert_eq!((there.events, there.digest), (returned.events, returned.digest));
        assert_eq!(texts(&folder.file("back.db")), texts(&folder.file("from.db")));
    }
}
