//! Events as the cluster keeps them: the payload as the event's data, all else in its metadata,
//! both JSON to the letter. Sealed bytes are Base64 in the data, and the metadata says so.
//!
//! The metadata's `$correlationId` and `$causationId` are for the server's own tools. `recordedAt`
//! is ours: the server's own time of an event is that of its writing, and a copied event was
//! recorded earlier.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat};
use eventstore::{EventData, RecordedEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tally_domain::Position;
use uuid::Uuid;

use crate::digest::Covered;
use crate::error::ReadError;
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
    /// Base64.
    digest: String,
    /// Whether the data holds sealed bytes.
    #[serde(default, skip_serializing_if = "is_plain")]
    sealed: bool,
    #[serde(borrow)]
    context: &'t RawValue,
}

/// What of a context the server's tools understand.
#[derive(Default, Deserialize)]
struct Chain {
    causation: Option<Uuid>,
    correlation: Option<Uuid>,
}

/// The data of a sealed event.
#[derive(Serialize, Deserialize)]
struct SealedData<'t> {
    #[serde(borrow)]
    sealed: Cow<'t, str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_plain(sealed: &bool) -> bool {
    !sealed
}

/// An event as it is written.
pub(super) fn to_event_data(event: &Covered<'_>, digest: &[u8; 32]) -> serde_json::Result<EventData> {
    let chain: Chain = serde_json::from_str(event.context).unwrap_or_default();
    let is_json = event.payload.first() == Some(&b'{');
    let metadata = Metadata {
        correlation: chain.correlation,
        causation: chain.causation,
        schema: event.schema,
        recorded_at: event.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        digest: BASE64.encode(digest),
        sealed: !is_json,
        context: serde_json::from_str(event.context)?,
    };
    let data = if is_json {
        let payload: &RawValue = serde_json::from_slice(event.payload)?;
        EventData::json(event.event_type, &payload)?
    } else {
        let sealed = BASE64.encode(event.payload).into();
        EventData::json(event.event_type, &SealedData { sealed })?
    };
    data.id(event.id).metadata_as_json(&metadata)
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
    columns(event, stream, position).map_err(|e| corrupt(position, &*e))
}

fn columns(
    event: &RecordedEvent,
    stream: &str,
    position: Position,
) -> Result<RawEvent, Box<dyn std::error::Error>> {
    let metadata: Metadata<'_> = serde_json::from_slice(&event.custom_metadata)?;
    let digest = BASE64.decode(&metadata.digest)?;
    let payload = if metadata.sealed {
        let data: SealedData<'_> = serde_json::from_slice(&event.data)?;
        BASE64.decode(data.sealed.as_bytes())?
    } else {
        event.data.to_vec()
    };
    Ok(RawEvent {
        position,
        id: event.id,
        stream: stream.to_owned(),
        revision: event.revision,
        event_type: event.event_type.clone(),
        schema: metadata.schema,
        recorded_at: DateTime::parse_from_rfc3339(&metadata.recorded_at)?.to_utc(),
        context: metadata.context.get().to_owned(),
        payload,
        digest: digest
            .try_into()
            .map_err(|_| "its digest is not one of SHA-256")?,
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
