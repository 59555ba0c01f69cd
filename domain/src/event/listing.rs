//! The macro with which a house lists its families.

/// Lists the event types of a house. A type that is not listed cannot be appended: it is no
/// [`Family`](crate::event::Family).
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub enum DoorEvent {
///     Closed {},
/// }
///
/// tally_domain::stored_names! { DoorEvent { Closed = "door.closed" @ 1 } }
///
/// tally_domain::families! {
///     /// All events of this house.
///     pub const FAMILIES;
///     DoorEvent,
/// }
///
/// assert_eq!(FAMILIES.len(), 1);
/// ```
#[macro_export]
macro_rules! families {
    ($(#[$doc:meta])* $vis:vis const $list:ident; $($event:ident),+ $(,)?) => {
        $(impl $crate::event::Family for $event {})+

        $(#[$doc])*
        $vis const $list: &[$crate::event::FamilyEntry] = &[
            $($crate::event::FamilyEntry::of::<$event>()),+
        ];
    };
}
