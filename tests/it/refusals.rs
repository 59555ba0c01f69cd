//! Every refusal of every crate: its code, its texts, its documentation and its German.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tally_atlassian::Unreadable;
use tally_domain::asset::AttributeFault;
use tally_domain::refusal::{RefusalEntry, printed_parts};
use tally_imports::{ColumnFinding, RowWarning};
use tally_server::refusals::{Audience, FAMILIES, to_page};

/// Codes that two families have, with the reason.
const SHARED: [(&str, &[&str]); 7] = [
    // The views refuse a text to search for, or a query, that the HTTP edge and the parser let pass.
    ("request.malformed", &["MalformedRequest", "QueryRefusal"]),
    ("request.took_too_long", &["QueryRefusal", "RequestRefusal"]),
    ("query.invalid", &["QueryRefusal", "SyntaxRefusal"]),
    // A command that does not exist is an address that does not exist.
    ("not_found", &["OperatorRefusal", "RequestRefusal"]),
    // What the domain refuses after the token verified is answered in the words for callbacks.
    ("install.body_malformed", &["Refusal", "TenantRefusal"]),
    (
        "install.replayed_with_another_body",
        &["Refusal", "TenantRefusal"],
    ),
    ("install.tenant_unknown", &["Refusal", "TenantRefusal"]),
];

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn entries() -> impl Iterator<Item = &'static RefusalEntry> {
    FAMILIES.iter().flat_map(|family| family.entries)
}

fn codes_for(audience: Audience) -> BTreeSet<&'static str> {
    let families = FAMILIES.iter().filter(|family| family.audience == audience);
    families
        .flat_map(|family| family.entries)
        .map(|entry| entry.code)
        .collect()
}

/// The sources of all crates.
fn rust_files() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["domain", "projections", "descriptor", "services"]
        .map(|folder| project().join(folder))
        .into();
    let mut files = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The names of the enums that `refusals!` defines in a source; those in comments are examples.
fn tables_in(source: &str) -> BTreeSet<String> {
    let code: Vec<&str> = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
        .collect();
    let tables = code.join("\n");
    let tables = tables.split("refusals! {").skip(1);
    tables
        .map(|table| {
            let (_, name) = table.split_once("pub enum ").unwrap();
            name.split_once(' ').unwrap().0.to_owned()
        })
        .collect()
}

/// The messages of a language of the user interface, as their source.
fn messages(language: &str) -> String {
    let folder = project().join("services/web/src/messages").join(language);
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

/// What follows `prefix` in the ids of the messages.
fn ids_with<'a>(messages: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let lines = messages.lines().map(str::trim);
    lines
        .filter_map(|line| line.strip_prefix('\'')?.strip_prefix(prefix)?.split('\'').next())
        .collect()
}

#[test]
fn every_table_of_refusals_is_in_the_list() {
    let sources = rust_files()
        .into_iter()
        .map(|file| fs::read_to_string(file).unwrap());
    let tables: BTreeSet<String> = sources.flat_map(|source| tables_in(&source)).collect();
    let listed: BTreeSet<String> = FAMILIES.iter().map(|family| family.name.to_owned()).collect();
    assert_eq!(tables, listed);
}

#[test]
fn a_code_belongs_to_one_family_and_has_one_kind() {
    let mut families: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut kinds = BTreeMap::new();
    for family in FAMILIES {
        for entry in family.entries {
            families.entry(entry.code).or_default().insert(family.name);
            let kind = *kinds.entry(entry.code).or_insert(entry.kind);
            assert_eq!(kind, entry.kind, "{}", entry.code);
        }
    }
    let several = families.into_iter().filter(|(_, families)| families.len() > 1);
    let shared = SHARED.map(|(code, families)| (code, families.iter().copied().collect()));
    assert_eq!(several.collect::<BTreeMap<_, _>>(), BTreeMap::from(shared));
    for warning in RowWarning::ALL {
        assert!(!kinds.contains_key(warning.code()), "{}", warning.code());
    }
}

#[test]
fn every_text_is_complete() {
    for RefusalEntry {
        code,
        title,
        cause,
        remedy,
        ..
    } in entries()
    {
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(code.split('.').all(word), "{code}");
        let is_heading = title.starts_with(char::is_uppercase) && !title.ends_with('.') && title.len() <= 45;
        assert!(is_heading, "{code}: {title}");
        assert!(cause.len() > 10 && !cause.contains("  "), "{code}: {cause}");
        let is_sentence = remedy.starts_with(char::is_uppercase) && remedy.ends_with('.');
        assert!(is_sentence && !remedy.contains("  "), "{code}: {remedy}");
    }
}

