//! What is appended, and for how long.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tally_domain::{Actor, CommandId, Context, EventId, PersonId, StreamName, TenantId};
use tally_event_log::{ExpectedRevision, LogWriter, NewEvent};
use uuid::Uuid;

pub const ROUNDS: usize = 5;
pub const WRITERS: [usize; 4] = [1, 16, 64, 256];
/// How long each measurement lasts.
pub const LASTS: Duration = Duration::from_secs(3);
/// How many events each stream gets before its writer begins another, as an asset's would.
pub const STREAM_LENGTH: u64 = 20;

/// Appends with `writers` tasks at once; answers how many events a second.
pub async fn append_through_the_port(log: Arc<dyn LogWriter>, writers: usize) -> f64 {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| tokio::spawn(write(Arc::clone(&log), begun)))
        .collect();
    let mut written = 0;
    for task in tasks {
        written += task.await.unwrap();
    }
    written as f64 / begun.elapsed().as_secs_f64()
}

async fn write(log: Arc<dyn LogWriter>, begun: Instant) -> u64 {
    let mut written = 0;
    let (mut stream, mut expected) = (new_stream(), ExpectedRevision::NoStream);
    while begun.elapsed() < LASTS {
        let answer = log.append(&stream, expected, vec![event()]).await.unwrap();
        written += 1;
        expected = ExpectedRevision::Exact(answer.last_revision);
        if answer.last_revision + 1 == STREAM_LENGTH {
            (stream, expected) = (new_stream(), ExpectedRevision::NoStream);
        }
    }
    written
}

pub fn new_stream() -> StreamName {
    StreamName::from_log(format!("{}.asset-{}", Uuid::from_u128(1), Uuid::new_v4()))
}

/// A typical event: about 150 bytes of payload and 300 of context.
pub fn event() -> NewEvent {
    let command = CommandId(Uuid::new_v4());
    NewEvent {
        id: EventId(command.derive("event")),
        event_type: "asset.attributes_edited".to_owned(),
        schema: 1,
        context: Context::new(
            Some(TenantId(Uuid::from_u128(1))),
            Actor::user(PersonId(Uuid::from_u128(0xada))),
            command,
        ),
        payload: json!({ "changes": {
            "location": { "from": "Berlin, 3rd floor", "to": "Zürich, Limmatstrasse" },
            "notes": { "to": "came back with a new battery and without its charger" },
        }}),
        sealed: false,
    }
}
