//! The value of an attribute in an event.

use serde::{Deserialize, Serialize};

use super::FreeText;

/// The value of an attribute, as it was written. In JSON it is a string; a free text, which can be
/// redacted, is an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// A text of one's own words.
    Free(FreeText),
    /// Any other value.
    Text(String),
}

impl AttributeValue {
    /// The value; `None` when it was redacted.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Free(text) => text.text(),
            Self::Text(text) => Some(text),
        }
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn a_value_is_a_string_and_a_free_text_an_object() {
        let free = AttributeValue::Free(FreeText::new("a dent"));
        for (value, stored) in [
            (AttributeValue::from("S1"), json!("S1")),
            (free, json!({ (FreeText::MARK): { "text": "a dent" } })),
        ] {
            assert_eq!(to_value(&value).unwrap(), stored);
            assert_eq!(from_value::<AttributeValue>(stored).unwrap(), value);
        }
    }
}
