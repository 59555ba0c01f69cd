//! What can be wrong with the key or the value of an attribute.

use std::fmt;

use crate::refusal::{Parameter, ToParameter};
use crate::text::ForbiddenCharacter;

/// What is wrong with the key or the value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeFault {
    /// The text is neither a key nor a name.
    KeyInvalid,
    /// Another name of the same command is that of the same attribute.
    NamedTwice,
    /// The name is too long.
    NameTooLong,
    /// The value is too long.
    ValueTooLong,
    /// The value is not a day.
    NotADay,
    /// The value holds control characters.
    ControlCharacters,
    /// The value holds characters that turn the direction of text.
    DirectionCharacters,
}

impl AttributeFault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::KeyInvalid,
        Self::NamedTwice,
        Self::NameTooLong,
        Self::ValueTooLong,
        Self::NotADay,
        Self::ControlCharacters,
        Self::DirectionCharacters,
    ];

    /// The stable word for programs, and for texts in other languages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyInvalid => "key_invalid",
            Self::NamedTwice => "named_twice",
            Self::NameTooLong => "name_too_long",
            Self::ValueTooLong => "value_too_long",
            Self::NotADay => "not_a_day",
            Self::ControlCharacters => "control_characters",
            Self::DirectionCharacters => "direction_characters",
        }
    }
}

impl fmt::Display for AttributeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyInvalid => "the name of an attribute has 1 to 100 characters on one line",
            Self::NamedTwice => "two of the names given are those of one attribute",
            Self::NameTooLong => "it is longer than 255 characters",
            Self::ValueTooLong => "it is longer than 2000 characters",
            Self::NotADay => "it is not a day written as YYYY-MM-DD",
            Self::ControlCharacters => "it holds control characters",
            Self::DirectionCharacters => "it holds characters that turn the direction of text",
        })
    }
}

impl From<ForbiddenCharacter> for AttributeFault {
    fn from(forbidden: ForbiddenCharacter) -> Self {
        match forbidden {
            ForbiddenCharacter::Control => Self::ControlCharacters,
            ForbiddenCharacter::Direction => Self::DirectionCharacters,
        }
    }
}

impl ToParameter for AttributeFault {
    fn to_parameter(&self) -> Option<Parameter> {
        Some(Parameter::Text(self.as_str().to_owned()))
    }
}
