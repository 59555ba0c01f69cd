//! A digest over a log: SHA-256 of every event's fields in order, each with its length before it.

use std::fmt;

use crate::digest::Fields;
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
pub(crate) struct Digesting(Fields);

impl Digesting {
    pub(crate) fn add(&mut self, event: &RawEvent) {
        event.covered().add_to(&mut self.0);
        self.0.add(&event.digest);
    }

    pub(crate) fn end(self) -> Digest {
        Digest(self.0.end())
    }
}
