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

use crate::sealer::{Sealed, Subject};

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
    fields: &'v mut Map<String, Value>,
}

/// Which form of the marked texts is looked for.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Plain,
    Sealed,
}

/// The marked texts in `value`, in their order. Each of these is an object of nothing but a mark,
/// which holds nothing but the fields of its kind and form.
pub(super) fn find<'v>(form: Form, value: &'v mut Value, found: &mut Vec<Marked<'v>>) {
    if let Some(kind) = kind_of(form, value) {
        let fields = value.get_mut(kind.mark).and_then(Value::as_object_mut);
        found.extend(fields.map(|fields| Marked { kind, fields }));
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| find(form, item, found)),
        Value::Object(fields) => fields.values_mut().for_each(|field| find(form, field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn kind_of(form: Form, value: &Value) -> Option<&'static Kind> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let kind = KINDS.iter().find(|kind| object.contains_key(kind.mark))?;
    let fields = object.get(kind.mark)?.as_object()?;
    let allowed = |(name, value): (&String, &Value)| {
        let of_form = match form {
            Form::Plain => name == TEXT,
            Form::Sealed => name == SEALED || name == KEY,
        };
        value
            .as_str()
            .is_some_and(|text| of_form || (name == kind.owner && is_id(text)))
    };
    let needed = match form {
        Form::Plain => kind.gets_id || fields.contains_key(kind.owner),
        Form::Sealed => fields.contains_key(kind.owner) && fields.contains_key(SEALED),
    };
    (needed && fields.iter().all(allowed)).then_some(kind)
}

fn is_id(text: &str) -> bool {
    Uuid::parse_str(text).is_ok()
}

impl Marked<'_> {
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

    /// Takes the sealed bytes out, and what stands beside them.
    pub(super) fn take_sealed(&mut self) -> Option<Vec<u8>> {
        self.fields.remove(KEY);
        let sealed = self.fields.remove(SEALED)?;
        BASE64.decode(sealed.as_str()?).ok()
    }

    pub(super) fn put_text(&mut self, text: String) {
        self.fields.insert(TEXT.to_owned(), Value::String(text));
    }
}
