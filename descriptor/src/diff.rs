//! What publishing another descriptor would cause.
//!
//! Any difference makes a new version of the app: within a day every site takes it, sends
//! `installed` again, and may bring a new secret. Some differences also wait for each admin's
//! click, and some would break sites, or be refused by the platform. To add a rule: a line in the
//! table of its part, and one in `tests/diff.rs`.

mod change;
mod effect;
mod limits;
mod modules;

use std::collections::BTreeSet;

use serde_json::Value;

pub use self::effect::{Effect, Reason};

/// What publishing the new descriptor after the old one would cause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diff {
    /// The worst effect of any reason.
    pub effect: Effect,
    /// Why, the worst first. Empty where nothing differs.
    pub reasons: Vec<Reason>,
}

/// Compares two descriptors as JSON. The order of an object's members says nothing.
#[must_use]
pub fn diff(old: &Value, new: &Value) -> Diff {
    if old == new {
        return Diff {
            effect: Effect::None,
            reasons: vec![],
        };
    }
    let mut reasons = limits::find_violations(new);
    for name in members(old).union(&members(new)) {
        reasons.extend(change::of_member(name, old, new));
    }
    if reasons.is_empty() {
        // Two texts that are no objects.
        reasons.push(Reason::new(Effect::Handshake, "/", "It is another document."));
    }
    reasons.sort_by(|a, b| b.effect.cmp(&a.effect).then_with(|| a.cmp(b)));
    reasons.dedup();
    Diff {
        effect: reasons[0].effect,
        reasons,
    }
}

fn members(descriptor: &Value) -> BTreeSet<&str> {
    let members = descriptor.as_object().into_iter().flatten();
    members.map(|(name, _)| name.as_str()).collect()
}
