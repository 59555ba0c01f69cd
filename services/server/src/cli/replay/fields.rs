//! The fields of a stored event on one line: `due_on=2026-12-24 note="with charger"`.

use serde::Deserialize;
use serde_json::Value;
use tally_domain::tenant::SealedSecret;
use tally_domain::value::{FreeText, Personal};

use super::names::Names;
use super::text::{one_line, quote_if_needed};

const REDACTED: &str = "(redacted)";

/// The fields of `payload`, each with its stored name, attributes by their key, and people with
/// their name. A sealed secret is not shown: the fingerprint next to it says which one it is. An
/// account is not shown either; the name of a person follows the id.
pub(super) fn format_fields(payload: &Value, names: &Names) -> String {
    let mut fields = vec![];
    collect_fields("", payload, names, &mut fields);
    fields.join(" ")
}

fn collect_fields(name: &str, value: &Value, names: &Names, fields: &mut Vec<String>) {
    let text = match value {
        Value::Object(_) if SealedSecret::deserialize(value).is_ok() => "(sealed)".to_owned(),
        Value::Object(_) if Personal::deserialize(value).is_ok() => "(personal)".to_owned(),
        Value::Object(_) if let Ok(text) = FreeText::deserialize(value) => match text.text() {
            Some(text) => quote_if_needed(text),
            None => REDACTED.to_owned(),
        },
        Value::Object(parts) => {
            for (part, value) in parts {
                let part = names.attribute_key(part).unwrap_or_else(|| part.clone());
                let name = if name.is_empty() {
                    part
                } else {
                    format!("{name}.{part}")
                };
                collect_fields(&name, value, names, fields);
            }
            return;
        }
        Value::Array(entries) => format_list(entries, names),
        Value::String(text) => match names.person_name(text) {
            Some(name) => format!("{} ({name})", quote_if_needed(text)),
            None => quote_if_needed(text),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    fields.push(format!("{}={text}", one_line(name)));
}

/// The entries of a list, each in brackets.
fn format_list(entries: &[Value], names: &Names) -> String {
    let each = entries.iter().map(|entry| match entry {
        Value::Object(_) => format!("[{}]", format_fields(entry, names)),
        _ => {
            let mut one = vec![];
            collect_fields("", entry, names, &mut one);
            format!("[{}]", one.concat().trim_start_matches('='))
        }
    });
    if entries.is_empty() {
        "[]".to_owned()
    } else {
        each.collect()
    }
}

/// A text in a person's own words on one line.
pub(super) fn format_text(text: &FreeText) -> String {
    text.text().map_or(REDACTED.to_owned(), one_line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tally_domain::PersonId;
    use tally_domain::schema::BUILT_IN;
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
        let name = BUILT_IN.iter().find(|attribute| attribute.key == "name").unwrap();
        let payload = json!({ "attributes": { (name.id.to_string()): "Laptop" } });
        assert_eq!(format(&payload), "attributes.name=Laptop");
    }

    #[test]
    fn a_list_is_shown_entry_by_entry() {
        let payload =
            json!({ "rows": [{ "row": 1, "tag": "A 1" }, { "row": 2 }], "codes": ["a", "b"], "no": [] });
        let mut fields = list_fields(&payload);
        fields.sort();
        assert_eq!(
            fields,
            ["codes=[a][b]", "no=[]", "rows=[row=1 tag=\"A 1\"][row=2]"]
        );
    }

    #[test]
    fn a_sealed_secret_is_shown_by_its_fingerprint_alone() {
        let secret = SealedSecret {
            alg: "A256GCM".to_owned(),
            kid: "key-1".to_owned(),
            n: "NONCE".to_owned(),
            ct: "CIPHERTEXT".to_owned(),
        };
        let text = format(&json!({ "secret": secret, "fingerprint": "5f2b" }));
        assert!(
            text.contains("secret=(sealed)") && text.contains("fingerprint=5f2b"),
            "{text}"
        );
        assert!(!text.contains("NONCE") && !text.contains("CIPHERTEXT"), "{text}");
    }

    #[test]
    fn what_identifies_a_person_is_not_shown_and_a_text_that_was_redacted_is_named_so() {
        let personal = json!({ "$personal": { "person": PersonId(Uuid::nil()), "text": "712020:ada" } });
        assert_eq!(format(&json!({ "account": personal })), "account=(personal)");
        let redacted = json!({ "$free_text": { "id": Uuid::nil() } });
        assert_eq!(format(&json!({ "note": redacted })), "note=(redacted)");
    }

    #[test]
    fn text_from_outside_cannot_leave_its_line_or_look_like_another_field() {
        let payload = json!({ "note": "a\u{1b}[2J\nb to=\"eve\"" });
        assert_eq!(format(&payload), r#"note="a [2J b to=\"eve\"""#);
        assert_eq!(format(&json!({ "note": "" })), r#"note="""#);
    }

    fn format(payload: &Value) -> String {
        format_fields(payload, &Names::default())
    }

    fn list_fields(payload: &Value) -> Vec<String> {
        let mut fields = vec![];
        collect_fields("", payload, &Names::default(), &mut fields);
        fields
    }
}
