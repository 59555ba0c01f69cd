//! Any event of the log, for those who read the whole of it.

use std::any::Any;
use std::fmt;

use serde_json::Value;

use super::family::Family;
use super::kind::EventKind;

/// Any event of the log. A reader picks out the family it knows with [`AnyEvent::of`].
#[derive(Clone, Debug, PartialEq)]
pub enum AnyEvent {
    /// Of a family that the reader's codec knows.
    Known(KnownEvent),
    /// Of a type or a schema version that this program does not know, since a newer one wrote it.
    /// It is kept and counted, never dropped.
    Unknown {
        /// The stored name.
        event_type: String,
        /// The stored schema version.
        schema: u16,
        /// The stored payload.
        payload: Value,
    },
    /// One whose payload is gone for good, since the key that it was sealed under was destroyed.
    /// Views pass over it.
    Erased {
        /// The stored name.
        event_type: String,
        /// The stored schema version.
        schema: u16,
    },
    /// One whose payload does not open, or is not what its name and schema version say. A view that
    /// needs the events of its stream stops at it.
    Unreadable {
        /// The stored name.
        event_type: String,
        /// The stored schema version.
        schema: u16,
        /// What is wrong with it, without a value out of it.
        why: String,
    },
}

/// An event of a known family; which one is known when the program runs.
pub struct KnownEvent(Box<dyn Erased>);

impl AnyEvent {
    /// The event as one of family `E`; `None` when it is of another family or unknown.
    pub fn of<E: Family>(&self) -> Option<&E> {
        match self {
            Self::Known(KnownEvent(event)) => event.as_any().downcast_ref(),
            Self::Unknown { .. } | Self::Erased { .. } | Self::Unreadable { .. } => None,
        }
    }

    /// Whether the event is of family `E`.
    pub fn is<E: Family>(&self) -> bool {
        self.of::<E>().is_some()
    }

    /// Whether the event is of a type or a schema version that this program does not know.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// The stored name, such as `asset.checked_out`.
    pub fn event_type(&self) -> &str {
        match self {
            Self::Known(event) => event.kind().event_type,
            Self::Unknown { event_type, .. }
            | Self::Erased { event_type, .. }
            | Self::Unreadable { event_type, .. } => event_type,
        }
    }

    /// The schema version in which the event is stored or would be stored.
    pub fn schema(&self) -> u16 {
        match self {
            Self::Known(event) => event.kind().schema,
            Self::Unknown { schema, .. } | Self::Erased { schema, .. } | Self::Unreadable { schema, .. } => {
                *schema
            }
        }
    }

    /// The event's fields as they are stored; null when they were erased or
    /// cannot be read.
    ///
    /// # Errors
    /// See [`Family::to_payload`].
    pub fn to_payload(&self) -> serde_json::Result<Value> {
        match self {
            Self::Known(KnownEvent(event)) => event.payload(),
            Self::Unknown { payload, .. } => Ok(payload.clone()),
            Self::Erased { .. } | Self::Unreadable { .. } => Ok(Value::Null),
        }
    }
}

impl<E: Family> From<E> for AnyEvent {
    fn from(event: E) -> Self {
        Self::Known(KnownEvent(Box::new(event)))
    }
}

impl KnownEvent {
    /// The stored name and schema version of the event.
    pub fn kind(&self) -> &'static EventKind {
        self.0.event_kind()
    }
}

impl Clone for KnownEvent {
    fn clone(&self) -> Self {
        Self(self.0.clone_boxed())
    }
}

impl PartialEq for KnownEvent {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_equal_to(other.0.as_any())
    }
}

impl fmt::Debug for KnownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What can be done with an event whose family is not known at compile time.
trait Erased: fmt::Debug + Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn clone_boxed(&self) -> Box<dyn Erased>;
    fn is_equal_to(&self, other: &dyn Any) -> bool;
    fn event_kind(&self) -> &'static EventKind;
    fn payload(&self) -> serde_json::Result<Value>;
}

impl<E: Family> Erased for E {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn clone_boxed(&self) -> Box<dyn Erased> {
        Box::new(self.clone())
    }

    fn is_equal_to(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<E>() == Some(self)
    }

    fn event_kind(&self) -> &'static EventKind {
        self.kind()
    }

    fn payload(&self) -> serde_json::Result<Value> {
        self.to_payload()
    }
}
