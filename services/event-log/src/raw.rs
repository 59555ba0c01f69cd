//! Events as they are stored, before they are understood.

use chrono::{DateTime, Utc};
use tally_domain::{EventId, Position, Revision, StreamName};
use uuid::Uuid;

use crate::error::ReadError;
use crate::stored::StoredEvent;

/// A stored event, its texts to the letter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RawEvent {
    pub position: Position,
    pub id: Uuid,
    pub stream: String,
    pub revision: Revision,
    pub event_type: String,
    pub schema: u16,
    pub recorded_at: DateTime<Utc>,
    pub context: String,
    pub payload: String,
}

impl RawEvent {
    pub(crate) fn parse(self) -> Result<StoredEvent, ReadError> {
        let corrupt = |why: serde_json::Error| corrupt(self.position, &why);
        Ok(StoredEvent {
            id: EventId(self.id),
            stream: StreamName::from_log(self.stream),
            revision: self.revision,
            position: self.position,
            event_type: self.event_type,
            schema: self.schema,
            recorded_at: self.recorded_at,
            context: serde_json::from_str(&self.context).map_err(corrupt)?,
            payload: serde_json::from_str(&self.payload).map_err(corrupt)?,
        })
    }
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
            payload: "x".repeat(bytes),
        }
    }
}

/// What is stored at `position` makes no sense.
pub(crate) fn corrupt(position: Position, why: &dyn std::error::Error) -> ReadError {
    ReadError::Corrupt {
        location: format!("position {position}"),
        why: why.to_string(),
    }
}
