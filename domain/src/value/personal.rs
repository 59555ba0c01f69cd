//! What identifies a person: an account id, a name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

/// Text that identifies a person. It is stored under that person's key: erasing the person is
/// destroying the key.
///
/// Its JSON, `{"$personal": {...}}`, is recognised by the codec, which seals the text when the event
/// is stored.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Personal {
    #[serde(rename = "$personal")]
    inner: Inner,
}

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Inner {
    person: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Personal {
    /// The name of the one field of its JSON.
    pub const MARK: &'static str = "$personal";

    /// What identifies `person`; `None` when the person was erased.
    pub fn new(person: PersonId, text: Option<String>) -> Self {
        Self {
            inner: Inner { person, text },
        }
    }

    /// The person it identifies.
    pub fn person(&self) -> PersonId {
        self.inner.person
    }

    /// The text; `None` when the person was erased.
    pub fn text(&self) -> Option<&str> {
        self.inner.text.as_deref()
    }
}

/// Without the text, which would reach a log.
impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.text().map(str::len);
        write!(f, "Personal({:?}, bytes: {length:?})", self.inner.person)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_identifies_a_person_is_not_printed() {
        let person = PersonId(Uuid::from_u128(7));
        let printed = format!("{:?}", Personal::new(person, Some("Ada Lovelace".to_owned())));
        assert!(
            printed.ends_with("bytes: Some(12))") && !printed.contains("Ada"),
            "{printed}"
        );
    }
}
