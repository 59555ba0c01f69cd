//! What the documents name: files, links and settings that there are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tally_server::config::TABLE;

use crate::architecture::{files, root};

/// The endings of the files that a document may name without their folders.
const ENDINGS: [&str; 5] = [".rs", ".ts", ".tsx", ".sh", ".yml"];

fn has_ending(path: &Path, ending: &str) -> bool {
    path.to_string_lossy().ends_with(ending)
}

/// The documents, with their texts.
fn documents() -> Vec<(PathBuf, String)> {
    let documents = files().into_iter().filter(|path| has_ending(path, ".md"));
    documents
        .map(|path| (path.clone(), fs::read_to_string(root().join(path)).unwrap()))
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "`\"'()[]{}<>|,;=".contains(c))
        .map(|word| word.trim_end_matches(['.', ':']))
}

fn without_fences(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let stays = |c: &char| c.is_alphanumeric() || *c == ' ' || *c == '-';
    let text: String = heading.trim().to_lowercase().chars().filter(stays).collect();
    text.replace(' ', "-")
}

fn has_anchor(text: &str, wanted: &str) -> bool {
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|line| anchor(line.trim_start_matches('#')) == wanted)
}

/// Whether a link of a document leads to a file, and to a heading in it.
fn leads_somewhere(document: &Path, link: &str) -> bool {
    let (file, wanted) = link
        .split_once('#')
        .map_or((link, None), |(file, a)| (file, Some(a)));
    let folder = root().join(document.parent().unwrap());
    let target = match file {
        "" => root().join(document),
        _ => folder.join(file),
    };
    let text = fs::read_to_string(&target);
    target.exists() && wanted.is_none_or(|wanted| text.is_ok_and(|text| has_anchor(&text, wanted)))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut wrong = vec![];
    for (path, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") && !leads_somewhere(&path, link) {
                wrong.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_path_in_a_document_exists() {
    let files = files();
    let folders: BTreeSet<&str> = files
        .iter()
        .filter_map(|path| path.to_str()?.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    let mut wrong = vec![];
    for (path, text) in documents() {
        let beside = root().join(path.parent().unwrap());
        for word in words(&text).filter(|word| !word.contains("/target/")) {
            let word = word.split('#').next().unwrap();
            let is_path = word
                .split_once('/')
                .is_some_and(|(first, _)| folders.contains(first));
            if is_path && !root().join(word).exists() && !beside.join(word).exists() {
                wrong.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_source_file_that_a_document_names_exists() {
    let files = files();
    let mut wrong = vec![];
    for (path, text) in documents() {
        for span in without_fences(&text).split('`').skip(1).step_by(2) {
            let is_file = ENDINGS.iter().any(|ending| span.ends_with(ending)) && !span.contains(' ');
            if is_file && !files.iter().any(|file| file.ends_with(span)) {
                wrong.push(format!("{}: {span}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_document_that_a_source_file_names_exists() {
    let mut wrong = vec![];
    for path in files() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        let named = words(&text).filter(|word| word.starts_with("docs/") && word.contains(".md"));
        for word in named {
            let file = word.split('#').next().unwrap();
            if !root().join(file).exists() {
                wrong.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The variables of all settings, and the one that names the file of them.
fn variables() -> BTreeSet<String> {
    let all = TABLE.all().into_iter();
    let names = all.flat_map(|setting| [Some(setting.variable()), setting.file_variable()]);
    names.flatten().chain(["TALLY_CONFIG".to_owned()]).collect()
}

#[test]
fn every_variable_in_a_document_is_a_setting() {
    let known = variables();
    let mut wrong = vec![];
    for (path, text) in documents() {
        let all = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        // One that ends so stands for several, as in `TALLY_NOTIFY_*`.
        let named = all.filter(|word| word.starts_with("TALLY_") && !word.ends_with('_'));
        wrong.extend(
            named
                .filter(|name| !known.contains(*name))
                .map(|name| format!("{}: {name}", path.display())),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_readme_has_every_setting() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let missing: Vec<String> = TABLE
        .all()
        .into_iter()
        .map(|setting| setting.variable())
        .filter(|variable| !readme.contains(&format!("`{variable}`")))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
