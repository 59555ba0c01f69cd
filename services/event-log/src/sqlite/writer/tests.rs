//! Groups whose members are known, which a test from outside cannot bring about.

use rusqlite::OpenFlags;
use serde_json::json;
use tally_domain::{Actor, CommandId, Context, EventId, StreamName, Via};
use tempfile::TempDir;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::*;
use crate::limits;
use crate::queue::Append;
use crate::sqlite::{checkpoint, connect, read, schema};
use crate::stored::{ExpectedRevision, NewEvent};

struct Bench {
    folder: TempDir,
    writer: Writer,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mode = OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = connect(&path, mode).unwrap();
        schema::prepare(&connection, &path).unwrap();
        let (due, _) = checkpoint::spawn(connect(&path, mode).unwrap()).unwrap();
        let writer = Writer {
            connection,
            clock: Clock::system(),
            head: watch::Sender::new(None),
            due,
        };
        Self { folder, writer }
    }

    fn tamper(&self, sql: &str) {
        let tool = Connection::open(self.folder.path().join("log.db")).unwrap();
        tool.execute_batch(sql).unwrap();
    }

    /// As if the disk were this large; never less than what is taken already.
    fn limit_pages(&self, pages: u32) {
        let sql = format!("PRAGMA max_page_count = {pages}");
        let set = self.writer.connection.query_row(&sql, [], |_| Ok(()));
        set.unwrap();
    }

    fn stored(&self) -> Vec<String> {
        let events = read::all(&self.writer.connection, 0, 1000).unwrap();
        events
            .iter()
            .map(|e| format!("{}#{}", e.stream, e.revision))
            .collect()
    }
}

/// An append of events of the given types to a stream that should not be there yet.
fn request(stream: &str, types: &[&str]) -> Request {
    let stream = StreamName::from_log(stream.to_owned());
    let event = |event_type: &&str| {
        let command = CommandId(Uuid::new_v4());
        NewEvent {
            id: EventId(command.0),
            event_type: (*event_type).to_owned(),
            schema: 1,
            context: Context::new(None, Actor::without_person(Via::App), command),
            payload: json!({}),
            sealed: false,
        }
    };
    let append = Append {
        events: limits::prepare(&stream, &types.iter().map(event).collect::<Vec<_>>()).unwrap(),
        stream,
        expected: ExpectedRevision::NoStream,
    };
    Request {
        work: Work::Append(append),
        reply: oneshot::channel().0,
    }
}

fn is_unavailable(answer: &Answer) -> bool {
    matches!(answer, Err(AppendError::Unavailable(_)))
}

#[test]
fn the_writer_waits_for_the_disk_at_every_commit() {
    let bench = Bench::new();
    let pragma = |name: &str| -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        bench
            .writer
            .connection
            .query_row(&sql, [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "wal");
    assert_eq!(pragma("synchronous"), "2");
    assert_eq!(pragma("foreign_keys"), "1");
}

#[test]
fn appends_of_one_group_see_one_another() {
    let mut bench = Bench::new();
    let mut second = request("a", &["t"]);
    if let Work::Append(append) = &mut second.work {
        append.expected = ExpectedRevision::Exact(0);
    }
    let group = [request("a", &["t"]), second, request("a", &["t"])];
    let answers = bench.writer.commit(&group);
    assert!(answers[0].is_ok() && answers[1].is_ok());
    let lost = &answers[2];
    assert!(
        matches!(
            lost,
            Err(AppendError::WrongExpectedRevision { actual: Some(1), .. })
        ),
        "{lost:?}"
    );
    assert_eq!(bench.stored(), ["a#0", "a#1"]);
}

#[test]
fn an_append_that_fails_by_itself_takes_nothing_of_its_group_with_it() {
    let mut bench = Bench::new();
    bench.tamper(
        "CREATE TRIGGER fail AFTER INSERT ON events WHEN new.type = 'fail'
         BEGIN SELECT RAISE(ABORT, 'no'); END;",
    );
    let group = [
        request("a", &["t"]),
        request("b", &["t", "t", "fail", "t"]),
        request("c", &["fail"]),
        request("d", &["t", "t"]),
    ];
    let answers = bench.writer.commit(&group);
    assert!(answers[0].is_ok() && answers[3].is_ok());
    assert!(is_unavailable(&answers[1]) && is_unavailable(&answers[2]));
    assert_eq!(bench.stored(), ["a#0", "d#0", "d#1"]);
    assert_eq!(*bench.writer.head.borrow(), Some(Position::single(3)));
}

/// SQLite does this by itself when the disk is full.
#[test]
fn when_the_whole_transaction_is_lost_no_append_of_the_group_stands_and_the_next_group_does() {
    let mut bench = Bench::new();
    bench.tamper(
        "CREATE TRIGGER fail AFTER INSERT ON events WHEN new.type = 'fail'
         BEGIN SELECT RAISE(ROLLBACK, 'no'); END;",
    );
    let group = [
        request("a", &["t"]),
        request("b", &["t", "fail"]),
        request("c", &["t"]),
    ];
    assert!(bench.writer.commit(&group).iter().all(is_unavailable));
    assert_eq!(*bench.writer.head.borrow(), None);
    assert!(bench.writer.commit(&[request("a", &["t"])])[0].is_ok());
    assert_eq!(bench.stored(), ["a#0"]);
}

#[test]
fn when_the_commit_fails_no_append_of_the_group_stands_and_the_next_group_does() {
    let mut bench = Bench::new();
    bench.tamper(
        "CREATE TABLE there (id INTEGER PRIMARY KEY);
         CREATE TABLE missing (id INTEGER REFERENCES there (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER fail AFTER INSERT ON events WHEN new.type = 'fail'
         BEGIN INSERT INTO missing VALUES (1); END;",
    );
    let group = [
        request("a", &["t"]),
        request("b", &["fail"]),
        request("c", &["t", "t"]),
    ];
    assert!(bench.writer.commit(&group).iter().all(is_unavailable));
    assert_eq!((bench.stored().len(), *bench.writer.head.borrow()), (0, None));
    assert!(bench.writer.commit(&[request("a", &["t"])])[0].is_ok());
    assert_eq!(bench.stored(), ["a#0"]);
}

#[test]
fn a_full_disk_is_unavailable_and_passes_when_there_is_room_again() {
    let mut bench = Bench::new();
    bench.limit_pages(1);
    let types = vec!["t"; 900];
    let group = [request("a", &["t"]), request("big", &types), request("c", &["t"])];
    let answers = bench.writer.commit(&group);
    assert!(is_unavailable(&answers[1]), "{:?}", answers[1]);
    let acknowledged = answers.iter().filter(|a| a.is_ok()).count();
    assert_eq!(bench.stored().len(), acknowledged);
    bench.limit_pages(1_000_000);
    assert!(bench.writer.commit(&[request("big", &types)])[0].is_ok());
}

#[test]
fn a_file_that_may_not_grow_is_a_full_log() {
    let mut bench = Bench::new();
    bench
        .writer
        .connection
        .execute_batch("PRAGMA max_page_count = 1")
        .unwrap();
    let mut answers = (0..1000).map(|n| {
        bench
            .writer
            .commit(&[request(&format!("s{n}"), &["t"])])
            .remove(0)
    });
    let refused = answers.find_map(Result::err);
    assert!(
        matches!(&refused, Some(AppendError::Unavailable(failure)) if failure.is_of_full_log()),
        "{refused:?}"
    );
}
