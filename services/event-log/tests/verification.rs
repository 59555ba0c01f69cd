//! What was altered in a log is found, and named.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use rusqlite::Connection;
use support::{event, stream};
use tally_domain::{Position, TenantId};
use tally_event_log::verification::{Finding, Reporter, Verified, verify_log};
use tally_event_log::{
    Chain, Damage, ExpectedRevision, Fault, LogWriter, NoKeys, OpenError, Options, open, open_read_only,
};
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

/// Streams of two tenants, and one of none, that take turns: an event's position is one more than
/// its number, and the events `n`, `n + 4`, ... are in one stream.
const STREAMS: u128 = 4;

fn name(n: u128) -> String {
    match n % STREAMS {
        3 => "operator.keys".to_owned(),
        2 => format!("{}.thing-2", Uuid::from_u128(2)),
        n => format!("{TENANT}.thing-{n}"),
    }
}

async fn fill(url: &str, count: u128) {
    let log = open(url, Options::without_keys()).await.unwrap();
    for n in 0..count {
        let expected = ExpectedRevision::after((n / STREAMS).checked_sub(1).map(|r| r as u64));
        log.append(&stream(&name(n)), expected, vec![event(n)])
            .await
            .unwrap();
    }
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Reporter for Findings {
    fn note_finding(&mut self, finding: &Finding) {
        self.0.push(finding.clone());
    }

    fn note_progress(&mut self, _: u64) {}
}

async fn findings(url: &str) -> Vec<Finding> {
    let mut found = Findings::default();
    let verified = verify_log(url, None, &mut found).await.unwrap();
    assert_eq!(verified.findings, found.0.len() as u64);
    found.0
}

fn damaged(position: u64, fault: Fault) -> Finding {
    let n = u128::from(position - 1);
    Finding::Damaged(Damage {
        position: Position::single(position),
        stream: name(n),
        revision: (n / STREAMS) as u64,
        fault,
    })
}

fn missing(position: u64) -> Finding {
    Finding::Missing {
        first: Position::single(position),
        last: Position::single(position),
    }
}

/// Each change to a log of 12 events, in which 1, 5 and 9 are one stream and 12 is the last of its
/// own, with what has to be found.
fn changes() -> Vec<(&'static str, Vec<Finding>)> {
    use Fault::{Altered, Misfiled, OutOfOrder};
    let gap = |expected| OutOfOrder { expected };
    vec![
        (
            "UPDATE events SET payload = (SELECT payload FROM events WHERE position = 2) WHERE position = 5",
            vec![damaged(5, Altered)],
        ),
        (
            "UPDATE events SET context = replace(context, 'operator', 'app') WHERE position = 5",
            vec![damaged(5, Altered)],
        ),
        (
            "UPDATE events SET type = 'test.other' WHERE position = 5",
            vec![damaged(5, Altered)],
        ),
        (
            "UPDATE events SET schema = 2 WHERE position = 5",
            vec![damaged(5, Altered)],
        ),
        (
            "UPDATE events SET recorded_at = LATER WHERE position = 5",
            vec![damaged(5, Altered)],
        ),
        (
            "UPDATE events SET recorded_at = LATER WHERE position = 12",
            vec![damaged(12, Altered)],
        ),
        (
            "UPDATE events SET digest = (SELECT digest FROM events WHERE position = 2) WHERE position = 5",
            vec![damaged(5, Altered), damaged(9, Altered)],
        ),
        (
            "UPDATE events SET position = 99 WHERE position = 5;
          UPDATE events SET position = 5 WHERE position = 9;
          UPDATE events SET position = 9 WHERE position = 99",
            vec![
                Finding::Damaged(Damage {
                    position: Position::single(5),
                    stream: name(0),
                    revision: 2,
                    fault: gap(1),
                }),
                Finding::Damaged(Damage {
                    position: Position::single(9),
                    stream: name(0),
                    revision: 1,
                    fault: gap(3),
                }),
            ],
        ),
        (
            "DELETE FROM events WHERE position = 5",
            vec![missing(5), damaged(9, gap(1))],
        ),
        (
            "DELETE FROM events WHERE position = 1",
            vec![missing(1), damaged(5, gap(0))],
        ),
        (
            "DELETE FROM events WHERE position IN (9, 10)",
            vec![Finding::Missing {
                first: Position::single(9),
                last: Position::single(10),
            }],
        ),
        (
            "UPDATE events SET tenant_id = 3 WHERE position = 5",
            vec![damaged(5, Misfiled)],
        ),
    ]
}

/// An event that stands in another stream than it was appended to, as the last one there.
const MOVE: &str = "UPDATE events SET stream_id = 2, revision = 3 WHERE position = 9";

#[tokio::test]
async fn on_sqlite_every_event_that_is_not_what_was_appended_is_named() {
    for (change, expected) in changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let url = format!("sqlite:{}", file.display());
        fill(&url, 12).await;
        assert_eq!(findings(&url).await, []);
        let tool = Connection::open(&file).unwrap();
        let change = change.replace("LATER", "recorded_at + 1");
        tool.execute_batch(&format!(
            "DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted; {change};"
        ))
        .unwrap();
        drop(tool);
        assert_eq!(findings(&url).await, expected, "{change}");
        let reopened = open(&url, Options::without_keys()).await;
        let misfiled = change.contains("tenant_id");
        assert!(
            matches!(reopened, Err(OpenError::Damaged { .. })) != misfiled,
            "{change}"
        );
    }
}

