//! Why a command was not carried out.

use tally_domain::{Refused, Revision};
use tally_event_log::codec::{DecodeError, EncodeError};
use tally_event_log::{AppendError, Failure, LoadError};
use tally_vault::VaultError;
use thiserror::Error;

/// Why a command was not carried out. `R` is the refusal of the family that the command is about.
#[derive(Debug, Error)]
pub enum CommandError<R> {
    /// The rules forbid it.
    #[error("{0}")]
    Refused(R),
    /// The caller gave a revision as a condition, and the stream is at another one.
    #[error("the revision is {actual:?}")]
    Precondition {
        /// The stream's last revision; `None` when there is no such stream.
        actual: Option<Revision>,
    },
    /// The caller used the id of another command.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// A store failed. Whether anything was appended is unknown; the same command may be sent
    /// again.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl<R: Refused> From<R> for CommandError<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R> From<Unavailable> for CommandError<R> {
    fn from(failure: Unavailable) -> Self {
        Self::Unavailable(failure)
    }
}

impl<R> CommandError<R> {
    /// The same error of a command whose refusal is part of a larger family.
    pub fn map_refusal<S>(self, widen: impl FnOnce(R) -> S) -> CommandError<S> {
        match self {
            Self::Refused(refusal) => CommandError::Refused(widen(refusal)),
            Self::Precondition { actual } => CommandError::Precondition { actual },
            Self::KeyReused => CommandError::KeyReused,
            Self::Unavailable(failure) => CommandError::Unavailable(failure),
        }
    }
}

/// A store failed. The text names the whole chain of causes and is for our log only.
#[derive(Debug, Error)]
#[error("{cause:#}")]
pub struct Unavailable {
    store: FailedStore,
    cause: anyhow::Error,
}

/// Which store failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedStore {
    /// The log.
    Log,
    /// The store of data keys.
    Keys,
}

impl Unavailable {
    /// A failure of the log.
    pub fn new(cause: impl Into<anyhow::Error>) -> Self {
        Self {
            store: FailedStore::Log,
            cause: cause.into(),
        }
    }

    /// A failure of the store of data keys.
    pub fn of_keys(cause: impl Into<anyhow::Error>) -> Self {
        Self {
            store: FailedStore::Keys,
            cause: cause.into(),
        }
    }

    /// Which store failed.
    pub fn store(&self) -> FailedStore {
        self.store
    }

    /// Whether a key is missing in the key store. Only restoring the keys helps.
    pub fn is_of_lost_key(&self) -> bool {
        self.cause.chain().any(is_loss)
    }

    /// Whether the command was answered before without an event, so that it is not carried out.
    pub fn is_answered(&self) -> bool {
        let is_answered = |cause: &(dyn std::error::Error + 'static)| {
            matches!(cause.downcast_ref(), Some(AppendError::Answered))
        };
        self.cause.chain().any(is_answered)
    }

    /// Whether the log has no space left.
    pub fn is_of_full_log(&self) -> bool {
        self.cause
            .chain()
            .any(|cause| failed_append(cause, Failure::is_of_full_log))
    }

    /// Whether the log lost its end or is another one. Only the operator can help.
    pub fn is_of_shorter_log(&self) -> bool {
        self.cause
            .chain()
            .any(|cause| failed_append(cause, Failure::is_of_shorter_log))
    }

    /// Whether it will never succeed, since what the command is about was erased meanwhile.
    pub fn is_erased(&self) -> bool {
        self.cause.chain().any(is_erasure)
    }
}

/// Whether an append failed in the way that `is_kind` recognises.
fn failed_append(cause: &(dyn std::error::Error + 'static), is_kind: fn(&Failure) -> bool) -> bool {
    let cause = cause.downcast_ref();
    cause.is_some_and(|cause| matches!(cause, AppendError::Unavailable(failure) if is_kind(failure)))
}

fn is_loss(cause: &(dyn std::error::Error + 'static)) -> bool {
    let appending = failed_append(cause, Failure::is_of_lost_key);
    let sealing = cause
        .downcast_ref()
        .is_some_and(|cause| matches!(cause, VaultError::KeyUnknown));
    appending || sealing
}

fn is_erasure(cause: &(dyn std::error::Error + 'static)) -> bool {
    let loading = cause
        .downcast_ref()
        .is_some_and(|cause| matches!(cause, LoadError::Decode(DecodeError::Erased { .. })));
    let appending = cause
        .downcast_ref()
        .is_some_and(|cause| matches!(cause, AppendError::Erased));
    let sealing = cause
        .downcast_ref()
        .is_some_and(|cause| matches!(cause, VaultError::KeyDestroyed));
    loading || appending || sealing
}

impl From<LoadError> for Unavailable {
    fn from(cause: LoadError) -> Self {
        match &cause {
            LoadError::Read(failure) if failure.is_of_keys() => Self::of_keys(cause),
            LoadError::Read(_) | LoadError::Decode(_) => Self::new(cause),
        }
    }
}

impl From<AppendError> for Unavailable {
    fn from(cause: AppendError) -> Self {
        match cause.is_of_keys() {
            true => Self::of_keys(cause),
            false => Self::new(cause),
        }
    }
}

impl From<EncodeError> for Unavailable {
    fn from(cause: EncodeError) -> Self {
        Self::new(cause)
    }
}
