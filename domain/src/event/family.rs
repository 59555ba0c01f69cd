//! The events of one kind of aggregate, and the macro that lists them.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::any::AnyEvent;
use super::kind::EventKind;

/// The event type of one kind of aggregate. Implemented by [`families!`](crate::families) alone.
pub trait Family:
    Clone + fmt::Debug + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static
{
    /// Every kind of event of this family.
    const KINDS: &'static [EventKind];

    /// The stored name and schema version of this event.
    fn kind(&self) -> &'static EventKind;

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

/// One family in the list of its house: what a codec has to know of it.
#[derive(Clone, Copy, Debug)]
pub struct FamilyEntry {
    /// The name that the house gives the family, such as `Asset`.
    pub name: &'static str,
    /// Every kind of event of the family.
    pub kinds: &'static [EventKind],
    /// Reads an event of one of these kinds from its fields, in the current schema.
    pub read: fn(&EventKind, Value) -> serde_json::Result<AnyEvent>,
}

impl FamilyEntry {
    /// The entry of the family `E`.
    pub const fn of<E: Family>(name: &'static str) -> Self {
        Self {
            name,
            kinds: E::KINDS,
            read: |kind, payload| E::from_payload(kind, payload).map(AnyEvent::from),
        }
    }
}

/// Lists the event types of a house of aggregates, each variant with its stored name and schema
/// version.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tally_domain::event::Family;
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub enum DoorEvent {
///     Opened { by: String },
///     Closed {},
/// }
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub struct DoorbellRung {
///     times: u64,
/// }
///
/// tally_domain::families! {
///     /// All events of this house.
///     pub const FAMILIES;
///     Door(DoorEvent) {
///         Opened = "door.opened" @ 1,
///         Closed = "door.closed" @ 1,
///     }
///     Doorbell(struct DoorbellRung) = "doorbell.rung" @ 1;
/// }
///
/// assert_eq!(DoorEvent::Closed {}.kind().event_type, "door.closed");
/// assert_eq!(FAMILIES.len(), 2);
/// ```
///
/// A line is never changed and never taken away. A new variant does not compile until it has a
/// line. A changed shape is the next schema version, with one function for each version before that
/// lifts a payload to the next: `Opened = "door.opened" @ 2 (name_the_visitor)`. See
/// [`Upcast`](crate::event::Upcast).
#[macro_export]
macro_rules! families {
    ($(#[$doc:meta])* $vis:vis const $list:ident; $($families:tt)*) => {
        $crate::families!(@each [$(#[$doc])* $vis $list] [] $($families)*);
    };
    (@each [$($head:tt)*] [$($entries:tt)*] $name:ident($event:ident) {
        $($variant:ident = $stored:literal @ $schema:literal $(($($upcast:path),+))?),+ $(,)?
    } $($rest:tt)*) => {
        impl $crate::event::Family for $event {
            const KINDS: &'static [$crate::event::EventKind] = &[$(
                $crate::event::EventKind::new(
                    $stored, $schema, Some(stringify!($variant)), &[$($($upcast),+)?],
                )
            ),+];

            fn kind(&self) -> &'static $crate::event::EventKind {
                match self {
                    $($event::$variant { .. } => {
                        const KIND: &$crate::event::EventKind = &$crate::event::EventKind::new(
                            $stored, $schema, Some(stringify!($variant)), &[$($($upcast),+)?],
                        );
                        KIND
                    })+
                }
            }
        }
        $crate::families!(@each [$($head)*] [$($entries)* $name $event] $($rest)*);
    };
    (@each [$($head:tt)*] [$($entries:tt)*]
        $name:ident(struct $event:ident) = $stored:literal @ $schema:literal $(($($upcast:path),+))?;
    $($rest:tt)*) => {
        impl $crate::event::Family for $event {
            const KINDS: &'static [$crate::event::EventKind] = &[
                $crate::event::EventKind::new($stored, $schema, None, &[$($($upcast),+)?]),
            ];

            fn kind(&self) -> &'static $crate::event::EventKind {
                &<Self as $crate::event::Family>::KINDS[0]
            }
        }
        $crate::families!(@each [$($head)*] [$($entries)* $name $event] $($rest)*);
    };
    (@each [$(#[$doc:meta])* $vis:vis $list:ident] [$($name:ident $event:ident)*]) => {
        $(#[$doc])*
        $vis const $list: &[$crate::event::FamilyEntry] = &[
            $($crate::event::FamilyEntry::of::<$event>(stringify!($name))),*
        ];
    };
}
