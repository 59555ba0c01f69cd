//! Events as the cluster keeps them: the payload as the event's data, all else in its metadata,
//! both JSON to the letter.
//!
//! The metadata's `$correlationId` and `$causationId` are for the server's own tools. `recordedAt`
//! is ours: the server's own time of an event is that of its writing, and a copied event was
//! recorded earlier.

use chrono::{DateTime, SecondsFormat, Utc};
use eventstore::{EventData, RecordedEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tally_domain::Position;
use uuid::Uuid;

use crate::error::ReadError;
use crate::limits::Prepared;
use crate::raw::{RawEvent, corrupt};

#[derive(Serialize, Deserialize)]
struct Metadata<'t> {
    #[serde(rename = "$correlationId", default, skip_serializing_if = "Option::is_none")]
    correlation: Option<Uuid>,
    #[serde(rename = "$causationId", default, skip_serializing_if = "Option::is_none")]
    causation: Option<Uuid>,
    schema: u16,
    #[serde(rename = "recordedAt")]
    recorded_at: String,
    #[serde(borrow)]
    context: &'t RawValue,
}

/// What of a context the server's tools understand.
#[derive(Default, Deserialize)]
struct Chain {
    causation: Option<Uuid>,
    correlation: Option<Uuid>,
}

/// An event about to be written.
pub(super) fn to_event_data(event: &Prepared, recorded_at: DateTime<Utc>) -> serde_json::Result<EventData> {
    let head = Head {
        id: event.id.0,
        event_type: &event.event_type,
        schema: event.schema,
        recorded_at,
    };
    data(&head, &event.context, &event.payload)
}

/// An event that another log has, as it is.
pub(super) fn copy_of(event: &RawEvent) -> serde_json::Result<EventData> {
    let head = Head {
        id: event.id,
        event_type: &event.event_type,
        schema: event.schema,
        recorded_at: event.recorded_at,
    };
    data(&head, &event.context, &event.payload)
}

struct Head<'e> {
    id: Uuid,
    event_type: &'e str,
    schema: u16,
    recorded_at: DateTime<Utc>,
}

fn data(head: &Head<'_>, context: &str, payload: &str) -> serde_json::Result<EventData> {
    let chain: Chain = serde_json::from_str(context).unwrap_or_default();
    let metadata = Metadata {
        correlation: chain.correlation,
        causation: chain.causation,
        schema: head.schema,
        recorded_at: head.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        context: serde_json::from_str(context)?,
    };
    let payload: &RawValue = serde_json::from_str(payload)?;
    EventData::json(head.event_type, &payload)?
        .id(head.id)
        .metadata_as_json(&metadata)
}

/// An event of the log whose streams begin with `prefix`, as it is stored; `None` for anybody
/// else's.
pub(super) fn to_raw_event(event: &RecordedEvent, prefix: &str) -> Result<Option<RawEvent>, ReadError> {
    let rest = event.stream_id().strip_prefix(prefix);
    match rest.and_then(|rest| rest.strip_prefix('.')) {
        Some(stream) => raw(event, stream).map(Some),
        None => Ok(None),
    }
}

fn raw(event: &RecordedEvent, stream: &str) -> Result<RawEvent, ReadError> {
    let position = position(event.position);
    if position.commit == u64::MAX {
        return Err(ReadError::Corrupt {
            location: format!("stream {stream}"),
            why: "the server does not tell positions in streams: it must be of version 22.6 or later"
                .to_owned(),
        });
    }
    let metadata: Metadata<'_> =
        serde_json::from_slice(&event.custom_metadata).map_err(|e| corrupt(position, &e))?;
    let recorded_at =
        DateTime::parse_from_rfc3339(&metadata.recorded_at).map_err(|e| corrupt(position, &e))?;
    let payload = std::str::from_utf8(&event.data).map_err(|e| corrupt(position, &e))?;
    Ok(RawEvent {
        position,
        id: event.id,
        stream: stream.to_owned(),
        revision: event.revision,
        event_type: event.event_type.clone(),
        schema: metadata.schema,
        recorded_at: recorded_at.to_utc(),
        context: metadata.context.get().to_owned(),
        payload: payload.to_owned(),
    })
}

pub(super) fn position(at: eventstore::Position) -> Position {
    Position {
        commit: at.commit,
        prepare: at.prepare,
    }
}

pub(super) fn to_server_position(at: Position) -> eventstore::Position {
    eventstore::Position {
        commit: at.commit,
        prepare: at.prepare,
    }
}
