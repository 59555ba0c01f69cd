//! The macro with which a house lists its families.

/// Lists the event types of a house. A type that is not listed cannot be appended: it is no
/// [`Family`](crate::event::Family).
///
/// Each is `sealed` or `plain`. In a tenant's own streams, the payload of a sealed one is stored
/// under a key of that tenant. The choice cannot be left out, and it is never changed.
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
///     sealed DoorEvent,
/// }
///
/// assert_eq!(FAMILIES.len(), 1);
/// assert!(FAMILIES[0].sealed);
/// ```
#[macro_export]
macro_rules! families {
    (@is_sealed sealed) => { true };
    (@is_sealed plain) => { false };
    ($(#[$doc:meta])* $vis:vis const $list:ident; $($form:ident $event:ident),+ $(,)?) => {
        $(impl $crate::event::Family for $event {
            const SEALED: bool = $crate::families!(@is_sealed $form);
        })+

        $(#[$doc])*
        $vis const $list: &[$crate::event::FamilyEntry] = &[
            $($crate::event::FamilyEntry::of::<$event>()),+
        ];
    };
}
