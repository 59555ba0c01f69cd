//! The seam through which the codec has events sealed and opened. The vault implements it, and the
//! server hands it in; engines store what comes out of it.

use std::fmt;

use async_trait::async_trait;
use tally_domain::{EventId, PersonId, Revision, StreamName, TenantId, TextId};

use crate::error::Failure;

/// Whose key seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The tenant's: a key derived from its data key and the event's id, so that one event can be
    /// opened to an auditor without the others.
    Tenant,
    /// A person's own, which goes when the person is erased.
    Person(PersonId),
    /// A free text's own, which goes when the text is redacted.
    Text(TextId),
}

/// The place that sealed bytes belong to. Opening takes the same place as sealing, so bytes that
/// were moved do not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The tenant whose event it is.
    pub tenant: TenantId,
    /// The stream of the event.
    pub stream: StreamName,
    /// The place of the event in its stream.
    pub revision: Revision,
    /// The id of the event.
    pub event: EventId,
    /// Its stored type.
    pub event_type: String,
    /// The version of its payload's shape.
    pub schema: u16,
    /// The part of the event.
    pub part: Part,
}

/// The part of an event that is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The payload, which belongs beside one context only.
    Payload {
        /// SHA-256 of the context as it is stored.
        context: [u8; 32],
    },
    /// A text inside the payload or the context.
    Text {
        /// Where in the event: `payload/notes`, `context/reason`.
        path: String,
    },
}

/// Bytes to be sealed or opened.
#[derive(Clone)]
pub struct Item {
    /// Whose key.
    pub subject: Subject,
    /// The place they belong to.
    pub location: Location,
    /// The bytes, plain for sealing and sealed for opening.
    pub bytes: Vec<u8>,
    /// For opening, the [`Sealed::key_digest`] that is stored beside the bytes. Bytes whose key has
    /// another digest do not open.
    pub key_digest: Option<[u8; 32]>,
}

/// What was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The stored bytes. The first one is never `{`, so that they differ from plain JSON.
    pub bytes: Vec<u8>,
    /// SHA-256 of the key that opens these bytes. It is stored beside an inner seal, so that what
    /// surrounds it outlives the key; and it is what a proof commits to.
    pub key_digest: [u8; 32],
}

/// What opening gives.
#[derive(Clone, PartialEq, Eq)]
pub enum Opened {
    /// The plain bytes.
    Plain(Vec<u8>),
    /// The key was destroyed on purpose. This is no failure.
    Erased,
}

/// Why something was not sealed or not opened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SealError {
    /// The key store did not answer. A later try may succeed.
    #[error("the key store is unavailable")]
    Unavailable(#[source] Failure),
    /// Nothing more can be sealed for this tenant, person or text, since it was erased.
    #[error("what it belongs to was erased")]
    Erased,
    /// The key store answered, and has neither the key nor a mark that it was destroyed: it was
    /// lost.
    #[error("the key is not in the key store, and was not destroyed there")]
    KeyLost,
    /// The stored bytes do not open: they were altered or moved, or are under another key.
    #[error("sealed bytes do not open: {0}")]
    Damaged(String),
}

/// Seals and opens. It answers a batch at once; keys in use are in memory, and a batch needs at
/// most one query to the key store for those that are not.
#[async_trait]
pub trait Sealer: Send + Sync {
    /// Seals each item, in the order given. The key of a subject that has none is made, and is
    /// durable before this returns; a person's key is never made here.
    ///
    /// # Errors
    /// See [`SealError`].
    async fn seal(&self, items: Vec<Item>) -> Result<Vec<Sealed>, SealError>;

    /// Opens each item, in the order given.
    ///
    /// # Errors
    /// [`SealError::Unavailable`], and then nothing is known of any of them. An item that does not
    /// open has an error of its own.
    async fn open(&self, items: Vec<Item>) -> Result<Vec<Result<Opened, SealError>>, SealError>;
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Item({:?}, {:?}, {} bytes)",
            self.subject,
            self.location,
            self.bytes.len()
        )
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(bytes) => write!(f, "Plain({} bytes)", bytes.len()),
            Self::Erased => f.write_str("Erased"),
        }
    }
}
