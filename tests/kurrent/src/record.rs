//! An event in the log of the cluster.

use std::time::{Duration, SystemTime};

use prost::bytes::Bytes;
use uuid::Uuid;

/// An event as the cluster keeps it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The major half of its position: its place in bytes, or where the commit of its old
    /// transaction does.
    pub commit: u64,
    /// The minor half: its place in bytes.
    pub prepare: u64,
    /// The name of its stream.
    pub stream: String,
    /// Its number in the stream, from 0.
    pub revision: u64,
    /// The event's id.
    pub id: Uuid,
    /// The event's type.
    pub event_type: String,
    /// Whether it was said to be JSON.
    pub is_json: bool,
    /// When it was written: ticks of 100 ns since 1970.
    pub created: u64,
    /// The event's data, as it was sent.
    pub data: Bytes,
    /// The event's metadata, as it was sent.
    pub metadata: Bytes,
}

impl Record {
    /// An event that says nothing, not yet in its place.
    pub fn new(stream: &str, revision: u64, id: Uuid) -> Self {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self {
            commit: 0,
            prepare: 0,
            stream: stream.to_owned(),
            revision,
            id,
            event_type: "noted".to_owned(),
            is_json: true,
            created: u64::try_from(since.as_nanos() / 100).unwrap(),
            data: Bytes::from_static(b"{}"),
            metadata: Bytes::new(),
        }
    }

    /// How long ago it was written.
    pub(crate) fn age(&self) -> Duration {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        since.saturating_sub(Duration::from_nanos(self.created.saturating_mul(100)))
    }

    /// Makes it as if it had been written earlier.
    pub(crate) fn grow_older(&mut self, by: Duration) {
        let ticks = u64::try_from(by.as_nanos() / 100).unwrap();
        self.created = self.created.saturating_sub(ticks);
    }

    pub(crate) fn position(&self) -> (u64, u64) {
        (self.commit, self.prepare)
    }
}
