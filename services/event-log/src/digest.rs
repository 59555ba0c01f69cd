//! Digests over stored events: SHA-256 of an event's fields, each with its length before it.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use tally_domain::{Revision, StreamName};
use uuid::Uuid;

use crate::limits::Prepared;
use crate::raw::RawEvent;
use crate::stored::StoredEvent;

/// What stands before the first event of a stream in place of a digest.
pub(crate) const NOTHING_BEFORE: [u8; 32] = [0; 32];

/// SHA-256 over fields.
#[derive(Clone, Default)]
pub(crate) struct Fields(Sha256);

impl Fields {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn end(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The fields of an event that its digest covers. Its position is each engine's own.
pub(crate) struct Covered<'e> {
    pub id: Uuid,
    pub stream: &'e str,
    pub revision: Revision,
    pub event_type: &'e str,
    pub schema: u16,
    pub recorded_at: DateTime<Utc>,
    pub context: &'e str,
    pub payload: &'e [u8],
}

impl Covered<'_> {
    /// The digest that is stored with the event, after the one `before` it in its stream.
    pub(crate) fn digest_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut fields = Fields::default();
        fields.add(before);
        self.add_to(&mut fields);
        fields.end()
    }

    pub(crate) fn add_to(&self, fields: &mut Fields) {
        fields.add(self.id.as_bytes());
        fields.add(self.stream.as_bytes());
        fields.add(&self.revision.to_be_bytes());
        fields.add(self.event_type.as_bytes());
        fields.add(&self.schema.to_be_bytes());
        fields.add(&self.recorded_at.timestamp_micros().to_be_bytes());
        fields.add(self.context.as_bytes());
        fields.add(self.payload);
    }
}

impl Prepared {
    /// The same event as it will stand in `stream`.
    pub(crate) fn covered<'e>(
        &'e self,
        stream: &'e StreamName,
        revision: Revision,
        recorded_at: DateTime<Utc>,
    ) -> Covered<'e> {
        Covered {
            id: self.id.0,
            stream: stream.as_str(),
            revision,
            event_type: &self.event_type,
            schema: self.schema,
            recorded_at,
            context: &self.context,
            payload: &self.payload,
        }
    }
}

impl RawEvent {
    pub(crate) fn covered(&self) -> Covered<'_> {
        Covered {
            id: self.id,
            stream: &self.stream,
            revision: self.revision,
            event_type: &self.event_type,
            schema: self.schema,
            recorded_at: self.recorded_at,
            context: &self.context,
            payload: &self.payload,
        }
    }
}

impl StoredEvent {
    pub(crate) fn covered(&self) -> Covered<'_> {
        Covered {
            id: self.id.0,
            stream: self.stream.as_str(),
            revision: self.revision,
            event_type: &self.event_type,
            schema: self.schema,
            recorded_at: self.recorded_at,
            context: &self.context_text,
            payload: self.bytes.as_slice(),
        }
    }
}
