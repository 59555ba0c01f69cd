//! Events as they are stored, before they are opened and understood.

use chrono::{DateTime, Utc};
use serde_json::error::Category;
use tally_domain::{Position, Revision};
use uuid::Uuid;

use crate::error::ReadError;

/// A stored event to the letter, as an engine has it. What is sealed in it stays so.
#[derive(Clone, Debug, PartialEq)]
pub struct RawEvent {
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub id: Uuid,
    /// The stream it is in.
    pub stream: String,
    /// Its place in the stream, 0 for the first.
    pub revision: Revision,
    /// Its stored type.
    pub event_type: String,
    /// The version of its payload's shape.
    pub schema: u16,
    /// When the log recorded it, to the microsecond.
    pub recorded_at: DateTime<Utc>,
    /// Where it comes from: JSON, in which free texts are sealed.
    pub context: String,
    /// What happened: JSON, or sealed bytes, whose first is not `{`.
    pub payload: Vec<u8>,
    /// SHA-256 over its fields and the digest of the event before it in its stream.
    pub digest: [u8; 32],
}

#[cfg(test)]
impl RawEvent {
    /// One of `stream` with a payload of so many bytes.
    pub(crate) fn of_size(stream: &str, bytes: usize) -> Self {
        Self {
            position: Position::single(1),
            id: Uuid::nil(),
            stream: stream.to_owned(),
            revision: 0,
            event_type: String::new(),
            schema: 1,
            recorded_at: DateTime::UNIX_EPOCH,
            context: String::new(),
            payload: vec![b'x'; bytes],
            digest: [0; 32],
        }
    }
}

/// What is wrong with stored JSON, without a value out of it, which `serde_json` would quote.
pub(crate) fn json_fault(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Io | Category::Syntax | Category::Eof => "it is no JSON",
        Category::Data => "its fields are not those of its type",
    }
}

/// What is stored at `position` makes no sense.
pub(crate) fn corrupt(position: Position, why: &dyn std::error::Error) -> ReadError {
    ReadError::Corrupt {
        location: format!("position {position}"),
        why: why.to_string(),
    }
}
