//! The port that an engine implements. It stores and returns bytes, and knows nothing of seals.

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};

use crate::answers::{AnswerStored, NewAnswer};
use crate::error::{AppendError, ReadError};
use crate::limits::Prepared;
use crate::port::before;
use crate::raw::RawEvent;
use crate::stored::{Appended, ExpectedRevision};

/// Events that a subscription has at hand, never none.
pub(crate) type Chunks = BoxStream<'static, Result<Vec<RawEvent>, ReadError>>;

/// Reads a log as it is stored. [`LogReader`](crate::LogReader) says what each call keeps.
#[async_trait]
pub trait RawReader: Send + Sync {
    /// At most `limit` events of `stream` from revision `from` on, in order.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError>;

    /// At most `limit` events of the whole log after position `after`, in order.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError>;

    /// At most `limit` events of the streams of `tenant` after position `after`, in order.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError>;

    /// The position of the last event.
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

    /// The id of the event at `position`, if one is there.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        let page = self.read_all(Some(before(position)), 1).await?;
        let found = page.first().filter(|event| event.position == position);
        Ok(found.map(|event| EventId(event.id)))
    }

    /// Every event after `after`, in chunks of what is at hand.
    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<Vec<RawEvent>, ReadError>>;
}

/// Appends to a log what is ready to be stored.
#[async_trait]
pub(crate) trait RawWriter: RawReader {
    /// Appends `events` to `stream`, all or none, if the stream is as `expected`. Each gets its
    /// digest here, where the event before it is known.
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<Prepared>,
    ) -> Result<Appended, AppendError>;

    /// The answer in the place of the event `id`, as it is stored.
    async fn find_answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError>;

    /// Whether answers and events are compared in one transaction. Then none is announced.
    fn has_atomic_answers(&self) -> bool {
        true
    }

    /// See [`AnswerStore`](crate::AnswerStore).
    async fn announce_answer(&self, _id: EventId) -> Result<(), AppendError> {
        Ok(())
    }

    /// Stores an answer, unless its event or another answer stands in its place.
    async fn store_answer(&self, new: NewAnswer) -> Result<AnswerStored, AppendError>;

    /// Stops taking appends. See [`LogWriter::close`](crate::LogWriter::close).
    async fn close(&self) {}
}

/// An engine that reads through another one, which is all there is to its [`RawReader`].
pub(crate) trait RawReadThrough: Send + Sync {
    fn inner(&self) -> &dyn RawReader;
}

#[async_trait]
impl<T: RawReadThrough> RawReader for T {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.inner().read_stream(stream, from, limit).await
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.inner().read_all(after, limit).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.inner().read_tenant(tenant, after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.inner().head().await
    }

    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        self.inner().find_gap().await
    }

    async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        self.inner().find_at(position).await
    }

    fn subscribe_all(&self, after: Option<Position>) -> Chunks {
        self.inner().subscribe_all(after)
    }
}
