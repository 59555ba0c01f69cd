//! The identity of an attribute.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an event calls an attribute. It outlives every name of the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeId(pub Uuid);

impl AttributeId {
    /// The tag.
    pub const TAG: Self = Self::built_in(0);

    /// A built-in one. Its number is never given to another.
    pub const fn built_in(number: u8) -> Self {
        Self(Uuid::from_u128(
            0x7a11_0000_0000_8000_8000_0000_0000_0000 + number as u128,
        ))
    }
}

impl fmt::Display for AttributeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
