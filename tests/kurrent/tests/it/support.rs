//! What the tests share.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use tally_domain::{Actor, CommandId, Context, EventId, Position, StreamName, Via};
use tally_event_log::{ExpectedRevision, LogReader, LogWriter, NewEvent, Options, StoredEvent, open};
use uuid::Uuid;

/// How long anything may take that a test waits for.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// Two seconds a try, and a silent subscription is looked after each second.
pub fn short_timeouts(url: &str) -> String {
    format!("{url}&timeout=4")
}

pub async fn opened(url: &str) -> Arc<dyn LogWriter> {
    open(url, Options::without_keys()).await.unwrap()
}

pub fn stream(name: &str) -> StreamName {
    StreamName::from_log(name.to_owned())
}

/// An event with id `n`.
pub fn event(n: u128) -> NewEvent {
    let command = CommandId(Uuid::from_u128(n));
    NewEvent {
        id: EventId(Uuid::from_u128(n)),
        event_type: "test.noted".to_owned(),
        schema: 1,
        context: Context::new(None, Actor::without_person(Via::Operator), command),
        payload: json!({ "n": n.to_string() }),
        sealed: false,
    }
}

/// Appends events with the ids from `first` on to a stream that ends at `last`.
pub async fn append(
    log: &dyn LogWriter,
    name: &str,
    last: Option<u64>,
    ids: std::ops::Range<u128>,
) -> Position {
    let events = ids.map(event).collect();
    let appended = log
        .append(&stream(name), ExpectedRevision::after(last), events)
        .await;
    appended.unwrap().position
}

pub async fn everything(log: &dyn LogReader) -> Vec<StoredEvent> {
    log.read_all(None, 1_000_000).await.unwrap()
}

/// The next `count` events of a subscription from `after`.
pub async fn delivered(log: &dyn LogReader, after: Option<Position>, count: usize) -> Vec<StoredEvent> {
    let events = log.subscribe_all(after).take(count).map(Result::unwrap).collect();
    tokio::time::timeout(TIMEOUT, events).await.unwrap()
}

pub fn ids(events: &[StoredEvent]) -> Vec<u128> {
    events.iter().map(|e| e.id.0.as_u128()).collect()
}