#[test]
fn the_committed_page_lists_every_refusal() {
    let committed = fs::read_to_string(project().join("docs/refusals.md")).unwrap();
    assert!(committed == to_page(), "run: tally refusals > docs/refusals.md");
}

#[test]
fn the_document_of_the_api_names_no_code_that_does_not_exist() {
    let known: BTreeSet<&str> = entries().map(|entry| entry.code).collect();
    let areas: BTreeSet<&str> = known
        .iter()
        .filter_map(|code| Some(code.split_once('.')?.0))
        .collect();
    let document = fs::read_to_string(project().join("services/server/openapi.json")).unwrap();
    let quoted = document
        .lines()
        .filter(|line| line.contains("\"description\""))
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let named: BTreeSet<&str> = quoted
        .filter(|text| {
            text.split_once('.')
                .is_some_and(|(area, name)| areas.contains(area) && !name.is_empty())
        })
        .collect();
    assert!(named.len() > 20, "{named:?}");
    assert_eq!(named.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn every_refusal_that_a_user_can_meet_has_a_cause_and_a_remedy_in_german() {
    let german = messages("de");
    let ids = ids_with(&german, "failure.");
    for code in codes_for(Audience::Users) {
        for part in ["cause", "remedy"] {
            assert!(
                ids.contains(format!("{code}.{part}").as_str()),
                "failure.{code}.{part}"
            );
        }
    }
}

/// The parts that a cause prints, by name.
fn sorted_parts(cause: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = printed_parts(cause).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// The text of a message in the source of a catalogue.
fn text_of<'a>(messages: &'a str, id: &str) -> Option<&'a str> {
    let (_, rest) = messages.split_once(&format!("'{id}':"))?;
    rest.trim_start().strip_prefix('\'')?.split('\'').next()
}

#[test]
fn a_german_cause_names_the_same_values_as_the_english_one() {
    let german = messages("de");
    let families = FAMILIES
        .iter()
        .filter(|family| family.audience == Audience::Users);
    let mut ids = BTreeSet::new();
    for entry in families.flat_map(|family| family.entries) {
        let parts = sorted_parts(entry.cause);
        if parts.is_empty() {
            continue;
        }
        let id = format!("failure.{}({}).cause", entry.code, parts.join(","));
        let text = text_of(&german, &id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(sorted_parts(text), parts, "{id}");
        ids.insert(id);
    }
    assert!(ids.len() > 15, "{ids:?}");
    let given = ids_with(&german, "failure.");
    let with_values: BTreeSet<String> = given
        .iter()
        .filter(|id| id.contains('('))
        .map(|id| format!("failure.{id}"))
        .collect();
    assert_eq!(with_values, ids, "a text for values that no refusal has");
}

#[test]
fn every_verdict_of_a_row_is_worded_in_german() {
    let german = messages("de");
    let (ids, warnings) = (ids_with(&german, "row."), RowWarning::ALL.map(RowWarning::code));
    for code in codes_for(Audience::Rows).into_iter().chain(warnings) {
        assert!(ids.contains(code), "row.{code}");
    }
}

#[test]
fn no_german_text_is_for_a_code_that_does_not_exist() {
    let (german, english) = (messages("de"), messages("en"));
    let of_app = ids_with(&english, "failure.");
    let known: BTreeSet<&str> = entries().map(|entry| entry.code).collect();
    for id in ids_with(&german, "failure.").difference(&of_app) {
        let code = id.trim_end_matches(".cause").trim_end_matches(".remedy");
        let code = code.split('(').next().unwrap_or(code);
        assert!(known.contains(code), "failure.{id}");
    }
    let warnings = RowWarning::ALL.map(RowWarning::code);
    for id in ids_with(&german, "row.").difference(&ids_with(&english, "row.")) {
        let code = id.split('(').next().unwrap_or_default();
        let is_found = warnings.contains(&code) || ColumnFinding::CODES.contains(&code);
        assert!(known.contains(code) || is_found, "row.{code}");
    }
}

#[test]
fn what_is_wrong_with_an_attribute_is_worded_in_german() {
    let german = messages("de");
    let known = AttributeFault::ALL.map(AttributeFault::as_str);
    assert_eq!(ids_with(&german, "value.why."), known.into_iter().collect());
}

#[test]
fn what_is_wrong_with_a_token_or_a_body_is_worded_in_german() {
    let german = messages("de");
    let known = Unreadable::ALL.map(Unreadable::as_str);
    assert_eq!(ids_with(&german, "value.reason."), known.into_iter().collect());
}
