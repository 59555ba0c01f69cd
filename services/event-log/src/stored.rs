//! What goes into a log and comes out of it, whichever engine keeps it.

use std::fmt;
use std::ops::Deref;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use tally_domain::{Context, EventId, Position, Revision, StreamName};

/// An event about to be appended.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Its id, derived from its command: what a repeated append is recognised by.
    pub id: EventId,
    /// Its stored type, `asset.checked_out`: 1 to 128 characters of `a-z 0-9 . _`.
    pub event_type: String,
    /// The version of its payload's shape, 1 for the first.
    pub schema: u16,
    /// Where it comes from.
    pub context: Context,
    /// What happened: a JSON object, at most [`MAX_PAYLOAD`](crate::MAX_PAYLOAD) bytes of text.
    pub payload: serde_json::Value,
    /// Whether its family is sealed. Then the payload is stored under the tenant's key, if the
    /// stream is a tenant's.
    pub sealed: bool,
}

/// An event as the log has it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent {
    /// Its id.
    pub id: EventId,
    /// The stream it is in.
    pub stream: StreamName,
    /// Its place in the stream, 0 for the first.
    pub revision: Revision,
    /// Its place in the log.
    pub position: Position,
    /// Its stored type.
    pub event_type: String,
    /// The version of its payload's shape.
    pub schema: u16,
    /// When the log recorded it, to the microsecond.
    pub recorded_at: DateTime<Utc>,
    /// Where it comes from.
    pub context: Context,
    /// The same to the letter, as it is stored.
    pub context_text: ContextText,
    /// What happened, or why that is not at hand.
    pub payload: Result<serde_json::Value, MissingPayload>,
    /// The payload as it is stored, plain or sealed. They are the same on every engine.
    pub bytes: StoredBytes,
    /// SHA-256 over the fields as they are stored and the digest of the event before it in its
    /// stream.
    pub digest: [u8; 32],
}

/// Why an event that was read has no payload. The event itself stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MissingPayload {
    /// The key that it was sealed under was destroyed on purpose.
    #[error("it was erased")]
    Erased,
    /// It does not open, or it is not what can have been stored.
    #[error("{0}")]
    Unreadable(String),
    /// It is sealed, and was read without opening it.
    #[error("it was not opened")]
    Unopened,
}

/// The stored bytes of a payload.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredBytes(Vec<u8>);

impl StoredBytes {
    /// These bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Whether they are sealed. Plain ones are a JSON object.
    pub fn is_sealed(&self) -> bool {
        is_sealed(&self.0)
    }

    /// Their SHA-256.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}

/// The stored text of a context, in which free texts are sealed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ContextText(String);

impl ContextText {
    /// This text.
    pub fn new(text: String) -> Self {
        Self(text)
    }
}

impl Deref for ContextText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ContextText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Whether the stored bytes of a payload are sealed.
pub(crate) fn is_sealed(payload: &[u8]) -> bool {
    payload.first() != Some(&b'{')
}

impl fmt::Debug for StoredBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// What the caller believes of a stream when it appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// The stream has no event yet.
    NoStream,
    /// Its last event has this revision.
    Exact(Revision),
}

impl ExpectedRevision {
    /// To append after the last event that was read; `None` when none was.
    pub fn after(last: Option<Revision>) -> Self {
        last.map_or(Self::NoStream, Self::Exact)
    }

    /// The last revision this stands for.
    pub fn last(self) -> Option<Revision> {
        match self {
            Self::NoStream => None,
            Self::Exact(revision) => Some(revision),
        }
    }
}

impl fmt::Display for ExpectedRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStream => f.write_str("no stream"),
            Self::Exact(revision) => write!(f, "revision {revision}"),
        }
    }
}

/// The answer to an append that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The position of the last of the events.
    pub position: Position,
    /// The revision of the last of the events.
    pub last_revision: Revision,
    /// Whether the same events stood there already, and nothing was written now.
    pub already: bool,
}
