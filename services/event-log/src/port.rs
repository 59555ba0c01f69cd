//! The port: what a log can do, whichever engine does it. Reading and writing are two traits, so
//! that what opened a log for reading cannot append to it.

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};

use crate::answers::AnswerStore;
use crate::error::{AppendError, ReadError};
use crate::stored::{Appended, ExpectedRevision, NewEvent, StoredEvent};

/// Reads a log of events: streams, and one order over all of them.
///
/// [`crate::contract`] says in sentences what every engine keeps.
#[async_trait]
pub trait LogReader: Send + Sync {
    /// At most `limit` events of `stream` from revision `from` on, in order. A stream that is not
    /// there is empty.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError>;

    /// At most `limit` events of the whole log after position `after` (`None`: from the beginning),
    /// in order.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError>;

    /// At most `limit` events of the streams of `tenant` after position `after`, in order, without
    /// reading those of others.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError>;

    /// The position of the last event, `None` in an empty log. Never behind an append that was
    /// answered.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn head(&self) -> Result<Option<Position>, ReadError>;

    /// The first position at which an event is missing, where the engine numbers events without a
    /// gap. It counts all events, so it is not for a request.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        Ok(None)
    }

    /// The id of the event at `position`; `None` if no event is there. Nothing is opened.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        let page = self.read_all(Some(before(position)), 1).await?;
        let found = page.first().filter(|event| event.position == position);
        Ok(found.map(|event| event.id))
    }

    /// Every event after `after`, first those there are, then each as it is appended: no gap, no
    /// event twice.
    ///
    /// After an error the stream ends; subscribe again from the last event handled. It also ends
    /// when the log is dropped. An `after` beyond the head is an error at once
    /// ([`ReadError::BeyondHead`]), for such a checkpoint belongs to another log.
    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>>;

    /// As [`Self::subscribe_all`], and nothing is opened: an event whose payload is sealed has none
    /// ([`MissingPayload::Unopened`](crate::MissingPayload::Unopened)). For readers of families that
    /// are not sealed, which go on whatever becomes of the keys.
    fn subscribe_unopened(
        &self,
        after: Option<Position>,
    ) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        self.subscribe_all(after)
    }
}

/// The position before `position` in a log that counts 1, 2, 3.
pub(crate) fn before(position: Position) -> Position {
    Position::single(position.commit.saturating_sub(1))
}

/// Appends to a log that it can also read.
///
/// [`crate::contract`] says in sentences what every engine keeps.
#[async_trait]
pub trait LogWriter: LogReader {
    /// Appends `events` to `stream`, all or none, if the stream is as `expected`. An `Ok` is
    /// durable.
    ///
    /// When all the events stand in the stream already, one after the other, it answers their place
    /// with `already` set, whatever was expected: a retry of a command that had been carried out is
    /// a success. If the call is dropped before it answers, the events may be stored nevertheless.
    /// Where an answer is remembered in the place of the first event, it is refused.
    ///
    /// # Errors
    /// See [`AppendError`]; after any of them but `Unavailable` nothing was stored.
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError>;

    /// The answers of commands that left no event.
    fn answers(&self) -> &dyn AnswerStore;

    /// Stops taking appends, and returns when what was sent is stored and the log can be copied. An
    /// engine on a server has nothing to do.
    async fn close(&self) {}
}

/// A log that reads through another one, which is all there is to its [`LogReader`].
pub trait ReadThrough: Send + Sync {
    /// The log that it reads.
    fn inner(&self) -> &dyn LogReader;

    /// Called after each read but a subscription's, with the error if it failed.
    fn note_read(&self, _error: Option<&ReadError>) {}
}

#[async_trait]
impl<T: ReadThrough> LogReader for T {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let outcome = self.inner().read_stream(stream, from, limit).await;
        self.note_read(outcome.as_ref().err());
        outcome
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        let outcome = self.inner().read_all(after, limit).await;
        self.note_read(outcome.as_ref().err());
        outcome
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let outcome = self.inner().read_tenant(tenant, after, limit).await;
        self.note_read(outcome.as_ref().err());
        outcome
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        let outcome = self.inner().head().await;
        self.note_read(outcome.as_ref().err());
        outcome
    }

    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        let outcome = self.inner().find_gap().await;
        self.note_read(outcome.as_ref().err());
        outcome
    }

    async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        let outcome = self.inner().find_at(position).await;
        self.note_read(outcome.as_ref().err());
        outcome
    }

    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        self.inner().subscribe_all(after)
    }

    fn subscribe_unopened(
        &self,
        after: Option<Position>,
    ) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        self.inner().subscribe_unopened(after)
    }
}
