//! Remembered answers: of a command that left no event, so that it is not carried out when it is
//! sent again.
//!
//! The id of an answer is that of the first event which its command would have appended. So a
//! command leaves either its events or an answer, never both: an append whose first event has an
//! answer in its place is refused, and an answer whose event stands is not stored. Answers are
//! beside the log: no reader, view or copy comes across them.

use async_trait::async_trait;
use chrono::Duration;
use tally_domain::{EventId, StreamName};

use crate::error::{AppendError, ReadError};

/// How long an answer is remembered at least.
pub const ANSWERS_KEPT: Duration = Duration::hours(48);
/// The longest answer, in bytes.
pub const MAX_ANSWER: usize = 16 * 1024;
/// How many answers that are older than that go with each new one.
pub(crate) const PRUNED_AT_ONCE: u32 = 16;

/// Remembers answers.
///
/// [`crate::contract`] says in sentences what every engine keeps.
#[async_trait]
pub trait AnswerStore: Send + Sync {
    /// The answer in the place of the event `id` of `stream`, if one is remembered.
    ///
    /// # Errors
    /// See [`ReadError`].
    async fn find_answer(&self, stream: &StreamName, id: EventId) -> Result<Option<Vec<u8>>, ReadError>;

    /// Whether an answer and the events of its command are compared in one step.
    fn is_atomic(&self) -> bool;

    /// Announces that an answer is about to be stored, where the engine cannot compare it with the
    /// stream in one step. `true` says that the command has to be decided once more before
    /// [`Self::store_answer`]: an append that was under way may have come first.
    ///
    /// # Errors
    /// See [`AppendError`].
    async fn announce_answer(&self, id: EventId) -> Result<bool, AppendError>;

    /// Remembers `answer` in the place of the event `id` of `stream`. An `Ok` is durable. In the
    /// stream of a tenant it is stored under the tenant's key.
    ///
    /// # Errors
    /// See [`AppendError`]; after any of them but `Unavailable` nothing was stored.
    async fn store_answer(
        &self,
        stream: &StreamName,
        id: EventId,
        answer: Vec<u8>,
    ) -> Result<AnswerStored, AppendError>;
}

/// The outcome of storing an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerStored {
    /// It is remembered.
    Now,
    /// Another answer had come first.
    Earlier(Vec<u8>),
    /// The event stands, or may stand: the command has to be looked up in its stream again.
    NotInPlace,
}

/// An answer as an engine stores it.
pub(crate) struct NewAnswer {
    pub id: EventId,
    pub answer: Vec<u8>,
}
