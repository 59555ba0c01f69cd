//! The events of one kind of aggregate.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::kind::EventKind;

/// How an event type is stored. Implemented by [`stored_names!`](crate::stored_names) alone.
pub trait StoredNames {
    /// Every kind of event of this type.
    const KINDS: &'static [EventKind];

    /// The stored name and schema version of this event.
    fn kind(&self) -> &'static EventKind;
}

/// The event type of one kind of aggregate. Implemented by [`families!`](crate::families) alone.
pub trait Family:
    StoredNames + Clone + fmt::Debug + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static
{
    /// Whether its payloads are stored under the tenant's key, in a tenant's own streams.
    const SEALED: bool;

    /// The kind that is stored as `event_type`, in a schema version that is known here.
    fn find_kind(event_type: &str, schema: u16) -> Option<&'static EventKind> {
        let mut kinds = Self::KINDS.iter();
        kinds.find(|kind| kind.event_type == event_type && schema <= kind.schema)
    }

    /// The event's fields as they are stored. The variant's name is not among them: the stored name
    /// says it, so `{"CheckedOut": {...}}` is stored as `{...}`.
    ///
    /// # Errors
    /// When the event does not serialize to an object, a mistake in the event type.
    fn to_payload(&self) -> serde_json::Result<Value> {
        let value = serde_json::to_value(self)?;
        match (self.kind().variant, value) {
            (None, fields) => Ok(fields),
            (Some(_), Value::Object(tagged)) if tagged.len() == 1 => {
                Ok(tagged.into_values().next().unwrap_or_default())
            }
            (Some(_), _) => Err(serde::ser::Error::custom("it is not a variant with fields")),
        }
    }

    /// The event of `kind` whose fields are `payload`, in the current schema.
    ///
    /// # Errors
    /// When the payload is not what the kind says.
    fn from_payload(kind: &EventKind, payload: Value) -> serde_json::Result<Self> {
        match kind.variant {
            Some(variant) => {
                let tagged = Map::from_iter([(variant.to_owned(), payload)]);
                serde_json::from_value(Value::Object(tagged))
            }
            None => serde_json::from_value(payload),
        }
    }
}
