//! Numbers for allotted tags, over a log in memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::{join_all, pending};
use tally_commands::{Numbers, Origin};
use tally_domain::{Actor, Clock, CommandId, StreamName, TenantId, Via};
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, LogReader, LogWriter, MemoryLog, NewEvent,
    ReadThrough,
};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use uuid::Uuid;

const ONE: TenantId = TenantId(Uuid::from_u128(1));
const OTHER: TenantId = TenantId(Uuid::from_u128(2));

fn origin(tenant: TenantId) -> Origin {
    let command = CommandId(Uuid::from_u128(7));
    Origin::new(
        tenant,
        Actor::without_person(Via::App),
        command,
        Clock::system().now(),
    )
}

fn new_log() -> MemoryLog {
    let wrapper = LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap());
    let vault = Vault::in_memory(Arc::new(wrapper)).unwrap();
    vault.create_tenant_key(ONE).unwrap();
    vault.create_tenant_key(OTHER).unwrap();
    MemoryLog::sealed(Clock::system(), Arc::new(vault))
}

/// A log in which the appends to one stream never end.
struct HangingLog {
    log: MemoryLog,
    hanging: StreamName,
}

impl ReadThrough for HangingLog {
    fn inner(&self) -> &dyn LogReader {
        &self.log
    }
}

#[async_trait]
impl LogWriter for HangingLog {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        if *stream == self.hanging {
            pending::<()>().await;
        }
        self.log.append(stream, expected, events).await
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.log.answers()
    }
}

#[tokio::test]
async fn a_tenant_whose_reservation_hangs_does_not_block_another_tenant() {
    let log = HangingLog {
        log: new_log(),
        hanging: StreamName::register(ONE),
    };
    let (numbers, one, other) = (Numbers::default(), origin(ONE), origin(OTHER));
    let hanging = numbers.next(&log, &one);
    let other_tenant = async {
        // The hanging reservation is under way when this begins.
        tokio::task::yield_now().await;
        tokio::time::timeout(Duration::from_secs(20), numbers.next(&log, &other)).await
    };
    tokio::select! {
        biased;
        _ = hanging => panic!("the reservation did not hang"),
        number = other_tenant => assert_eq!(number.unwrap().unwrap(), 1),
    }
}

#[tokio::test]
async fn callers_of_one_tenant_that_come_together_share_a_block() {
    let (log, numbers, origin) = (new_log(), Numbers::default(), origin(ONE));
    let calls = (0..100).map(|_| numbers.next(&log, &origin));
    let mut drawn: Vec<u64> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    drawn.sort_unstable();
    assert_eq!(drawn, (1..=100).collect::<Vec<u64>>());
    let reserved = log.read_all(None, 10).await.unwrap();
    assert_eq!(reserved.len(), 1, "one block");
}
