//! The port: what a log can do, whichever engine does it.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::stream::BoxStream;
use tally_domain::{Context, EventId, Position, Revision, StreamName};

use crate::error::{AppendError, ReadError};

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
    /// What happened.
    pub payload: serde_json::Value,
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

/// A log of events: streams, and one order over all of them.
///
/// [`crate::contract`] says in sentences what every engine keeps.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Appends `events` to `stream`, all or none, if the stream is as `expected`. An `Ok` is durable.
    ///
    /// When all the events stand in the stream already, one after the other, it answers their place with `already` set, whatever
    /// was expected: a retry of a command that had been carried out is a success. If the call is dropped before it
    /// answers, the events may be stored nevertheless.
    ///
    /// # Errors
    /// See [`AppendError`]; after any of them but `Unavailable` nothing was stored.
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError>;

    /// At most `limit` events of `stream` from revision `from` on, in order. A stream that is not there is empty.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError>;

    /// At most `limit` events of the whole log after position `after` (`None`: from the beginning), in order.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError>;

    /// The position of the last event, `None` in an empty log. Never behind an append that was answered.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn head(&self) -> Result<Option<Position>, ReadError>;

    /// Every event after `after`, first those there are, then each as it is appended: no gap, no event twice.
    ///
    /// After an error the stream ends; subscribe again from the last event handled. It also ends when the log is dropped. An `after` beyond the
    /// head is an error at once ([`ReadError::BeyondHead`]), for such a checkpoint belongs to another log.
    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>>;
}
