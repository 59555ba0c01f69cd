//! How events are stored before they are sealed: a name, a schema version and a JSON object. All
//! three are a contract with every log ever written.
//!
//! The name stands in a column of its own and picks the type; the payload holds the event's fields
//! and nothing else. An event type states the names and schema versions of its variants, with
//! [`stored_names!`](tally_domain::stored_names), and a house lists its event types, with
//! [`families!`](tally_domain::families). A [`Codec`] is built from these lists and reads any
//! event; a reader of one stream needs no list, since it names the one family that belongs there.
//!
//! Changes to a payload are additive (a new optional field keeps the schema version); anything else
//! is a new version with a step that lifts the one before.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tally_domain::event::{EventKind, Family, FamilyEntry};
use tally_domain::{AnyEvent, Context, Position, Recorded, StreamName};

use crate::raw::json_fault;
use crate::stored::{MissingPayload, NewEvent, StoredEvent};

/// An event that has no stored form: a mistake in its type.
#[derive(Clone, Debug, thiserror::Error)]
#[error("an event of type {event_type} cannot be stored: {why}")]
pub struct EncodeError {
    /// The stored name it would have.
    pub event_type: &'static str,
    /// Why it does not serialize.
    pub why: String,
}

/// A stored event that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DecodeError {
    /// Its payload is not what its name and schema version say.
    #[error("{event_type}@{schema} at position {position} cannot be read: {why}")]
    Payload {
        /// The stored name.
        event_type: String,
        /// The stored schema version.
        schema: u16,
        /// Its position in the log.
        position: Position,
        /// What is wrong with the payload.
        why: String,
    },
    /// It is not of the family that belongs in its stream, or of a name or schema version that only
    /// a newer program knows.
    #[error(
        "{event_type} at position {position} does not belong in stream {stream}, or a newer version wrote it"
    )]
    Unexpected {
        /// The stored name.
        event_type: String,
        /// The stream it is in.
        stream: StreamName,
        /// Its position in the log.
        position: Position,
    },
    /// Its payload was erased: the key that it was sealed under was destroyed.
    #[error("{event_type} at position {position} was erased")]
    Erased {
        /// The stored name.
        event_type: String,
        /// Its position in the log.
        position: Position,
    },
}

/// Reads any stored event of the families it was built from. A clone shares the same table.
#[derive(Clone, Debug)]
pub struct Codec {
    by_name: Arc<HashMap<&'static str, (&'static EventKind, &'static FamilyEntry)>>,
}