#[tokio::test]
async fn on_postgresql_every_event_that_is_not_what_was_appended_is_named() {
    for (change, expected) in changes() {
        let url = support::postgres::Cluster::shared().new_log();
        fill(&url, 12).await;
        assert_eq!(findings(&url).await, []);
        tamper(
            &url,
            &change.replace("LATER", "recorded_at + interval '1 microsecond'"),
        );
        assert_eq!(findings(&url).await, expected, "{change}");
        let reopened = open(&url, Options::without_keys()).await;
        let misfiled = change.contains("tenant_id");
        assert!(
            matches!(reopened, Err(OpenError::Damaged { .. })) != misfiled,
            "{change}"
        );
    }
}

/// As an operator with a database tool would.
fn tamper(url: &str, change: &str) {
    let schema = url.rsplit_once('=').unwrap().1;
    support::postgres::Cluster::shared().sql(&format!(
        "SET search_path = {schema}; ALTER TABLE events DISABLE TRIGGER ALL; {change};"
    ));
}

#[tokio::test]
async fn an_event_that_was_moved_to_another_stream_is_named_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    let url = format!("sqlite:{}", file.display());
    fill(&url, 12).await;
    let tool = Connection::open(&file).unwrap();
    tool.execute_batch(&format!("DROP TRIGGER events_are_not_changed; {MOVE};"))
        .unwrap();
    drop(tool);
    let found = findings(&url).await;
    let there = |position, revision, fault| {
        Finding::Damaged(Damage {
            position: Position::single(position),
            stream: name(1),
            revision,
            fault,
        })
    };
    let expected = [
        there(9, 3, Fault::OutOfOrder { expected: 2 }),
        there(10, 2, Fault::OutOfOrder { expected: 4 }),
    ];
    assert_eq!(found, expected);
}

/// The end of a log leaves no trace in what is left: an earlier answer shows it.
#[tokio::test]
async fn a_log_that_lost_its_end_is_found_by_an_earlier_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    let url = format!("sqlite:{}", file.display());
    fill(&url, 12).await;
    let verify = async |up_to: Option<u64>| {
        let mut found = Findings::default();
        let verified: Verified = verify_log(&url, up_to.map(Position::single), &mut found)
            .await
            .unwrap();
        (verified, found.0)
    };
    let (earlier, _) = verify(Some(9)).await;
    assert_eq!((earlier.events, earlier.up_to), (9, Some(Position::single(9))));
    assert_eq!(verify(Some(9)).await.0.digest, earlier.digest);
    assert_ne!(verify(None).await.0.digest, earlier.digest);
    let tool = Connection::open(&file).unwrap();
    tool.execute_batch("DROP TRIGGER events_are_not_deleted; DELETE FROM events WHERE position > 8;")
        .unwrap();
    drop(tool);
    assert_eq!(verify(None).await.1, []);
    let ends_early = Finding::EndsEarly {
        head: Some(Position::single(8)),
        up_to: Position::single(9),
    };
    assert_eq!(verify(Some(9)).await.1, [ends_early]);
}

#[tokio::test]
async fn a_reader_of_one_tenant_finds_what_was_altered_in_its_events() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    let url = format!("sqlite:{}", file.display());
    fill(&url, 12).await;
    let tool = Connection::open(&file).unwrap();
    tool.execute_batch(
        "DROP TRIGGER events_are_not_changed; UPDATE events SET recorded_at = recorded_at - 1 WHERE position = 6;",
    )
    .unwrap();
    drop(tool);
    let log = open_read_only(&url, std::sync::Arc::new(NoKeys)).await.unwrap();
    let mut chain = Chain::default();
    let events = log.read_tenant(TENANT, None, 100).await.unwrap();
    let found: Vec<Damage> = events
        .iter()
        .filter_map(|event| chain.check(event).err())
        .collect();
    assert_eq!(found.len(), 1);
    let said = found[0].to_string();
    assert!(
        said.contains("position 6") && said.contains(&name(1)) && said.contains("revision 1"),
        "{said}"
    );
}

/// Only the end is checked at a start: of a long log, an event before it is found by `verify_log`.
#[tokio::test]
async fn the_first_event_of_the_end_is_checked_against_the_one_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    let url = format!("sqlite:{}", file.display());
    fill(&url, 1_010).await;
    drop(open(&url, Options::without_keys()).await.unwrap());
    let tamper = |sql: &str| {
        let tool = Connection::open(&file).unwrap();
        tool.execute_batch(&format!("DROP TRIGGER IF EXISTS events_are_not_changed; {sql};"))
            .unwrap();
    };
    tamper("UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 5");
    drop::<std::sync::Arc<dyn LogWriter>>(open(&url, Options::without_keys()).await.unwrap());
    tamper("UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 11");
    let refused = open(&url, Options::without_keys()).await;
    let why = refused.err().unwrap().to_string();
    assert!(why.contains("position 11") && why.contains("revision 2"), "{why}");
}
