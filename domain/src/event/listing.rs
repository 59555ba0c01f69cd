//! The macro with which a house lists its event types.

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
