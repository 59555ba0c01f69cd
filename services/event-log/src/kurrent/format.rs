//! The number of the log's format, in a stream beside those of the log: no reader and no copy comes
//! across it.

use eventstore::{AppendToStreamOptions, Client, EventData, ReadStreamOptions, StreamPosition, StreamState};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::read::{Reader, stream_events};
use super::trouble::Trouble;
use crate::error::{Failure, OpenError, ReadError};
use crate::format::{self, FORMAT};

const EVENT_TYPE: &str = "log.format";

#[derive(Serialize, Deserialize)]
struct Marker {
    format: u32,
}

/// Refuses a log that cannot be read as it is. An empty one may lack the number.
pub(super) async fn require(reader: &Reader) -> Result<(), OpenError> {
    find(reader).await.map(drop)
}

/// The same, and gives an empty log the number.
pub(super) async fn prepare(reader: &Reader) -> Result<(), OpenError> {
    match find(reader).await? {
        Some(()) => Ok(()),
        None => write(reader).await,
    }
}

async fn find(reader: &Reader) -> Result<Option<()>, OpenError> {
    let name = name(reader);
    let options = ReadStreamOptions::default()
        .position(StreamPosition::Start)
        .max_count(1)
        .requires_leader(true);
    let question = |client| stream_events(client, name.clone(), options.clone());
    let events = match reader.supervisor().ask("reading the format", question).await {
        Err(Trouble::Missing) => Vec::new(),
        answer => answer.map_err(|trouble| unavailable(&trouble))?,
    };
    let log = reader.supervisor().target();
    if let Some(event) = events.first() {
        let marker = serde_json::from_slice::<Marker>(&event.data);
        let marker = marker.map_err(|_| OpenError::NotALog { log: log.to_string() })?;
        return format::require(marker.format, log).map(Some);
    }
    match reader.head().await {
        Ok(None) => Ok(None),
        Ok(Some(_)) => format::require(format::UNNUMBERED, log).map(Some),
        Err(ReadError::Unavailable(failure)) => Err(OpenError::Unavailable(failure)),
        Err(e @ (ReadError::Corrupt { .. } | ReadError::BeyondHead { .. })) => {
            Err(OpenError::Unavailable(Failure::new("reading", e)))
        }
    }
}

/// Nodes that start together write the same event.
async fn write(reader: &Reader) -> Result<(), OpenError> {
    let name = name(reader);
    let event = EventData::json(EVENT_TYPE, &Marker { format: FORMAT })
        .map_err(|e| OpenError::Unavailable(Failure::new("writing the format", e)))?
        .id(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    let options = AppendToStreamOptions::default()
        .stream_state(StreamState::NoStream)
        .deadline(reader.supervisor().target().deadline())
        .requires_leader(true);
    let question = |client: Client| {
        let (name, options, event) = (name.clone(), options.clone(), event.clone());
        async move { client.append_to_stream(name, &options, event).await }
    };
    let written = reader.supervisor().ask("writing the format", question).await;
    written.map(drop).map_err(|trouble| unavailable(&trouble))
}

/// A prefix has no hyphen, so this is no stream of this log or of another one.
fn name(reader: &Reader) -> String {
    format!("{}-format", reader.prefix())
}

fn unavailable(trouble: &Trouble) -> OpenError {
    OpenError::Unavailable(Failure::new("preparing the log", trouble.to_text()))
}
