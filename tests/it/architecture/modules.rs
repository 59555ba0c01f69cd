//! No circles inside a crate, and no crate too large to know.

use cargo_metadata::{Package, Target};

use super::circles::find_circles;
use super::source::Source;
use super::{members, metadata};

/// The most production lines of one crate: without blanks, comments and tests.
const LARGEST_CRATE: usize = 10_000;

#[test]
fn no_crate_has_a_circle_among_the_children_of_a_module() {
    let mut circles = vec![];
    for package in members(&metadata()) {
        for (target, source) in sources(package, |_| true) {
            let found = find_circles(&source);
            circles.extend(found.iter().map(|circle| format!("{target}, {circle}")));
        }
    }
    assert!(circles.is_empty(), "circles:\n{}", circles.join("\n"));
}

#[test]
fn no_crate_is_too_large_to_know() {
    let too_large: Vec<String> = members(&metadata())
        .into_iter()
        .map(|package| (package.name.to_string(), production_lines(package)))
        .filter(|(_, lines)| *lines > LARGEST_CRATE)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert_eq!(too_large, Vec::<String>::new(), "over {LARGEST_CRATE} lines");
}

fn production_lines(package: &Package) -> usize {
    let sources = sources(package, |target| target.is_lib() || target.is_bin());
    sources.iter().map(|(_, source)| source.production_lines()).sum()
}

/// The sources of those targets of a crate that `is_meant`, with their names.
fn sources(package: &Package, is_meant: impl Fn(&Target) -> bool) -> Vec<(String, Source)> {
    package
        .targets
        .iter()
        .filter(|target| is_meant(target))
        .map(|target| {
            let name = format!("{} ({})", package.name, target.name);
            (name, Source::read(target.src_path.as_std_path()))
        })
        .collect()
}
