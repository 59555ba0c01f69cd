//! The fields of a stored event on one line: `due_on=2026-12-24 note="with charger"`.

use serde::Deserialize;
use serde_json::Value;
use tally_domain::tenant::SealedSecret;
use tally_domain::value::{FreeText, Personal};

const REDACTED: &str = "(redacted)";

/// The fields of `payload`, each with its stored name, and attributes by the key that `key_of` says.
/// A list is shown by its length. A sealed secret is not shown: the fingerprint next to it says which
/// one it is. What identifies a person is not shown either.
pub(super) fn format_fields(payload: &Value, key_of: &dyn Fn(&str) -> Option<String>) -> String {
    let mut fields = vec![];
    collect_fields("", payload, key_of, &mut fields);
    fields.join(" ")
}

fn collect_fields(
    name: &str,
    value: &Value,
    key_of: &dyn Fn(&str) -> Option<String>,
    fields: &mut Vec<String>,
) {
    let text = match value {
        Value::Object(_) if SealedSecret::deserialize(value).is_ok() => "(sealed)".to_owned(),
        Value::Object(_) if Personal::deserialize(value).is_ok() => "(personal)".to_owned(),
        Value::Object(_) if let Ok(text) = FreeText::deserialize(value) => match text.text() {
            Some(text) => quote_if_needed(text),
            None => REDACTED.to_owned(),
        },
        Value::Object(parts) => {
            for (part, value) in parts {
                let part = key_of(part).unwrap_or_else(|| part.clone());
                let name = if name.is_empty() {
                    part
                } else {
                    format!("{name}.{part}")
                };
                collect_fields(&name, value, key_of, fields);
            }
            return;
        }
        Value::Array(entries) => format!("({} in the list)", entries.len()),
        Value::String(text) => quote_if_needed(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    fields.push(format!("{}={text}", one_line(name)));
}

/// Text from outside, in quotation marks where it could be taken for something else.
fn quote_if_needed(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() || text.contains([' ', '"', '=', '(', ')', '[', ']']) {
        format!("{text:?}")
    } else {
        text
    }
}

/// A text in a person's own words on one line.
pub(super) fn format_text(text: &FreeText) -> String {
    text.text().map_or(REDACTED.to_owned(), one_line)
}

/// Text from outside on one line, without control characters that a terminal would obey.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tally_domain::PersonId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_field_is_shown_by_its_stored_name_also_within_others() {
        let payload = json!({
            "to": "00000000-0000-0000-0000-000000000ada",
            "note": { "$free_text": { "text": "with charger" } },
            "count": 3,
            "changes": { "location": { "from": null, "to": "Berlin" } },
        });
        let mut fields = list_fields(&payload);
        fields.sort();
        assert_eq!(
            fields,
            [
                "changes.location.from=null",
                "changes.location.to=Berlin",
                "count=3",
                "note=\"with charger\"",
                "to=00000000-0000-0000-0000-000000000ada",
            ]
        );
    }

    #[test]
    fn an_attribute_is_shown_by_its_key() {
        let payload = json!({ "attributes": { "id-of-name": "Laptop" } });
        let key_of = |part: &str| (part == "id-of-name").then(|| "name".to_owned());
        assert_eq!(format_fields(&payload, &key_of), "attributes.name=Laptop");
    }

    #[test]
    fn a_list_is_shown_by_its_length() {
        let payload = json!({ "rows": [{ "row": 1 }, { "row": 2 }] });
        assert_eq!(format_fields(&payload, &|_| None), "rows=(2 in the list)");
    }

    #[test]
    fn a_sealed_secret_is_shown_by_its_fingerprint_alone() {
        let secret = SealedSecret {
            alg: "A256GCM".to_owned(),
            kid: "key-1".to_owned(),
            n: "NONCE".to_owned(),
            ct: "CIPHERTEXT".to_owned(),
        };
        let text = format_fields(&json!({ "secret": secret, "fingerprint": "5f2b" }), &|_| None);
        assert!(
            text.contains("secret=(sealed)") && text.contains("fingerprint=5f2b"),
            "{text}"
        );
        assert!(!text.contains("NONCE") && !text.contains("CIPHERTEXT"), "{text}");
    }

    #[test]
    fn what_identifies_a_person_is_not_shown_and_a_text_that_was_redacted_is_named_so() {
        let personal = json!({ "$personal": { "person": PersonId(Uuid::nil()), "text": "712020:ada" } });
        assert_eq!(
            format_fields(&json!({ "account": personal }), &|_| None),
            "account=(personal)"
        );
        let redacted = json!({ "$free_text": { "id": Uuid::nil() } });
        assert_eq!(
            format_fields(&json!({ "note": redacted }), &|_| None),
            "note=(redacted)"
        );
    }

    #[test]
    fn text_from_outside_cannot_leave_its_line_or_look_like_another_field() {
        let payload = json!({ "note": "a\u{1b}[2J\nb to=\"eve\"" });
        assert_eq!(format_fields(&payload, &|_| None), r#"note="a [2J b to=\"eve\"""#);
        assert_eq!(format_fields(&json!({ "note": "" }), &|_| None), r#"note="""#);
    }

    fn list_fields(payload: &Value) -> Vec<String> {
        let mut fields = vec![];
        collect_fields("", payload, &|_| None, &mut fields);
        fields
    }
}
