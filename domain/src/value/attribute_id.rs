//! The identity of an attribute.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AttributeName;
use crate::ids::RegisterId;

/// What an event calls an attribute. It outlives every name of the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeId(pub Uuid);

impl AttributeId {
    /// The tag.
    pub const TAG: Self = Self::built_in(0);
    /// The name.
    pub const NAME: Self = Self::built_in(1);
    /// The type.
    pub const TYPE: Self = Self::built_in(2);
    /// The location.
    pub const LOCATION: Self = Self::built_in(6);
    /// The price.
    pub const PRICE: Self = Self::built_in(9);

    /// A built-in one. Its number is never given to another.
    pub const fn built_in(number: u8) -> Self {
        Self(Uuid::from_u128(
            0x7a11_0000_0000_8000_8000_0000_0000_0000 + number as u128,
        ))
    }

    /// A free one, by the form of the first name that it has in its register. So two nodes that add
    /// it at once add the same.
    pub fn of_first_name(register: RegisterId, name: &AttributeName) -> Self {
        let named = format!("attribute/{}", name.form());
        Self(Uuid::new_v5(&register.0, named.as_bytes()))
    }
}

impl fmt::Display for AttributeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl std::str::FromStr for AttributeId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}
