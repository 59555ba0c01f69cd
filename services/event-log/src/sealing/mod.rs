//! The layer over an engine that has events sealed on their way in and opened on their way out.

mod answer;
mod marks;
mod no_keys;
mod open;
mod seal;

use std::sync::Arc;

use async_stream::try_stream;
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};

use crate::answers::{AnswerStore, AnswerStored, MAX_ANSWER, NewAnswer};
use crate::engine::{RawReader, RawWriter};
use crate::error::{AppendError, ReadError};
use crate::port::{LogReader, LogWriter};
use crate::sealer::Sealer;
use crate::stored::{Appended, ExpectedRevision, NewEvent, StoredEvent};
pub use no_keys::NoKeys;

/// A log whose engine is `E`.
pub(crate) struct SealingLog<E: ?Sized> {
    sealer: Arc<dyn Sealer>,
    engine: Box<E>,
}

impl<E: ?Sized> SealingLog<E> {
    pub(crate) fn new(engine: Box<E>, sealer: Arc<dyn Sealer>) -> Self {
        Self { sealer, engine }
    }
}

#[async_trait]
impl<E: RawReader + ?Sized> LogReader for SealingLog<E> {
    async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let page = self.engine.read_stream(stream, from, limit).await?;
        open::open_all(&*self.sealer, page).await
    }

    async fn read_all(&self, after: Option<Position>, limit: usize) -> Result<Vec<StoredEvent>, ReadError> {
        let page = self.engine.read_all(after, limit).await?;
        open::open_all(&*self.sealer, page).await
    }

    async fn read_tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let page = self.engine.read_tenant(tenant, after, limit).await?;
        open::open_all(&*self.sealer, page).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.engine.head().await
    }

    async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        self.engine.find_gap().await
    }

    async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        self.engine.find_at(position).await
    }

    /// It does not hold the engine, so that it ends with the log.
    fn subscribe_all(&self, after: Option<Position>) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        let (chunks, sealer) = (self.engine.subscribe_all(after), Arc::clone(&self.sealer));
        Box::pin(try_stream! {
            for await chunk in chunks {
                for event in open::open_all(&*sealer, chunk?).await? {
                    yield event;
                }
            }
        })
    }

    fn subscribe_unopened(
        &self,
        after: Option<Position>,
    ) -> BoxStream<'static, Result<StoredEvent, ReadError>> {
        let chunks = self.engine.subscribe_all(after);
        Box::pin(try_stream! {
            for await chunk in chunks {
                for event in open::leave_sealed(chunk?)? {
                    yield event;
                }
            }
        })
    }
}

#[async_trait]
impl<E: RawWriter + ?Sized> LogWriter for SealingLog<E> {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let sealed = seal::seal_all(&*self.sealer, stream, expected, events).await?;
        self.engine.append(stream, expected, sealed).await
    }

    async fn close(&self) {
        self.engine.close().await;
    }

    fn answers(&self) -> &dyn AnswerStore {
        self
    }
}

#[async_trait]
impl<E: RawWriter + ?Sized> AnswerStore for SealingLog<E> {
    async fn find_answer(&self, stream: &StreamName, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        match self.engine.find_answer(id).await? {
            Some(stored) => answer::open(&*self.sealer, stream, id, stored).await,
            None => Ok(None),
        }
    }

    fn is_atomic(&self) -> bool {
        self.engine.has_atomic_answers()
    }

    async fn announce_answer(&self, id: EventId) -> Result<bool, AppendError> {
        self.engine.announce_answer(id).await?;
        Ok(!self.is_atomic())
    }

    async fn store_answer(
        &self,
        stream: &StreamName,
        id: EventId,
        answer: Vec<u8>,
    ) -> Result<AnswerStored, AppendError> {
        if answer.len() > MAX_ANSWER {
            return Err(AppendError::TooLarge {
                what: "bytes in one answer",
                size: answer.len(),
                limit: MAX_ANSWER,
            });
        }
        let answer = answer::seal(&*self.sealer, stream, id, answer).await?;
        match self.engine.store_answer(NewAnswer { id, answer }).await? {
            AnswerStored::Earlier(stored) => answer::open_earlier(&*self.sealer, stream, id, stored).await,
            stored @ (AnswerStored::Now | AnswerStored::NotInPlace) => Ok(stored),
        }
    }
}
