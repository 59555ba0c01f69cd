//! docs/limits.md compared with the code: each row names a constant, and its bound is what that
//! constant is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::architecture::{files, root};

/// The rooms at the edge: each of their `MAX_` constants has a row.
const EDGE: [&str; 3] = [
    "services/server/src/",
    "services/http/src/",
    "services/atlassian/src/",
];

/// A row: the bound as numbers, and the constant that holds it.
struct Row {
    bound: Vec<f64>,
    file: String,
    name: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/limits.md")).unwrap();
    let cells = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        cells.last()?.contains(".rs` `").then_some(cells)
    });
    let row = |cells: Vec<&str>| {
        let constant: Vec<&str> = cells[cells.len() - 1].split('`').collect();
        Row {
            bound: numbers(cells[cells.len() - 2]),
            file: constant[1].to_owned(),
            name: constant[3].to_owned(),
        }
    };
    cells.map(row).collect()
}

/// The numbers in a sentence; commas separate thousands.
fn numbers(text: &str) -> Vec<f64> {
    let words = text.split_whitespace().map(|word| word.replace(',', ""));
    words.filter_map(|word| word.parse().ok()).collect()
}

/// What stands behind a constant, or behind a field where a value is made.
fn definition<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let from = match text.find(&format!("const {name}: ")) {
        Some(at) => at + text[at..].find('=')? + 1,
        None => {
            let field = format!(" {name}: ");
            let mut places = text.match_indices(&field).map(|(at, _)| at + field.len());
            places.find(|at| {
                let value = text[*at..].lines().next().unwrap_or_default();
                value.ends_with(',') && value.contains(|c: char| c.is_ascii_digit())
            })?
        }
    };
    let length = text[from..].find(if text[from..].starts_with(' ') { ';' } else { '\n' })?;
    Some(text[from..from + length].trim())
}

/// The numbers of a definition: those of a rate, or one product.
fn evaluate(definition: &str) -> Vec<f64> {
    let factor = match definition {
        days if days.contains("days(") => 86_400.0,
        _ => 1.0,
    };
    let plain: String = definition
        .chars()
        .filter(|c| c.is_ascii_digit() || "*,.".contains(*c))
        .collect();
    let is_rate = definition.contains("per_second(");
    let parts: Vec<&str> = if is_rate {
        plain.split(',').collect()
    } else {
        vec![plain.as_str()]
    };
    let products = parts
        .iter()
        .map(|part| part.trim_matches(','))
        .filter(|part| !part.is_empty());
    let product = |part: &str| {
        let numbers = part.split('*').filter_map(|number| number.parse::<f64>().ok());
        numbers.product::<f64>() * factor
    };
    products.map(product).collect()
}

#[test]
fn each_bound_in_the_document_is_that_of_the_code() {
    let rows = rows();
    assert!(rows.len() > 60, "{}", rows.len());
    let mut wrong = vec![];
    for Row { bound, file, name } in &rows {
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        let found = definition(&text, name).map(evaluate);
        if found.as_ref() != Some(bound) {
            wrong.push(format!("{file} {name}: {found:?}, in the document {bound:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_bound_at_the_edge_has_a_row() {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows() {
        named.entry(row.file).or_default().insert(row.name);
    }
    let mut missing = vec![];
    for path in files() {
        let path = path.to_string_lossy().into_owned();
        if !path.ends_with(".rs") || !EDGE.iter().any(|room| path.starts_with(room)) {
            continue;
        }
        let text = fs::read_to_string(root().join(&path)).unwrap();
        let constants = text.lines().filter_map(|line| line.split_once("const MAX_"));
        for (_, rest) in constants {
            let name = format!("MAX_{}", rest.split(':').next().unwrap_or_default());
            if !named.get(&path).is_some_and(|names| names.contains(&name)) {
                missing.push(format!("{path} {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "docs/limits.md has no row for {missing:#?}");
}
