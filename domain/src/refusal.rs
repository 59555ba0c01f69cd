//! Refusals: why the rules do not allow a command. Each family of refusals is one table, written
//! with [`refusals!`](crate::refusals).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// The parts of the refusal that its cause prints, by name, so that a cause in another language
    /// can name them as well. What the cause does not print is not among them.
    fn parameters(&self) -> Vec<(&'static str, Parameter)>;
}

/// A part of a refusal, for a text that is made where it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    /// A count.
    Number(i64),
    /// Anything else, as the English cause prints it.
    Text(String),
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// What can be part of a refusal. A secret is none of these types.
pub trait ToParameter {
    /// The part as a parameter; `None` when there is nothing to name.
    fn to_parameter(&self) -> Option<Parameter>;
}

/// Implements [`ToParameter`] for types whose `Display` is what a cause prints.
#[macro_export]
macro_rules! text_parameters {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::refusal::ToParameter for $type {
            fn to_parameter(&self) -> Option<$crate::refusal::Parameter> {
                Some($crate::refusal::Parameter::Text(self.to_string()))
            }
        }
    )+};
}

macro_rules! number_parameters {
    ($($type:ty),+) => {$(
        impl ToParameter for $type {
            fn to_parameter(&self) -> Option<Parameter> {
                i64::try_from(*self).ok().map(Parameter::Number)
            }
        }
    )+};
}

text_parameters!(String, char, &'static str, crate::PersonId, crate::TenantId);
number_parameters!(i64, u64, usize);

impl<T: ToParameter> ToParameter for Option<T> {
    fn to_parameter(&self) -> Option<Parameter> {
        self.as_ref().and_then(ToParameter::to_parameter)
    }
}

/// Those of the parts that `cause` prints.
pub fn printed(cause: &str, parts: &[(&'static str, &dyn ToParameter)]) -> Vec<(&'static str, Parameter)> {
    let printed = parts
        .iter()
        .filter(|(name, _)| printed_parts(cause).any(|part| part == *name));
    printed
        .filter_map(|(name, part)| Some((*name, part.to_parameter()?)))
        .collect()
}

/// The names of the parts that a cause prints, in its order.
pub fn printed_parts(cause: &str) -> impl Iterator<Item = &str> {
    let braces = cause.split('{').skip(1);
    braces.filter_map(|rest| rest.split(['}', ':']).next())
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

impl RefusalEntry {
    /// The cause with its parts filled in from `parameters`. `describe` gives what is printed of a
    /// part that is stored as a word; any other is printed as it is.
    pub fn cause_with(
        &self,
        parameters: &BTreeMap<String, Parameter>,
        describe: impl Fn(&str) -> Option<String>,
    ) -> String {
        let fill = |(index, text): (usize, &str)| {
            if index % 2 == 0 {
                return text.to_owned();
            }
            let name = text.split(':').next().unwrap_or(text);
            let value = parameters.get(name).map(ToString::to_string);
            value.map_or_else(String::new, |value| describe(&value).unwrap_or(value))
        };
        self.cause.split(['{', '}']).enumerate().map(fill).collect()
    }
}

/// Defines a family of refusals as one table: the enum, its codes and texts, and its catalogue.
///
/// ```
/// use tally_domain::Refused;
/// use tally_domain::refusal::Parameter;
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
///             number: u64,
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
/// assert_eq!(refusal.parameters(), [("number", Parameter::Number(7))]);
/// assert_eq!(DoorRefusal::CATALOGUE.len(), 2);
/// ```
///
/// A variant without an entry does not compile. `kind` is a variant of
/// [`RefusalKind`](crate::refusal::RefusalKind); `cause` is a phrase without a full stop, in the
/// format of `thiserror`, which the crate must depend on; `remedy` is a sentence; `field`, where
/// there is one, is an expression that may use the variant's fields. The fields are of types that
/// implement [`ToParameter`](crate::refusal::ToParameter).
#[macro_export]
macro_rules! refusals {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $(
        $(#[$variant_meta:meta])*
        $variant:ident
            $({ $($(#[$field_meta:meta])* $part:ident : $type:ty),+ $(,)? })?
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
            $variant $({ $($(#[$field_meta])* $part: $type),+ })?
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

            fn parameters(&self) -> Vec<(&'static str, $crate::refusal::Parameter)> {
                match self { $(
                    Self::$variant { $($($part),+)? } => {
                        let parts: &[(&'static str, &dyn $crate::refusal::ToParameter)] =
                            &[$($((stringify!($part), $part)),+)?];
                        $crate::refusal::printed($cause, parts)
                    }
                ),+ }
            }
        }
    };
    (@field) => { None };
    (@field $field:expr) => { Some(AsRef::<str>::as_ref($field)) };
}
