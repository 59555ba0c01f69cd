//! Refusals: why the rules do not allow a command. Each family of refusals is one table, written
//! with [`refusals!`](crate::refusals).

/// What kind of refusal it is; an HTTP answer takes its status from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The input cannot be read.
    Malformed,
    /// The caller has not proven who it is.
    Unauthenticated,
    /// The input is wrong, whatever the state of things.
    Invalid,
    /// The input is right, but the current state does not allow it.
    Conflict,
    /// The thing that the command names does not exist.
    NotFound,
    /// The caller may not do this.
    Forbidden,
    /// The input is larger than what is accepted at once.
    TooLarge,
    /// The caller requests more often than is answered.
    TooOften,
    /// What the request names does not support it.
    Unsupported,
    /// The request is meant for another server.
    Misdirected,
    /// The caller does not say which version the change is based on.
    Unconditional,
    /// The version that the caller's change is based on is no longer the current one.
    Outdated,
    /// It cannot be decided at the moment; trying again can help.
    Unavailable,
    /// Something failed on our side, and trying again may not help.
    Failed,
}

/// What every refusal says: its code for programs; title, cause (`Display`) and remedy for people.
pub trait Refused: std::error::Error {
    /// The stable code, `area.name`. A published code never changes.
    fn code(&self) -> &'static str;
    /// The kind, from which the status of an answer follows.
    fn kind(&self) -> RefusalKind;
    /// A heading of a few words.
    fn title(&self) -> &'static str;
    /// What the caller can do now, as a sentence.
    fn remedy(&self) -> &'static str;
    /// The part of the command that is wrong: `tag`, or the key of an attribute.
    fn field(&self) -> Option<&str> {
        None
    }
}

/// One line of a family's catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalEntry {
    /// The stable code, `area.name`.
    pub code: &'static str,
    /// The kind, from which the status of an answer follows.
    pub kind: RefusalKind,
    /// A heading of a few words.
    pub title: &'static str,
    /// The cause as a phrase; a name in braces stands for a part of the refusal.
    pub cause: &'static str,
    /// What the caller can do now, as a sentence.
    pub remedy: &'static str,
}

/// Defines a family of refusals as one table: the enum, its codes and texts, and its catalogue.
///
/// ```
/// use tally_domain::Refused;
///
/// tally_domain::refusals! {
///     /// A refusal by the rules of a door.
///     #[derive(Clone, Debug, PartialEq, Eq)]
///     pub enum DoorRefusal {
///         /// Someone has locked the door.
///         Locked = "door.locked" {
///             kind: Conflict,
///             title: "Door locked",
///             cause: "the door is locked",
///             remedy: "Unlock the door first.",
///         },
///         /// The door has no room with this number.
///         UnknownRoom {
///             /// The number as entered.
///             number: u32,
///         } = "door.unknown_room" {
///             kind: NotFound,
///             title: "Room not found",
///             cause: "there is no room {number}",
///             remedy: "Choose a room from the list.",
///             field: "number",
///         },
///     }
/// }
///
/// let refusal = DoorRefusal::UnknownRoom { number: 7 };
/// assert_eq!(refusal.code(), "door.unknown_room");
/// assert_eq!(refusal.to_string(), "there is no room 7");
/// assert_eq!(refusal.field(), Some("number"));
/// assert_eq!(DoorRefusal::CATALOGUE.len(), 2);
/// ```
///
/// A variant without an entry does not compile. `kind` is a variant of
/// [`RefusalKind`](crate::refusal::RefusalKind); `cause` is a phrase without a full stop, in the
/// format of `thiserror`, which the crate must depend on; `remedy` is a sentence; `field`, where
/// there is one, is an expression that may use the variant's named fields.
#[macro_export]
macro_rules! refusals {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $(
        $(#[$variant_meta:meta])*
        $variant:ident
            $({ $($(#[$field_meta:meta])* $part:ident : $type:ty),+ $(,)? })?
            $(( $($tuple:ty),+ ))?
        = $code:literal {
            kind: $kind:ident,
            title: $title:expr,
            cause: $cause:literal,
            remedy: $remedy:expr
            $(, field: $field:expr)?
            $(,)?
        }
    ),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(::thiserror::Error)]
        $vis enum $name { $(
            $(#[$variant_meta])*
            #[error($cause)]
            $variant $({ $($(#[$field_meta])* $part: $type),+ })? $(($($tuple),+))?
        ),+ }

        impl $name {
            /// Every refusal of this family, in the order of its table.
            pub const CATALOGUE: &'static [$crate::refusal::RefusalEntry] = &[$(
                $crate::refusal::RefusalEntry {
                    code: $code,
                    kind: $crate::refusal::RefusalKind::$kind,
                    title: $title,
                    cause: $cause,
                    remedy: $remedy,
                }
            ),+];
        }

        impl $crate::refusal::Refused for $name {
            fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),+ }
            }

            fn kind(&self) -> $crate::refusal::RefusalKind {
                match self { $(Self::$variant { .. } => $crate::refusal::RefusalKind::$kind),+ }
            }

            fn title(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $title),+ }
            }

            fn remedy(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $remedy),+ }
            }

            #[allow(unused_variables, reason = "most fields do not use the parts of their variant")]
            fn field(&self) -> Option<&str> {
                match self { $(
                    Self::$variant { $($($part,)+)? .. } => $crate::refusals!(@field $($field)?)
                ),+ }
            }
        }
    };
    (@field) => { None };
    (@field $field:expr) => { Some(AsRef::<str>::as_ref($field)) };
}
