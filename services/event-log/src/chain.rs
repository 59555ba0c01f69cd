//! Checking that each event carries the digest that follows from the one before it in its stream.

use std::collections::HashMap;
use std::fmt;

use tally_domain::{Position, Revision};
use uuid::Uuid;

use crate::digest::{Covered, NOTHING_BEFORE};
use crate::raw::RawEvent;
use crate::stored::StoredEvent;

/// The ends of all streams so far. A stream is known by a digest of its name, since a log may have
/// millions of streams.
#[derive(Clone, Default)]
pub struct Chain(HashMap<Uuid, End>);

/// Where a stream goes on.
#[derive(Clone, Copy)]
struct End {
    next: Revision,
    digest: [u8; 32],
}

/// An event that is not what was appended at its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("position {position}, stream {stream}, revision {revision}: {fault}")]
pub struct Damage {
    /// Its place in the log.
    pub position: Position,
    /// The stream it is in.
    pub stream: String,
    /// Its place in the stream.
    pub revision: Revision,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its digest is another than its fields and the event before it give.
    Altered,
    /// Another revision should stand here.
    OutOfOrder {
        /// The revision that follows in its stream.
        expected: Revision,
    },
    /// It is listed with the events of another tenant.
    Misfiled,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered => f.write_str("it was altered: its digest is another than its fields give"),
            Self::OutOfOrder { expected } => write!(
                f,
                "revision {expected} should stand here: events of this stream were removed or moved"
            ),
            Self::Misfiled => f.write_str("it is listed with the events of another tenant"),
        }
    }
}

impl Chain {
    /// Checks the next event. Events come in the log's order, and those of a stream from its first.
    /// After a damaged event the check goes on from what is stored.
    ///
    /// # Errors
    /// [`Damage`] if the event is not what was appended there.
    pub fn check(&mut self, event: &StoredEvent) -> Result<(), Damage> {
        let stream = event.stream.as_str();
        self.follow(&event.covered(), &event.digest)
            .map_err(|fault| damage(event.position, stream, event.revision, fault))
    }

    /// As [`Self::check`], for an event as it is stored.
    pub(crate) fn check_raw(&mut self, event: &RawEvent) -> Result<(), Damage> {
        self.follow(&event.covered(), &event.digest)
            .map_err(|fault| damage(event.position, &event.stream, event.revision, fault))
    }

    /// Has `stream` go on after an event of which the digest alone was read.
    pub(crate) fn resume(&mut self, stream: &str, revision: Revision, digest: [u8; 32]) {
        let next = revision.saturating_add(1);
        self.0.insert(key(stream), End { next, digest });
    }

    fn follow(&mut self, event: &Covered<'_>, stored: &[u8; 32]) -> Result<(), Fault> {
        let begin = End {
            next: 0,
            digest: NOTHING_BEFORE,
        };
        let end = self.0.entry(key(event.stream)).or_insert(begin);
        let before = *end;
        *end = End {
            next: event.revision.saturating_add(1),
            digest: *stored,
        };
        if event.revision != before.next {
            let expected = before.next;
            return Err(Fault::OutOfOrder { expected });
        }
        if event.digest_after(&before.digest) != *stored {
            return Err(Fault::Altered);
        }
        Ok(())
    }
}

/// The events that stand before the first of each stream in `events`: what a check of the end of a
/// log has to read besides.
pub(crate) fn before_first(events: &[RawEvent]) -> Vec<(String, Revision)> {
    let mut first = HashMap::new();
    for event in events {
        first.entry(event.stream.as_str()).or_insert(event.revision);
    }
    let later = first.into_iter().filter(|(_, revision)| *revision > 0);
    later
        .map(|(stream, revision)| (stream.to_owned(), revision - 1))
        .collect()
}

fn key(stream: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, stream.as_bytes())
}

fn damage(position: Position, stream: &str, revision: Revision, fault: Fault) -> Damage {
    Damage {
        position,
        stream: stream.to_owned(),
        revision,
        fault,
    }
}
