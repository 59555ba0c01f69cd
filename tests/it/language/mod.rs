//! The language of the project: no word that the glossary (`docs/words.md`) replaces by a plain one,
//! and the same German texts in the server and in the UI (`german`).
//!
//! The lint reads comments, texts that people read, documents and names in the code, and reports
//! `file:line: word: the plain alternative`. A text without a space is a code, a path or a stored
//! name and is not checked. To forbid one more word: a line in `words.rs`.

mod german;
mod source;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use self::source::{NameUse, Part, Syntax, split_source};
use self::words::{Finding, check_name, check_name_parts, check_prose};

/// The glossary names the forbidden words, and so do the lint and its tests.
const EXEMPT: &[&str] = &["docs/words.md", "tests/it/language"];

/// Lines of the change log below this one were written before the glossary and stay as they are.
const PAST_ENTRIES: &str = "<!-- Entries below are older than docs/words.md and stay as they are. -->";

/// What is fetched, built or generated, wherever it is.
const NOT_WRITTEN_HERE: &[&str] = &[
    ".git",
    "node_modules",
    "dist",
    "target",
    "test-results",
    "playwright-report",
    "generated",
    "package-lock.json",
];

#[test]
fn prose_and_names_use_the_words_of_the_glossary() {
    let findings: Vec<String> = written_files()
        .iter()
        .filter(|path| !is_in(path, EXEMPT))
        .flat_map(|path| check_file(path, &fs::read(root().join(path)).unwrap()))
        .collect();
    let shown = findings.join("\n");
    assert!(findings.is_empty(), "{} words:\n{shown}", findings.len());
}

#[test]
fn what_is_exempt_exists() {
    let gone: Vec<_> = EXEMPT.iter().filter(|path| !root().join(path).exists()).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

#[test]
fn a_finding_names_file_line_word_and_alternative() {
    let report = |path: &str, text: &str| check_file(Path::new(path), text.as_bytes());
    assert_eq!(
        report("a.rs", "fn f() {}\n// They are told.\n"),
        ["a.rs:2: told: reports, notifies, describes, says"]
    );
    assert_eq!(report("a.md", "A\nwish\n").len(), 1);
    assert_eq!(report("a.rs", "const HELD: u8 = 1;").len(), 1);
}

#[test]
fn stored_names_codes_and_spans_of_code_are_not_prose() {
    for (path, text) in [
        ("a.rs", "f(\"told\", \"mend-secret\")"),
        ("a.md", "The act `mend-secret` and `who is told`."),
        ("a.toml", "told = 1"),
        ("a.ts", "const x = 'tenant.told';"),
        ("a.json", "{\"told\": \"incident.told\"}"),
        ("a.tsx", "<p>Look over there</p>"),
        ("a.svg", "told anew"),
    ] {
        assert!(check_file(Path::new(path), text.as_bytes()).is_empty(), "{path}");
    }
}

#[test]
fn texts_comments_and_documents_of_every_language_are_prose() {
    for (path, text) in [
        ("a.rs", "f(\"is told\")"),
        ("a.tsx", "<p title='whom it may'/>"),
        ("a.tsx", "<p>Somebody</p>"),
        ("a.css", "/* anew */"),
        ("a.sh", "x=1 # mend it"),
        ("a.yml", "# somebody\na: b"),
        ("Dockerfile", "# such a one"),
        ("de.json", "{\"a\": \"told it\"}"),
        ("a.html", "<p>be had</p>"),
        ("a.ftl", "a-message = It is told."),
        ("CHANGELOG.md", "anew"),
    ] {
        assert_eq!(
            check_file(Path::new(path), text.as_bytes()).len(),
            1,
            "{path}: {text}"
        );
    }
}

#[test]
fn past_entries_of_the_change_log_stay_as_they_are() {
    let text = format!("new\n{PAST_ENTRIES}\ntold\n");
    assert!(check_file(Path::new("CHANGELOG.md"), text.as_bytes()).is_empty());
}

fn check_file(path: &Path, bytes: &[u8]) -> Vec<String> {
    let Ok(text) = str::from_utf8(bytes) else {
        return vec![];
    };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let ending = name.rsplit('.').next().unwrap_or("");
    let findings = match ending {
        "rs" => check_source(text, Syntax::Rust),
        "ts" | "tsx" | "js" | "mjs" => check_source(text, Syntax::Script),
        "css" => check_source(text, Syntax::Style),
        "json" => check_source(text, Syntax::Script),
        "html" | "ftl" => check_lines(text.lines(), |line| line),
        "md" => check_document(text),
        "sh" | "yml" | "yaml" | "toml" | "conf" | "Dockerfile" => check_lines(text.lines(), comment_of),
        _ => vec![],
    };
    findings
        .into_iter()
        .map(|(line, Finding { word, instead })| format!("{}:{line}: {word}: {instead}", path.display()))
        .collect()
}

fn check_source(text: &str, syntax: Syntax) -> Vec<(usize, Finding)> {
    let mut findings = vec![];
    for (line, part) in split_source(text, syntax) {
        let found = match part {
            Part::Comment(text) => check_prose(&without_code(&text)),
            Part::Text(text) if text.contains(' ') => check_prose(&text),
            Part::Text(_) | Part::Name(_, NameUse::MethodCall) => vec![],
            // In a script the words of a JSX text are such names.
            Part::Name(name, NameUse::Other) if syntax == Syntax::Script => check_name_parts(&name),
            Part::Name(name, NameUse::Declared | NameUse::Other) => check_name(&name),
        };
        findings.extend(found.into_iter().map(|finding| (line, finding)));
    }
    findings
}

fn check_document(text: &str) -> Vec<(usize, Finding)> {
    let lines = text.lines().take_while(|line| *line != PAST_ENTRIES);
    let prose: Vec<String> = lines.map(without_code).collect();
    check_lines(prose.iter().map(String::as_str), |line| line)
}

fn check_lines<'a>(
    lines: impl Iterator<Item = &'a str>,
    prose_of: impl Fn(&'a str) -> &'a str,
) -> Vec<(usize, Finding)> {
    lines
        .enumerate()
        .flat_map(|(index, line)| {
            let found = check_prose(prose_of(line));
            found.into_iter().map(move |finding| (index + 1, finding))
        })
        .collect()
}

/// What follows the `#` of a comment; a `#` inside a word or a quotation opens none.
fn comment_of(line: &str) -> &str {
    match line.split_once(" #") {
        _ if line.starts_with('#') => line,
        Some((_, comment)) => comment,
        None => "",
    }
}

/// The text without its spans of code (`between backticks`).
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

fn is_in(path: &Path, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| path.starts_with(room))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file that is written here, relative to the root.
fn written_files() -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
            if NOT_WRITTEN_HERE.contains(&name) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
