//! The engines that keep events do what the engine in memory does, whatever is asked of them.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;

use futures_util::future::join_all;
use proptest::prelude::*;
use support::{event, stream};
use tally_domain::{EventId, Position, StreamName};
use tally_event_log::{
    AppendError, Appended, ExpectedRevision, LogReader, LogWriter, MemoryLog, Options, StoredEvent, open,
};

/// One append: to which of a few streams, expecting what, and events with which of a few ids.
#[derive(Clone, Debug)]
struct Attempt {
    stream: u8,
    expected: Expected,
    ids: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Expected {
    Right,
    NoStream,
    Exact(u64),
}

#[derive(Clone, Debug)]
enum Step {
    /// Appends sent at once, which the writer may take as one group.
    Together(Vec<Attempt>),
    /// The process ends and another begins.
    OpenAgain,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let expected = prop_oneof![
        4 => Just(Expected::Right),
        1 => Just(Expected::NoStream),
        2 => (0..12_u64).prop_map(Expected::Exact),
    ];
    let ids = prop_oneof![
        3 => proptest::collection::vec(0..120_u8, 1..4),
        1 => (0..120_u8, 0..6_u8).prop_map(|(first, more)| (first..=first + more).collect()),
        1 => Just(Vec::new()),
    ];
    (0..4_u8, expected, ids).prop_map(|(stream, expected, ids)| Attempt {
        stream,
        expected,
        ids,
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => proptest::collection::vec(attempt(), 1..6).prop_map(Step::Together),
        1 => Just(Step::OpenAgain),
    ];
    proptest::collection::vec(step, 1..25)
}

/// What of an answer the engines must agree on.
#[derive(Debug, PartialEq)]
enum Answer {
    Appended(Appended),
    WrongExpectedRevision(Option<u64>),
    Invalid,
    Other(String),
}

impl From<Result<Appended, AppendError>> for Answer {
    fn from(answer: Result<Appended, AppendError>) -> Self {
        match answer {
            Ok(appended) => Self::Appended(appended),
            Err(AppendError::WrongExpectedRevision { actual, .. }) => Self::WrongExpectedRevision(actual),
            Err(AppendError::Invalid(_)) => Self::Invalid,
            Err(other) => Self::Other(other.to_string()),
        }
    }
}

/// Sends `attempts` in order without waiting in between; `last` are the revisions at which "right"
/// is right.
async fn send(log: &dyn LogWriter, attempts: &[Attempt], last: &[Option<u64>]) -> Vec<Answer> {
    let streams: Vec<StreamName> = (0..4).map(|n| stream(&format!("s{n}"))).collect();
    let sent = attempts.iter().map(|attempt| {
        let at = usize::from(attempt.stream);
        let expected = match attempt.expected {
            Expected::Right => ExpectedRevision::after(last[at]),
            Expected::NoStream => ExpectedRevision::NoStream,
            Expected::Exact(revision) => ExpectedRevision::Exact(revision),
        };
        let events = attempt.ids.iter().map(|&id| event(u128::from(id))).collect();
        log.append(&streams[at], expected, events)
    });
    join_all(sent).await.into_iter().map(Answer::from).collect()
}

async fn last_revisions(log: &dyn LogReader) -> Vec<Option<u64>> {
    let mut last = Vec::new();
    for n in 0..4 {
        let events = log.read_stream(&stream(&format!("s{n}")), 0, 10_000).await;
        last.push(events.unwrap().last().map(|e| e.revision));
    }
    last
}

type Content = (Position, StreamName, u64, EventId, Option<serde_json::Value>);

async fn content(log: &dyn LogReader) -> Vec<Content> {
    let events: Vec<StoredEvent> = log.read_all(None, 10_000).await.unwrap();
    let to_tuple = |e: StoredEvent| (e.position, e.stream, e.revision, e.id, e.payload.ok());
    events.into_iter().map(to_tuple).collect()
}

async fn agree(url: &str, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let opened = || async { open(url, Options::without_keys()).await.unwrap() };
    let model = MemoryLog::default();
    let mut engine: Arc<dyn LogWriter> = opened().await;
    for step in steps {
        match step {
            Step::Together(attempts) => {
                let last = last_revisions(&model).await;
                let wanted = send(&model, &attempts, &last).await;
                prop_assert_eq!(send(&*engine, &attempts, &last).await, wanted);
            }
            Step::OpenAgain => {
                drop(engine);
                engine = opened().await;
            }
        }
        prop_assert_eq!(engine.head().await.unwrap(), model.head().await.unwrap());
    }
    prop_assert_eq!(content(&*engine).await, content(&model).await);
    Ok(())
}

/// The usual number of cases; a multiple of it in the long form of the tests.
fn cases(usual: u32) -> u32 {
    let factor = std::env::var("TESTS_FACTOR").ok();
    usual * factor.map_or(1, |factor| factor.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(64)))]

    #[test]
    fn sqlite_and_memory_agree_on_every_sequence_of_appends(steps in steps()) {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("log.db").display());
        runtime()?.block_on(agree(&url, steps))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(32)))]

    #[test]
    fn postgresql_and_memory_agree_on_every_sequence_of_appends(steps in steps()) {
        let url = support::postgres::Cluster::shared().new_log();
        runtime()?.block_on(agree(&url, steps))?;
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
