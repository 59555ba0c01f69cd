//! The errors of the log, by what the caller should do about them.

use tally_domain::{Position, Revision, StreamName};

use crate::stored::ExpectedRevision;

/// A failure of the store itself: for the operator's log, not for an answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing}: {cause}")]
pub struct Failure {
    doing: &'static str,
    cause: String,
    kind: FailureKind,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailureKind {
    Log,
    /// The log has no space left.
    Full,
    /// The log is not the one that the views were built from.
    Shorter,
    Keys,
    LostKey,
}

impl Failure {
    /// What was being done, and why it failed.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a cause is at hand as a value, in every `map_err`"
    )]
    pub fn new(doing: &'static str, cause: impl ToString) -> Self {
        let cause = cause.to_string();
        Self {
            doing,
            cause,
            kind: FailureKind::Log,
        }
    }

    fn of(self, kind: FailureKind) -> Self {
        Self { kind, ..self }
    }

    /// The same failure, as one of the key store and not of the log.
    #[must_use]
    pub fn of_keys(self) -> Self {
        self.of(FailureKind::Keys)
    }

    /// The same failure, as one of a key that the key store does not have. No retry helps until the
    /// keys are restored.
    #[must_use]
    pub fn of_lost_key(self) -> Self {
        self.of(FailureKind::LostKey)
    }

    /// The same failure, as one of a log that has no space left.
    #[must_use]
    pub fn of_full_log(self) -> Self {
        self.of(FailureKind::Full)
    }

    /// The same failure, as one of a log that lost its end or is another one. No retry helps until
    /// the operator has decided what is true.
    #[must_use]
    pub fn of_shorter_log(self) -> Self {
        self.of(FailureKind::Shorter)
    }

    /// Whether the key store failed, and not the log.
    pub fn is_of_keys(&self) -> bool {
        matches!(self.kind, FailureKind::Keys | FailureKind::LostKey)
    }

    /// Whether the key store answered that it does not have the key.
    pub fn is_of_lost_key(&self) -> bool {
        self.kind == FailureKind::LostKey
    }

    /// Whether the log has no space left.
    pub fn is_of_full_log(&self) -> bool {
        self.kind == FailureKind::Full
    }

    /// Whether the log lost its end or is another one.
    pub fn is_of_shorter_log(&self) -> bool {
        self.kind == FailureKind::Shorter
    }
}

/// Why an append was not carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream has moved on. Load it and decide again.
    #[error("stream {stream} was expected at {expected}, its last revision is {}", revision_text(*actual))]
    WrongExpectedRevision {
        /// The stream.
        stream: StreamName,
        /// What the caller believed.
        expected: ExpectedRevision,
        /// Its last revision; `None` when it has no event.
        actual: Option<Revision>,
    },
    /// More than one append can hold.
    #[error("{what}: {size}, at most {limit} fit")]
    TooLarge {
        /// What was too large, with its unit.
        what: &'static str,
        /// How large it was.
        size: usize,
        /// How large it may be.
        limit: usize,
    },
    /// The caller's mistake: not an append at all, or an event id that belongs elsewhere. Repeating
    /// it does not help.
    #[error("not an append: {0}")]
    Invalid(String),
    /// The command of the events was answered without them, and the answer is remembered. Nothing
    /// was stored.
    #[error("the command was answered before, without an event")]
    Answered,
    /// The tenant, a person or a text was erased since the caller read of it. Nothing more is
    /// sealed under its key.
    #[error("what the events are about was erased")]
    Erased,
    /// The log could not say that the events are stored. They may be: repeat with the same ids to
    /// find out. Or the key store did not answer, and nothing was stored.
    #[error("{} is unavailable", store_text(.0))]
    Unavailable(#[source] Failure),
}

impl AppendError {
    /// Whether the key store failed, and not the log.
    pub fn is_of_keys(&self) -> bool {
        matches!(self, Self::Unavailable(failure) if failure.is_of_keys())
    }
}

fn store_text(failure: &Failure) -> &'static str {
    if failure.is_of_keys() {
        "the key store"
    } else {
        "the log"
    }
}

fn revision_text(revision: Option<Revision>) -> String {
    revision.map_or_else(|| "none".to_owned(), |r| r.to_string())
}

/// Why a read failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// The store, or the key store, did not answer. A later try may.
    #[error("{} is unavailable", store_text(.0))]
    Unavailable(#[source] Failure),
    /// What is stored cannot be read. No retry helps.
    #[error("the log holds something unreadable at {location}: {why}")]
    Corrupt {
        /// Where: a position or a stream.
        location: String,
        /// What is wrong with it.
        why: String,
    },
    /// The reader claims to have read more than there is: its checkpoint is of another log, or this
    /// one lost its end.
    #[error("position {after} lies beyond the log's head {}", head_text(*head))]
    BeyondHead {
        /// Where the reader wanted to go on.
        after: Position,
        /// The log's last position.
        head: Option<Position>,
    },
}

impl ReadError {
    /// Whether the key store failed, and not the log.
    pub fn is_of_keys(&self) -> bool {
        matches!(self, Self::Unavailable(failure) if failure.is_of_keys())
    }
}

fn head_text(head: Option<Position>) -> String {
    head.map_or_else(|| "(empty)".to_owned(), |position| position.to_string())
}

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No engine answers to this URL.
    #[error(
        "no log engine for {url:?}: write sqlite:PATH, postgres://USER@HOST/DATABASE, \
            kurrentdb://HOST,HOST or memory:"
    )]
    UnknownUrl {
        /// The URL, up to its first colon.
        url: String,
    },
    /// The engine is known; the rest of the URL is not right. Never holds a value out of it.
    #[error("the log's URL is not right: {why}")]
    BadUrl {
        /// What is wrong.
        why: String,
    },
    /// Another process, or this one, has it open for writing.
    #[error(
        "{log} is in use: another process has this log open for writing; stop it, or read with a \
            read-only command"
    )]
    InUse {
        /// The log, without its password.
        log: String,
    },
    /// What is there is something else.
    #[error("{log} is not an event log: choose another place")]
    NotALog {
        /// What was opened, without its password.
        log: String,
    },
    /// Its events are stored in another way than this version reads and writes.
    #[error(
        "{log} has format {found}, and this version reads and writes format {known}: {}",
        other_format(*found, *known)
    )]
    OtherFormat {
        /// The log, without its password.
        log: String,
        /// The format it has.
        found: u32,
        /// The format known here.
        known: u32,
    },
    /// The log is damaged. Restore it from a backup.
    #[error("{log} is damaged: {why}; restore it from a backup")]
    Damaged {
        /// The log, without its password.
        log: String,
        /// What the check found.
        why: String,
    },
    /// It cannot be reached or written.
    #[error("the log cannot be opened")]
    Unavailable(#[source] Failure),
}

fn other_format(found: u32, known: u32) -> &'static str {
    if found > known {
        "use the newer version that wrote it"
    } else {
        "it cannot be converted; start with an empty log at another place, or use the older version"
    }
}
