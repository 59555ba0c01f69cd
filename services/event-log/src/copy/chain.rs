//! Checking that each event carries the digest that follows from the one before it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::digest::NOTHING_BEFORE;
use crate::raw::RawEvent;

/// The digest of the last event of each stream so far. A stream is known by a digest of its name,
/// since a log may have millions of streams.
#[derive(Clone, Default)]
pub(super) struct Chain(HashMap<Uuid, [u8; 32]>);

impl Chain {
    /// The index of the first of `events` whose digest is another than it should be. They come in
    /// the log's order, after all that were checked before.
    pub(super) fn check(&mut self, events: &[RawEvent]) -> Result<(), usize> {
        let is_right = |event: &RawEvent| {
            let name = Uuid::new_v5(&Uuid::NAMESPACE_OID, event.stream.as_bytes());
            let before = self.0.entry(name).or_insert(NOTHING_BEFORE);
            let right = event.covered().digest_after(before) == event.digest;
            *before = event.digest;
            right
        };
        events
            .iter()
            .map(is_right)
            .position(|right| !right)
            .map_or(Ok(()), Err)
    }
}
