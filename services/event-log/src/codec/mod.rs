//! How events are stored: a name, a schema version and a JSON object. All three are a contract with every log ever written.
//!
//! The type stands in a column of its own and picks the struct; the payload holds the variant's fields and nothing else. Changes to
//! a payload are additive (a new optional field keeps the schema version); anything else is a new version and a step in [`upcast`].

mod family;
mod names;
pub mod upcast;

use std::borrow::Cow;

use serde_json::Value;
use tally_domain::{Context, Event, Recorded, StreamName};

pub use family::Family;
pub use names::{Kind, Of, kinds};

use crate::port::{NewEvent, StoredEvent};

/// An event in its stored form.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// The stored type: `asset.checked_out`.
    pub event_type: Cow<'static, str>,
    /// The version of the payload's shape.
    pub schema: u16,
    /// The event's fields, a JSON object.
    pub payload: Value,
}

/// An event that has no stored form: a mistake in the program.
#[derive(Clone, Debug, thiserror::Error)]
#[error("an event of type {event_type} cannot be stored: {why}")]
pub struct EncodeError {
    /// The type it would have.
    pub event_type: &'static str,
    /// What is wrong.
    pub why: String,
}

/// A stored event that cannot be understood.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DecodeError {
    /// Its payload is not what its type and schema say.
    #[error("{event_type}@{schema} at position {position} cannot be read: {why}")]
    Payload {
        /// Its type.
        event_type: String,
        /// Its schema version.
        schema: u16,
        /// Where it is.
        position: tally_domain::Position,
        /// What is wrong.
        why: String,
    },
    /// It is not of the family that was asked for, or of a type or schema that only a newer version knows.
    #[error(
        "{event_type} at position {position} does not belong in stream {stream}, or is of a newer version"
    )]
    Unexpected {
        /// Its type.
        event_type: String,
        /// The stream it is in.
        stream: StreamName,
        /// Where it is.
        position: tally_domain::Position,
    },
}

/// The stored form of `event`.
///
/// # Errors
/// [`EncodeError`], which no event of the domain causes.
pub fn encode(event: &Event) -> Result<Encoded, EncodeError> {
    match event {
        Event::Tenant(event) => event.encoded(),
        Event::Asset(event) => event.encoded(),
        Event::Claim(event) => event.encoded(),
        Event::Register(event) => event.encoded(),
        Event::Import(event) => event.encoded(),
        Event::Health(event) => event.encoded(),
        Event::Alarm(event) => event.encoded(),
        Event::Release(event) => event.encoded(),
        Event::Incident(event) => event.encoded(),
        Event::RefusedCallback(event) => event.encoded(),
        Event::Unknown {
            event_type,
            schema,
            payload,
        } => Ok(Encoded {
            event_type: Cow::Owned(event_type.clone()),
            schema: *schema,
            payload: payload.clone(),
        }),
    }
}

/// The stored type of `event`: `asset.checked_out`.
pub fn type_name(event: &Event) -> Cow<'static, str> {
    match event {
        Event::Tenant(event) => event.kind().event_type.into(),
        Event::Asset(event) => event.kind().event_type.into(),
        Event::Claim(event) => event.kind().event_type.into(),
        Event::Register(event) => event.kind().event_type.into(),
        Event::Import(event) => event.kind().event_type.into(),
        Event::Health(event) => event.kind().event_type.into(),
        Event::Alarm(event) => event.kind().event_type.into(),
        Event::Release(event) => event.kind().event_type.into(),
        Event::Incident(event) => event.kind().event_type.into(),
        Event::RefusedCallback(event) => event.kind().event_type.into(),
        Event::Unknown { event_type, .. } => Cow::Owned(event_type.clone()),
    }
}

/// The event that was stored. Old shapes are upcast; a type or a schema of a newer version becomes [`Event::Unknown`].
///
/// # Errors
/// [`DecodeError::Payload`] when the payload is not what its type and schema promise.
pub fn decode(stored: StoredEvent) -> Result<Recorded<Event>, DecodeError> {
    let StoredEvent {
        id,
        stream,
        revision,
        position,
        event_type,
        schema,
        recorded_at,
        context,
        payload,
    } = stored;
    let event = read(event_type, schema, payload).map_err(|unread| DecodeError::Payload {
        event_type: unread.event_type,
        schema,
        position,
        why: unread.why,
    })?;
    Ok(Recorded {
        id,
        stream,
        revision,
        position,
        recorded_at,
        context,
        event,
    })
}

struct Unread {
    event_type: String,
    why: String,
}

fn read(event_type: String, schema: u16, payload: Value) -> Result<Event, Unread> {
    let Some(kind) = names::find(&event_type).filter(|kind| schema <= kind.schema) else {
        return Ok(Event::Unknown {
            event_type,
            schema,
            payload,
        });
    };
    upcast::to_current(upcast::STEPS, kind, schema, payload)
        .and_then(|payload| kind.read(payload).map_err(|e| e.to_string()))
        .map_err(|why| Unread { event_type, why })
}

/// The same record as an event of one family.
///
/// # Errors
/// [`DecodeError::Unexpected`] when it is of another family, or unknown.
pub fn narrow<E: Family>(recorded: Recorded<Event>) -> Result<Recorded<E>, DecodeError> {
    let event_type = type_name(&recorded.event);
    match E::from_event(recorded.event) {
        Some(event) => Ok(Recorded {
            id: recorded.id,
            stream: recorded.stream,
            revision: recorded.revision,
            position: recorded.position,
            recorded_at: recorded.recorded_at,
            context: recorded.context,
            event,
        }),
        None => Err(DecodeError::Unexpected {
            event_type: event_type.into_owned(),
            stream: recorded.stream,
            position: recorded.position,
        }),
    }
}

/// `events` ready to be appended to `stream`, each with the id that the command in `context` derives for it, so that a retry of the
/// command is recognised.
///
/// # Errors
/// [`EncodeError`], which no event of the domain causes.
pub fn new_events<E: Family>(
    stream: &StreamName,
    context: &Context,
    events: &[E],
) -> Result<Vec<NewEvent>, EncodeError> {
    let numbered = events.iter().enumerate();
    numbered
        .map(|(index, event)| {
            let encoded = event.encoded()?;
            Ok(NewEvent {
                id: context.causation.event_id(stream.as_str(), index),
                event_type: encoded.event_type.into_owned(),
                schema: encoded.schema,
                context: context.clone(),
                payload: encoded.payload,
            })
        })
        .collect()
}
