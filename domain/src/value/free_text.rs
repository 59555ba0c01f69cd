//! Text in a person's own words: a note, a reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::TextId;

/// Text in a person's own words. It may name people, so it is stored under a key of its own:
/// destroying that key redacts the text, wherever it was copied to, and nothing else.
///
/// Its JSON, `{"$free_text": {...}}`, is recognised by the codec, which seals the text when the
/// event is stored. A text that was read and is written again (as the value that an edit replaced)
/// keeps its id, and so its key.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FreeText {
    #[serde(rename = "$free_text")]
    inner: Inner,
}

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Inner {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<TextId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl FreeText {
    /// The name of the one field of its JSON.
    pub const MARK: &'static str = "$free_text";

    /// A text that is written now. It gets its id when it is stored.
    pub fn new(text: impl Into<String>) -> Self {
        Self::of(None, Some(text.into()))
    }

    /// A text as it is stored; without `text` when it was redacted.
    pub fn stored(id: TextId, text: Option<String>) -> Self {
        Self::of(Some(id), text)
    }

    fn of(id: Option<TextId>, text: Option<String>) -> Self {
        Self {
            inner: Inner { id, text },
        }
    }

    /// The id of a text that was stored.
    pub fn id(&self) -> Option<TextId> {
        self.inner.id
    }

    /// The text; `None` when it was redacted.
    pub fn text(&self) -> Option<&str> {
        self.inner.text.as_deref()
    }
}

/// Without the text, which would reach a log.
impl fmt::Debug for FreeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.text().map(str::len);
        write!(f, "FreeText({:?}, bytes: {length:?})", self.inner.id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_text_is_marked_in_json_so_that_the_codec_finds_it() {
        let written = to_value(FreeText::new("for the fair")).unwrap();
        assert_eq!(written, json!({ (FreeText::MARK): { "text": "for the fair" } }));
        let id = TextId(Uuid::from_u128(7));
        let redacted: FreeText = from_value(json!({ (FreeText::MARK): { "id": id } })).unwrap();
        assert_eq!(redacted, FreeText::stored(id, None));
    }

    #[test]
    fn a_text_is_not_printed() {
        let printed = format!("{:?}", FreeText::new("for the fair"));
        assert_eq!(printed, "FreeText(None, bytes: Some(12))");
    }
}
