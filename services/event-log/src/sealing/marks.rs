//! Free texts and what identifies a person, found in JSON by their marks.
//!
//! Between the domain and the codec: `{"$free_text":{"id":..,"text":..}}`, the id only once it was
//! stored, and `{"$personal":{"person":..,"text":..}}`; without `text` when the key is gone.
//! Stored, `sealed` (Base64) and `key` (SHA-256 of the key, Base64) stand in place of `text`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use tally_domain::value::{FreeText, Personal};
use tally_domain::{PersonId, TextId};
use uuid::Uuid;

use crate::sealer::{Part, Sealed, Subject};

const TEXT: &str = "text";
const SEALED: &str = "sealed";
const KEY: &str = "key";

/// One kind of mark: its name, and the field that says whose key seals its text.
struct Kind {
    mark: &'static str,
    owner: &'static str,
    /// Whether one without an owner gets an id when it is stored.
    gets_id: bool,
    subject: fn(Uuid) -> Subject,
}

const KINDS: [Kind; 2] = [
    Kind {
        mark: FreeText::MARK,
        owner: "id",
        gets_id: true,
        subject: |id| Subject::Text(TextId(id)),
    },
    Kind {
        mark: Personal::MARK,
        owner: "person",
        gets_id: false,
        subject: |id| Subject::Person(PersonId(id)),
    },
];

/// Whether JSON text may hold a mark.
pub(super) fn may_be_in(json: &str) -> bool {
    KINDS.iter().any(|kind| json.contains(kind.mark))
}

/// Whether there is a mark in `value`.
pub(super) fn are_in(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(are_in),
        Value::Object(fields) => {
            KINDS.iter().any(|kind| fields.contains_key(kind.mark)) || fields.values().any(are_in)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A marked text in the JSON of an event.
pub(super) struct Marked<'v> {
    kind: &'static Kind,
    path: String,
    fields: &'v mut Map<String, Value>,
}

/// Which form of the marked texts is looked for.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Plain,
    Sealed,
}

/// There is a mark, and what it marks has another shape than a text: passed over, it would be
/// stored under the wrong key, or in the clear.
#[derive(Debug, thiserror::Error)]
#[error("the marked text at {0} has another shape")]
pub(super) struct OtherShape(String);

/// The marked texts in `value`, which is at `path` of its event, in their order. One that was
/// redacted is found in its plain form only.
pub(super) fn find<'v>(
    form: Form,
    path: &str,
    value: &'v mut Value,
    found: &mut Vec<Marked<'v>>,
) -> Result<(), OtherShape> {
    if let Some(kind) = kind_of(value) {
        let path = path.to_owned();
        let fields = kind
            .fields_of(form, value)
            .ok_or_else(|| OtherShape(path.clone()))?;
        if matches!(form, Form::Plain) || fields.contains_key(SEALED) {
            found.push(Marked { kind, path, fields });
        }
        return Ok(());
    }
    match value {
        Value::Array(items) => {
            let mut items = items.iter_mut().enumerate();
            items.try_for_each(|(index, item)| find(form, &format!("{path}/{index}"), item, found))
        }
        Value::Object(fields) => {
            let mut fields = fields.iter_mut();
            fields.try_for_each(|(name, field)| find(form, &join(path, name), field, found))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// As in a JSON Pointer, so that no two paths read the same.
fn join(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn kind_of(value: &Value) -> Option<&'static Kind> {
    let object = value.as_object()?;
    KINDS.iter().find(|kind| object.contains_key(kind.mark))
}

impl Kind {
    /// The fields of a text of this kind; `None` when `value` is not an object of nothing but its
    /// mark, or the mark holds anything but the fields of the form.
    fn fields_of<'v>(&self, form: Form, value: &'v mut Value) -> Option<&'v mut Map<String, Value>> {
        let object = value.as_object_mut().filter(|object| object.len() == 1)?;
        let fields = object.get_mut(self.mark)?.as_object_mut()?;
        let is_allowed = |(name, value): (&String, &Value)| {
            let of_form = match form {
                Form::Plain => name == TEXT,
                Form::Sealed => name == SEALED || name == KEY,
            };
            value
                .as_str()
                .is_some_and(|text| of_form || (name == self.owner && is_id(text)))
        };
        let is_complete = match form {
            Form::Plain => self.gets_id || fields.contains_key(self.owner),
            Form::Sealed => {
                fields.contains_key(self.owner) && fields.contains_key(SEALED) == fields.contains_key(KEY)
            }
        };
        (is_complete && fields.iter().all(is_allowed)).then_some(fields)
    }
}

fn is_id(text: &str) -> bool {
    Uuid::parse_str(text).is_ok()
}

impl Marked<'_> {
    /// Where in the event it is.
    pub(super) fn part(&self) -> Part {
        Part::Text {
            path: self.path.clone(),
        }
    }

    /// Whose key seals it. A free text that has no id yet gets the one that `next_id` yields.
    pub(super) fn subject(&mut self, next_id: impl FnOnce() -> Uuid) -> Option<Subject> {
        if self.kind.gets_id && !self.fields.contains_key(self.kind.owner) {
            self.fields.insert(self.kind.owner.to_owned(), json!(next_id()));
        }
        self.known_subject()
    }

    /// Whose key seals it, when it says so.
    pub(super) fn known_subject(&self) -> Option<Subject> {
        let owner = self.fields.get(self.kind.owner)?.as_str()?.parse().ok()?;
        Some((self.kind.subject)(owner))
    }

    /// Takes the text out; `None` when its key was destroyed before.
    pub(super) fn take_text(&mut self) -> Option<String> {
        match self.fields.remove(TEXT)? {
            Value::String(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    pub(super) fn put_sealed(&mut self, sealed: &Sealed) {
        let texts = [(SEALED, sealed.bytes.as_slice()), (KEY, &sealed.key_digest)];
        for (field, bytes) in texts {
            self.fields.insert(field.to_owned(), BASE64.encode(bytes).into());
        }
    }

    /// Takes the sealed bytes out, and the digest of their key.
    pub(super) fn take_sealed(&mut self) -> Option<(Vec<u8>, [u8; 32])> {
        let (sealed, key) = (self.fields.remove(SEALED), self.fields.remove(KEY));
        let decode = |text: Option<Value>| BASE64.decode(text?.as_str()?).ok();
        Some((decode(sealed)?, decode(key)?.try_into().ok()?))
    }

    pub(super) fn put_text(&mut self, text: String) {
        self.fields.insert(TEXT.to_owned(), Value::String(text));
    }
}
