//! What a change of one member of the descriptor causes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::effect::Effect::{self, Approval, Handshake, Invalid};
use super::effect::Reason;
use super::modules::{Module, modules};

/// The reasons that the member `name` gives; none when it is the same in both.
pub(super) fn of_member(name: &str, old: &Value, new: &Value) -> Vec<Reason> {
    let (was, is) = (old.get(name), new.get(name));
    if was == is {
        return vec![];
    }
    let path = format!("/{name}");
    let one = |effect, why: &str| vec![Reason::new(effect, &*path, why)];
    let reasons = match name {
        "key" => one(
            Invalid,
            "The app's key changed. It is the app: another key is another app, without any installation.",
        ),
        "baseUrl" => one(
            Invalid,
            "The base URL changed. Tokens of sites that have the old descriptor are made for the old one.",
        ),
        "authentication" => one(
            Invalid,
            "The way of authentication changed, under which sites share secrets.",
        ),
        "apiVersion" if number(was) != number(is) => one(
            Approval,
            "The API version changed. Sites stay on the old one until an admin clicks.",
        ),
        "enableLicensing" => one(licensing(was, is), "Licensing was switched."),
        "apiMigrations" => migrations(was, is),
        "scopes" => scopes(was, is),
        "lifecycle" => lifecycle(was, is),
        "modules" => module_changes(old, new),
        _ => vec![],
    };
    if reasons.is_empty() {
        return one(Handshake, "It differs, and any difference makes a new version.");
    }
    reasons
}

/// The API version; 1 where none is given.
fn number(version: Option<&Value>) -> Option<i64> {
    version.map_or(Some(1), Value::as_i64)
}

/// A free app that becomes paid needs the approval of every admin.
fn licensing(was: Option<&Value>, is: Option<&Value>) -> Effect {
    let on = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or(false);
    if on(is) && !on(was) { Approval } else { Handshake }
}

fn migrations(was: Option<&Value>, is: Option<&Value>) -> Vec<Reason> {
    let adopted =
        |value: Option<&Value>, name: &str| value.and_then(|v| v.get(name)) == Some(&Value::Bool(true));
    let lost = ["signed-install", "context-qsh", "gdpr"]
        .into_iter()
        .filter(|name| adopted(was, name) && !adopted(is, name));
    lost.map(|name| {
        let why = match name {
            "signed-install" => "Installs would not be signed any more, so anyone could plant a secret.",
            "context-qsh" => {
                "Context tokens would not be marked any more, and the API takes only marked ones."
            }
            _ => "Jira would send user names again in place of account ids.",
        };
        Reason::new(Invalid, format!("/apiMigrations/{name}"), why)
    })
    .collect()
}

fn texts(list: Option<&Value>) -> BTreeSet<&str> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

fn scopes(was: Option<&Value>, is: Option<&Value>) -> Vec<Reason> {
    let (was, is) = (texts(was), texts(is));
    let added = is.difference(&was).map(|scope| {
        let why = format!("The scope {scope} was added. Sites stay on the old one until an admin clicks.");
        Reason::new(Approval, "/scopes", why)
    });
    let removed = was.difference(&is).map(|scope| {
        let why = format!("The scope {scope} was removed. Sites that have the old descriptor keep it.");
        Reason::new(Handshake, "/scopes", why)
    });
    added.chain(removed).collect()
}

fn lifecycle(was: Option<&Value>, is: Option<&Value>) -> Vec<Reason> {
    let at = |value: Option<&Value>, name| {
        let found = value.and_then(|v| v.get(name));
        found.and_then(Value::as_str).map(str::to_owned)
    };
    let names = [
        "installed",
        "uninstalled",
        "enabled",
        "disabled",
        "dare-migration",
    ];
    let reasons = names.into_iter().filter_map(|name| {
        let (effect, why) = match (at(was, name), at(is, name)) {
            (Some(old), Some(new)) if old != new => (
                Invalid,
                format!(
                    "The callback moved from {old}. Sites that have the old descriptor go on calling that."
                ),
            ),
            (Some(_), None) if name == "installed" => {
                (Invalid, "The callback that brings the secret is gone.".to_owned())
            }
            (Some(_), None) => (
                Handshake,
                "The callback was removed. Sites that have the old descriptor go on calling it.".to_owned(),
            ),
            (None, Some(_)) => (Handshake, "The callback was added.".to_owned()),
            _ => return None,
        };
        Some(Reason::new(effect, format!("/lifecycle/{name}"), why))
    });
    reasons.collect()
}

/// Sites that have the old descriptor go on opening what it names, so nothing that it names may go.
fn module_changes(old: &Value, new: &Value) -> Vec<Reason> {
    let (was, is) = (modules(old), modules(new));
    let gone = was.iter().filter_map(|module| find_loss(module, &is));
    let added = is
        .iter()
        .filter(|module| !was.iter().any(|old| is_same(old, module)))
        .map(|module| Reason::new(Handshake, &*module.path, "The module was added."));
    gone.chain(added).collect()
}

fn find_loss(module: &Module<'_>, now: &[Module<'_>]) -> Option<Reason> {
    let gone = |why: String| Some(Reason::new(Invalid, &*module.path, why));
    let Some(same) = now.iter().find(|new| is_same(module, new)) else {
        let name = module.key().unwrap_or(module.kind);
        return gone(format!(
            "The module {name} is gone. Sites that have the old descriptor go on opening it."
        ));
    };
    let remaining: Vec<&str> = same.addresses().collect();
    let lost = module.addresses().find(|address| !remaining.contains(address))?;
    gone(format!(
        "The address {lost} is gone. Sites that have the old descriptor go on calling it."
    ))
}

/// A module is known by its key; one that has none, as a webhook, by its kind, what it listens to,
/// and where it goes.
fn is_same(old: &Module<'_>, new: &Module<'_>) -> bool {
    match (old.key(), new.key()) {
        (Some(old), Some(new)) => old == new,
        (None, None) => {
            let listens = |module: &Module<'_>| module.value.get("event").cloned();
            old.kind == new.kind && listens(old) == listens(new) && old.addresses().eq(new.addresses())
        }
        _ => false,
    }
}
