//! A digest over a log: SHA-256 of every event's fields in order, each with its length before it.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::raw::RawEvent;

/// What two logs have in common only if they hold the same events in the same order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A digest in the making.
#[derive(Clone, Default)]
pub(super) struct Digesting(Sha256);

impl Digesting {
    pub(super) fn add(&mut self, event: &RawEvent) {
        self.field(event.id.as_bytes());
        self.field(event.stream.as_bytes());
        self.field(&event.revision.to_be_bytes());
        self.field(event.event_type.as_bytes());
        self.field(&event.schema.to_be_bytes());
        self.field(&event.recorded_at.timestamp_micros().to_be_bytes());
        self.field(event.context.as_bytes());
        self.field(event.payload.as_bytes());
    }

    fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    pub(super) fn end(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
