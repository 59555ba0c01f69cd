//! The modules of a descriptor.

use serde_json::Value;

/// A module of a descriptor, wherever it stands.
pub(super) struct Module<'a> {
    pub(super) kind: &'a str,
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl<'a> Module<'a> {
    pub(super) fn key(&self) -> Option<&'a str> {
        self.value.get("key").and_then(Value::as_str)
    }

    /// The addresses that Jira calls for it: its own, and the one in its target.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &'a str> {
        let own = self.value.get("url");
        let target = self.value.pointer("/target/url");
        own.into_iter().chain(target).filter_map(Value::as_str)
    }
}

pub(super) fn modules(descriptor: &Value) -> Vec<Module<'_>> {
    let mut found = vec![];
    let kinds = descriptor.get("modules").and_then(Value::as_object);
    for (kind, given) in kinds.into_iter().flatten() {
        let path = format!("/modules/{kind}");
        match given {
            Value::Array(several) => found.extend(several.iter().enumerate().map(|(index, value)| Module {
                kind,
                path: format!("{path}/{index}"),
                value,
            })),
            value => found.push(Module { kind, path, value }),
        }
    }
    found
}
