//! What an append may be, checked before any engine sees it, so that all engines agree.

use std::collections::HashSet;

use serde_json::Value;
use tally_domain::{EventId, StreamName};

use crate::error::AppendError;
use crate::stored::NewEvent;

/// The most events one append may hold.
pub const MAX_EVENTS: usize = 1000;
/// The longest payload of one event, in bytes of JSON text.
pub const MAX_PAYLOAD: usize = 1024 * 1024;
/// The longest context of one event, in bytes of JSON text.
pub const MAX_CONTEXT: usize = 64 * 1024;
/// The most one append may hold over all its events, payloads and contexts, in bytes of JSON text.
pub const MAX_APPEND: usize = 16 * 1024 * 1024;

const MAX_STREAM_NAME: usize = 255;
const MAX_TYPE_NAME: usize = 128;
/// Deeper JSON could be written and not parsed again.
const MAX_DEPTH: usize = 64;

/// An event that keeps the limits, as it will be stored.
pub(crate) struct Prepared {
    pub id: EventId,
    pub event_type: String,
    pub schema: u16,
    pub context: String,
    pub payload: Vec<u8>,
    /// Whether the caller named its command, so that an answer may be remembered in its place.
    /// Other engines find such an answer by what they read anyway.
    #[cfg(feature = "kurrent")]
    pub is_named: bool,
}

impl Prepared {
    fn size(&self) -> usize {
        self.context.len() + self.payload.len()
    }
}

/// Checks an append and turns its events to text.
pub(crate) fn prepare(stream: &StreamName, events: &[NewEvent]) -> Result<Vec<Prepared>, AppendError> {
    check_stream(stream)?;
    if events.is_empty() {
        return Err(invalid("no events"));
    }
    fits("events in one append", events.len(), MAX_EVENTS)?;
    let mut seen = HashSet::with_capacity(events.len());
    let mut prepared = Vec::with_capacity(events.len());
    for event in events {
        if !seen.insert(event.id) {
            return Err(invalid(&format!("event id {} comes twice", event.id)));
        }
        prepared.push(prepare_one(event)?);
    }
    fits("bytes in one append", size(&prepared), MAX_APPEND)?;
    Ok(prepared)
}

/// Bytes of JSON text over all of `events`.
pub(crate) fn size(events: &[Prepared]) -> usize {
    events.iter().map(Prepared::size).sum()
}

fn prepare_one(event: &NewEvent) -> Result<Prepared, AppendError> {
    check_type(&event.event_type)?;
    if event.schema == 0 {
        return Err(invalid("schema versions begin at 1"));
    }
    if !event.payload.is_object() {
        return Err(invalid("the payload is not a JSON object"));
    }
    if !is_shallow(&event.payload, MAX_DEPTH) {
        return Err(invalid("the payload is nested too deeply"));
    }
    let payload = event.payload.to_string().into_bytes();
    fits("bytes in one payload", payload.len(), MAX_PAYLOAD)?;
    let context = serde_json::to_string(&event.context).map_err(|e| invalid(&e.to_string()))?;
    fits("bytes in one context", context.len(), MAX_CONTEXT)?;
    Ok(Prepared {
        id: event.id,
        event_type: event.event_type.clone(),
        schema: event.schema,
        context,
        payload,
        #[cfg(feature = "kurrent")]
        is_named: event.context.content_digest.is_some(),
    })
}

/// Names beginning with `$` belong to the engine in some logs, so no engine takes them.
fn check_stream(stream: &StreamName) -> Result<(), AppendError> {
    let name = stream.as_str();
    let fits = !name.is_empty() && name.len() <= MAX_STREAM_NAME;
    if fits && name.bytes().all(|b| b.is_ascii_graphic()) && !name.starts_with('$') {
        Ok(())
    } else {
        Err(invalid(&format!("{name:?} is not a stream's name")))
    }
}

fn check_type(name: &str) -> Result<(), AppendError> {
    let fits = !name.is_empty() && name.len() <= MAX_TYPE_NAME;
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_';
    if fits && name.bytes().all(allowed) {
        Ok(())
    } else {
        Err(invalid(&format!("{name:?} is not an event type")))
    }
}

fn is_shallow(value: &Value, left: usize) -> bool {
    match value {
        Value::Array(items) => left > 0 && items.iter().all(|v| is_shallow(v, left - 1)),
        Value::Object(fields) => left > 0 && fields.values().all(|v| is_shallow(v, left - 1)),
        _ => true,
    }
}

fn fits(what: &'static str, size: usize, limit: usize) -> Result<(), AppendError> {
    if size > limit {
        Err(AppendError::TooLarge { what, size, limit })
    } else {
        Ok(())
    }
}

fn invalid(why: &str) -> AppendError {
    AppendError::Invalid(why.to_owned())
}
