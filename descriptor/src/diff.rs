//! What publishing another descriptor would cause.
//!
//! Any difference makes a new version of the app: within a day every site takes it, sends
//! `installed` again, and may bring a new secret. Some differences also wait for each admin's
//! click, and some would break sites, or be refused by the platform. To add a rule: a line in the
//! table of its part, and one in `tests/diff.rs`.

mod change;
mod limits;

use std::collections::BTreeSet;

use serde_json::Value;

/// What a difference causes, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// Nothing: it says the same.
    None,
    /// A new version that every site takes within a day, with a handshake each and perhaps a new
    /// secret.
    Handshake,
    /// A new version that each site takes when its admin clicks. Until then it goes on with the old
    /// descriptor.
    Approval,
    /// It must not be published.
    Invalid,
}

impl Effect {
    /// The word for it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Handshake => "handshake",
            Self::Approval => "approval",
            Self::Invalid => "invalid",
        }
    }

    /// What it means for the operator who publishes it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::None => "Nothing changes.",
            Self::Handshake => {
                "Every site takes a new version within a day, sends installed again, and may bring a \
                 new secret."
            }
            Self::Approval => {
                "A new version that waits on every site for its admin's click. Until then sites go on \
                 with the old descriptor."
            }
            Self::Invalid => "It must not be published.",
        }
    }
}

/// One reason for an effect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reason {
    /// The effect that it has alone.
    pub effect: Effect,
    /// Where in the descriptor, as a path of members.
    pub place: String,
    /// What is different or wrong there, in a sentence.
    pub why: String,
}

impl Reason {
    fn new(effect: Effect, place: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            effect,
            place: place.into(),
            why: why.into(),
        }
    }
}

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

/// A module of a descriptor, wherever it stands.
struct Module<'a> {
    kind: &'a str,
    place: String,
    value: &'a Value,
}

impl<'a> Module<'a> {
    fn key(&self) -> Option<&'a str> {
        self.value.get("key").and_then(Value::as_str)
    }

    /// The addresses that Jira calls for it: its own, and the one in its target.
    fn addresses(&self) -> impl Iterator<Item = &'a str> {
        let own = self.value.get("url");
        let target = self.value.pointer("/target/url");
        own.into_iter().chain(target).filter_map(Value::as_str)
    }
}

fn modules(descriptor: &Value) -> Vec<Module<'_>> {
    let mut found = vec![];
    let kinds = descriptor.get("modules").and_then(Value::as_object);
    for (kind, given) in kinds.into_iter().flatten() {
        let place = format!("/modules/{kind}");
        match given {
            Value::Array(several) => found.extend(several.iter().enumerate().map(|(index, value)| Module {
                kind,
                place: format!("{place}/{index}"),
                value,
            })),
            value => found.push(Module { kind, place, value }),
        }
    }
    found
}