impl Codec {
    /// A codec for the families of all `houses`. A stored name belongs to one family: the program's
    /// tests check that no two houses use the same one.
    pub fn new(houses: &[&'static [FamilyEntry]]) -> Self {
        let families = houses.iter().copied().flatten();
        let kinds = families.flat_map(|family| family.kinds.iter().map(move |kind| (kind, family)));
        let by_name = kinds.map(|(kind, family)| (kind.event_type, (kind, family)));
        Self {
            by_name: Arc::new(by_name.collect()),
        }
    }

    /// The event that was stored. Old shapes are lifted; a name or a schema version of a newer
    /// program becomes [`AnyEvent::Unknown`], and what was erased [`AnyEvent::Erased`].
    ///
    /// # Errors
    /// [`DecodeError::Payload`] when the payload is not what its name and schema version say.
    pub fn decode(&self, mut stored: StoredEvent) -> Result<Recorded<AnyEvent>, DecodeError> {
        let event = self.read(&mut stored)?;
        Ok(to_recorded(stored, event))
    }

    /// As [`Self::decode`], and what cannot be read becomes [`AnyEvent::Unreadable`]: for a reader
    /// of many streams, which goes on with the others.
    pub fn decode_any(&self, mut stored: StoredEvent) -> Recorded<AnyEvent> {
        let event = self.read(&mut stored).unwrap_or_else(|why| AnyEvent::Unreadable {
            event_type: stored.event_type.clone(),
            schema: stored.schema,
            why: why.to_string(),
        });
        to_recorded(stored, event)
    }

    fn read(&self, stored: &mut StoredEvent) -> Result<AnyEvent, DecodeError> {
        let known = self.by_name.get(stored.event_type.as_str()).copied();
        let payload = match take_payload(stored) {
            Ok(payload) => payload,
            Err(MissingPayload::Erased) => {
                return Ok(AnyEvent::Erased {
                    event_type: stored.event_type.clone(),
                    schema: stored.schema,
                });
            }
            Err(why) => return Err(unreadable(stored, why.to_string())),
        };
        match known.filter(|(kind, _)| stored.schema <= kind.schema) {
            Some((kind, family)) => {
                check_sealed(family.sealed, stored)?;
                kind.upcast(stored.schema, payload)
                    .and_then(|payload| (family.read)(kind, payload).map_err(|e| json_fault(&e).to_owned()))
                    .map_err(|why| unreadable(stored, why))
            }
            None => Ok(AnyEvent::Unknown {
                event_type: stored.event_type.clone(),
                schema: stored.schema,
                payload,
            }),
        }
    }
}

fn take_payload(stored: &mut StoredEvent) -> Result<Value, MissingPayload> {
    std::mem::replace(&mut stored.payload, Ok(Value::Null))
}

/// An event of a sealed family was written with its tenant's key. A plain one in a tenant's stream
/// was put there without it, past Tally.
fn check_sealed(is_sealed_family: bool, stored: &StoredEvent) -> Result<(), DecodeError> {
    match is_sealed_family && !stored.bytes.is_sealed() && stored.stream.owner().is_some() {
        true => Err(unreadable(
            stored,
            "it is not sealed, and events of its family are".to_owned(),
        )),
        false => Ok(()),
    }
}

/// The event that was stored, which must be of family `E`.
///
/// # Errors
/// [`DecodeError::Unexpected`] when it is of another family or a newer program wrote it,
/// [`DecodeError::Erased`] when its payload is gone, [`DecodeError::Payload`] when the payload is
/// not what its name and schema version say.
pub fn decode_as<E: Family>(mut stored: StoredEvent) -> Result<Recorded<E>, DecodeError> {
    let Some(kind) = E::find_kind(&stored.event_type, stored.schema) else {
        return Err(DecodeError::Unexpected {
            event_type: stored.event_type,
            stream: stored.stream,
            position: stored.position,
        });
    };
    let payload = match take_payload(&mut stored) {
        Ok(payload) => payload,
        Err(MissingPayload::Erased) => {
            return Err(DecodeError::Erased {
                event_type: stored.event_type,
                position: stored.position,
            });
        }
        Err(why) => return Err(unreadable(&stored, why.to_string())),
    };
    check_sealed(E::SEALED, &stored)?;
    let event = kind
        .upcast(stored.schema, payload)
        .and_then(|payload| E::from_payload(kind, payload).map_err(|e| json_fault(&e).to_owned()))
        .map_err(|why| unreadable(&stored, why))?;
    Ok(to_recorded(stored, event))
}

fn unreadable(stored: &StoredEvent, why: String) -> DecodeError {
    DecodeError::Payload {
        event_type: stored.event_type.clone(),
        schema: stored.schema,
        position: stored.position,
        why,
    }
}

fn to_recorded<E>(stored: StoredEvent, event: E) -> Recorded<E> {
    Recorded {
        id: stored.id,
        stream: stored.stream,
        revision: stored.revision,
        position: stored.position,
        recorded_at: stored.recorded_at,
        context: stored.context,
        event,
    }
}

/// `events` ready to be appended to `stream`, each with the id that the command in `context`
/// derives for it, so that a retry of the command is recognised.
///
/// # Errors
/// [`EncodeError`] when an event does not serialize to an object.
pub fn new_events<E: Family>(
    stream: &StreamName,
    context: &Context,
    events: &[E],
) -> Result<Vec<NewEvent>, EncodeError> {
    let numbered = events.iter().enumerate();
    numbered
        .map(|(index, event)| {
            let kind = event.kind();
            Ok(NewEvent {
                id: context.causation.event_id(stream.as_str(), index),
                event_type: kind.event_type.to_owned(),
                schema: kind.schema,
                context: context.clone(),
                payload: encode(event)?,
                sealed: E::SEALED,
            })
        })
        .collect()
}

fn encode<E: Family>(event: &E) -> Result<Value, EncodeError> {
    event.to_payload().map_err(|e| EncodeError {
        event_type: event.kind().event_type,
        why: e.to_string(),
    })
}
