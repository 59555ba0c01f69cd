//! Circles among the children of one module.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use super::names::{Reference, Resolver, references};
use super::source::{ModulePath, Source};

/// The name under which the code of the crate's root file itself takes part among the root's
/// children.
const ROOT: &str = "(root)";

/// Siblings that use one another in a ring, each with a place at which it uses the next.
#[derive(Debug, PartialEq, Eq)]
pub struct Circle {
    pub parent: String,
    pub steps: Vec<Step>,
}

/// One use of a sibling.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Step {
    pub from: String,
    pub to: String,
    pub location: String,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {}: {}", self.parent, self.steps[0].from)?;
        for step in &self.steps {
            write!(f, " -> {} ({})", step.to, step.location)?;
        }
        Ok(())
    }
}

/// The uses among the children of each module, with one location each.
type Uses = BTreeMap<ModulePath, BTreeMap<String, BTreeMap<String, String>>>;

/// A shortest circle for each set of siblings that reach one another; empty in a clean crate.
pub fn find_circles(source: &Source) -> Vec<Circle> {
    let mut circles = vec![];
    for (parent, uses) in sibling_uses(source) {
        let mut covered = BTreeSet::new();
        for child in uses.keys() {
            if covered.contains(child) {
                continue;
            }
            if let Some(steps) = shortest_ring(&uses, child) {
                covered.extend(reachable_both_ways(&uses, child));
                let parent = [vec!["crate".to_owned()], parent.clone()].concat().join("::");
                circles.push(Circle { parent, steps });
            }
        }
    }
    circles
}

fn sibling_uses(source: &Source) -> Uses {
    let mut uses = Uses::new();
    for module in source.modules.keys() {
        // The root's `pub use` names its own parts; that is no use of them.
        let is_use = |reference: &Reference| !(module.is_empty() && reference.exported);
        for reference in references(source, module).into_iter().filter(is_use) {
            for target in Resolver::new(source).definitions(module, &reference.segments) {
                if let Some((parent, from, to)) = as_siblings(module, &target) {
                    let file = source.modules[module].file.display();
                    let location = format!("{file}:{}", reference.line);
                    let to_places = uses.entry(parent).or_default().entry(from).or_default();
                    to_places.entry(to).or_insert(location);
                }
            }
        }
    }
    uses
}

/// The nearest common parent of two modules and which of its children they are in. A parent and
/// what is inside it are no siblings, except at the root of a crate, where the root's own code
/// counts as a child.
fn as_siblings(from: &ModulePath, to: &ModulePath) -> Option<(ModulePath, String, String)> {
    let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let child = |path: &ModulePath| match path.get(shared) {
        None if shared == 0 => Some(ROOT.to_owned()),
        name => name.cloned(),
    };
    let (from_child, to_child) = (child(from)?, child(to)?);
    (from_child != to_child).then(|| (from[..shared].to_vec(), from_child, to_child))
}

/// The shortest way from a child back to itself.
fn shortest_ring(uses: &BTreeMap<String, BTreeMap<String, String>>, start: &str) -> Option<Vec<Step>> {
    let mut reached_from = BTreeMap::<&str, &str>::new();
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for next in uses.get(at).into_iter().flat_map(BTreeMap::keys) {
            if !reached_from.contains_key(next.as_str()) {
                reached_from.insert(next, at);
                open.push_back(next);
            }
        }
    }
    let mut steps = vec![];
    let mut to = start;
    loop {
        let from = *reached_from.get(to)?;
        steps.push(Step {
            from: from.to_owned(),
            to: to.to_owned(),
            location: uses[from][to].clone(),
        });
        if from == start {
            break;
        }
        to = from;
    }
    steps.reverse();
    Some(steps)
}

fn reachable_both_ways(uses: &BTreeMap<String, BTreeMap<String, String>>, start: &str) -> BTreeSet<String> {
    let reachable = |from: &str| {
        let mut seen = BTreeSet::<String>::new();
        let mut open = vec![from.to_owned()];
        while let Some(at) = open.pop() {
            for next in uses.get(&at).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    reachable(start)
        .into_iter()
        .filter(|other| reachable(other).contains(start))
        .collect()
}
