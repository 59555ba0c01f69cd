//! Claims on a value that other commands claim and release all the time.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tally_commands::claims::{self, ClaimOutcome, ClaimRequest};
use tally_domain::{Actor, CommandId, Context, StreamName, Via};
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, LogReader, LogWriter, MemoryLog, NewEvent,
    ReadThrough,
};
use uuid::Uuid;

/// A log in which another append always came first.
#[derive(Default)]
struct Contended {
    log: MemoryLog,
    tries: AtomicUsize,
}

impl ReadThrough for Contended {
    fn inner(&self) -> &dyn LogReader {
        &self.log
    }
}

#[async_trait]
impl LogWriter for Contended {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        _: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        Err(AppendError::WrongExpectedRevision {
            stream: stream.clone(),
            expected,
            actual: None,
        })
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.log.answers()
    }
}

fn request() -> ClaimRequest<'static> {
    ClaimRequest {
        stream: StreamName::from_log("connect.client_key-1".to_owned()),
        kind: "client_key",
        value: "key",
        claimant: Uuid::from_u128(1),
        fenced: None,
    }
}

fn context() -> Context {
    let command = CommandId(Uuid::from_u128(2));
    Context::new(None, Actor::without_person(Via::Platform), command)
}

#[tokio::test]
async fn a_claim_that_others_always_come_before_fails_after_sixteen_tries() {
    let log = Contended::default();
    let claimed = claims::acquire(&log, &request(), &context()).await;
    assert!(claimed.is_err(), "{claimed:?}");
    assert_eq!(log.tries.load(Ordering::SeqCst), 16);
}

#[tokio::test]
async fn a_release_that_others_always_come_before_fails_after_sixteen_tries() {
    let log = Contended::default();
    let claimed = claims::acquire(&log.log, &request(), &context()).await;
    assert_eq!(claimed.unwrap(), ClaimOutcome::Granted);
    let released = claims::release(&log, &request().stream, request().claimant, &context()).await;
    assert!(released.is_err(), "{released:?}");
    assert_eq!(log.tries.load(Ordering::SeqCst), 16);
}
