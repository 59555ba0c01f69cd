//! The server and the UI say the same in German about the same code.

use std::collections::BTreeMap;
use std::fs;

use tally_messages::{Language, Part, Table, Texts, Value};

use super::root;

/// The UI's German texts for the server's codes.
const UI: [&str; 2] = [
    "services/web/src/messages/de/server.ts",
    "services/web/src/messages/de/evidence.ts",
];

#[test]
fn the_ui_has_the_same_german_texts_as_the_server_for_each_code_that_both_have() {
    let mut compared = BTreeMap::<String, usize>::new();
    let mut differing = vec![];
    for (id, text) in ui_texts() {
        let Some(of_server) = text_of_server(&id, &text) else {
            continue;
        };
        let family = id.split('.').next().unwrap();
        *compared.entry(family.to_owned()).or_default() += 1;
        if of_server != text {
            differing.push(format!("{id}:\n  {text}\n  {of_server}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    for (family, least) in [
        ("failure", 40),
        ("finding", 40),
        ("timeline", 10),
        ("evidence", 30),
    ] {
        assert!(compared[family] > least, "{compared:?}");
    }
}

/// The server's text for an id of the UI, such as `failure.jwt.expired.cause`, with each value as
/// the UI writes it: `{name}`.
fn text_of_server(id: &str, of_ui: &str) -> Option<String> {
    let (table, code, part) = parse_id(id)?;
    let names = of_ui.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let values: Vec<_> = names
        .map(|name| (name, Value::Text(format!("{{{name}}}"))))
        .collect();
    Texts::of(Language::German).by_code_with(table, code, part, &values)
}

fn parse_id(id: &str) -> Option<(Table, &str, Part)> {
    let (family, rest) = id.split_once('.')?;
    let table = match family {
        "failure" => Table::Refusal,
        "finding" => Table::Finding,
        "timeline" => return Some((Table::Timeline, rest, Part::Summary)),
        "evidence" => return Some((Table::Evidence, rest, Part::Summary)),
        _ => return None,
    };
    let (code, part) = rest.rsplit_once('.')?;
    let part = match part {
        "cause" => Part::Cause,
        "remedy" => Part::Remedy,
        "symptom" => Part::Symptom,
        _ => return None,
    };
    Some((table, code, part))
}

/// The texts by their ids; a long text stands on a line of its own. A plural is worded in another
/// syntax and is not compared.
fn ui_texts() -> BTreeMap<String, String> {
    let sources = UI.map(|path| fs::read_to_string(root().join(path)).unwrap());
    let joined = sources.concat().replace(":\n    '", ": '");
    let lines = joined.lines().filter_map(|line| {
        let (id, text) = line.trim().strip_prefix('\'')?.split_once("': '")?;
        Some((id.to_owned(), text.strip_suffix("',")?.to_owned()))
    });
    lines.filter(|(_, text)| !text.contains(", plural,")).collect()
}
