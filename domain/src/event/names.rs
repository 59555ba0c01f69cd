//! The macro with which an event type states how its variants are stored.

/// States the stored name and schema version of each variant of an event type. It stands below the
/// type.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tally_domain::event::StoredNames;
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub enum DoorEvent {
///     Opened { by: String },
///     Closed {},
/// }
///
/// tally_domain::stored_names! {
///     DoorEvent {
///         Opened = "door.opened" @ 1,
///         Closed = "door.closed" @ 1,
///     }
/// }
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub struct DoorbellRung {
///     times: u64,
/// }
///
/// tally_domain::stored_names! { struct DoorbellRung = "doorbell.rung" @ 1 }
///
/// assert_eq!(DoorEvent::Closed {}.kind().event_type, "door.closed");
/// ```
///
/// A line is never changed and never taken away. A new variant does not compile until it has a
/// line. A changed shape is the next schema version, with one function for each version before that
/// lifts a payload to the next: `Opened = "door.opened" @ 2 (name_the_visitor)`. See
/// [`Upcast`](crate::event::Upcast).
#[macro_export]
macro_rules! stored_names {
    ($event:ident {
        $($variant:ident = $stored:literal @ $schema:literal $(($($upcast:path),+))?),+ $(,)?
    }) => {
        impl $crate::event::StoredNames for $event {
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
    };
    (struct $event:ident = $stored:literal @ $schema:literal $(($($upcast:path),+))?) => {
        impl $crate::event::StoredNames for $event {
            const KINDS: &'static [$crate::event::EventKind] = &[
                $crate::event::EventKind::new($stored, $schema, None, &[$($($upcast),+)?]),
            ];

            fn kind(&self) -> &'static $crate::event::EventKind {
                &<Self as $crate::event::StoredNames>::KINDS[0]
            }
        }
    };
}
