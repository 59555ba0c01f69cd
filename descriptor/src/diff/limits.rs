//! What the platform accepts as a descriptor at all.

use std::collections::BTreeSet;

use serde_json::Value;

use super::effect::Effect::Invalid;
use super::effect::Reason;
use super::modules::{Module, modules};

const SCOPES: [&str; 8] = [
    "NONE",
    "READ",
    "WRITE",
    "DELETE",
    "PROJECT_ADMIN",
    "ADMIN",
    "ACT_AS_USER",
    "ACCESS_EMAIL_ADDRESSES",
];
const REGIONS: [&str; 11] = ["EU", "US", "AU", "DE", "SG", "CA", "IN", "KR", "JP", "GB", "CH"];
/// Kinds of module that are given once, not as a list.
const SINGLE: [&str; 2] = ["configurePage", "postInstallPage"];
/// Kinds of module that are given as a list, and what each entry needs.
const LISTS: [(&str, &[&str]); 10] = [
    ("generalPages", &["key", "name", "url"]),
    ("adminPages", &["key", "name", "url"]),
    ("jiraProjectPages", &["key", "name", "url"]),
    ("jiraProjectAdminTabPanels", &["key", "name", "url"]),
    ("jiraIssueContents", &["key", "name", "icon", "tooltip", "target"]),
    ("jiraIssueContexts", &["key", "name", "icon", "content", "target"]),
    ("jiraIssueGlances", &["key", "name", "icon", "content", "target"]),
    ("jiraEntityProperties", &["key", "name"]),
    ("jiraIssueFields", &["key", "name"]),
    ("webhooks", &["event", "url"]),
];
/// Texts that have a greatest length, in characters.
const LENGTHS: [(&str, usize); 3] = [("name", 80), ("description", 1400), ("baseUrl", 200)];
/// The same for texts of modules.
const MODULE_LENGTHS: [(&str, usize); 3] = [("location", 100), ("event", 100), ("filter", 10_000)];

/// The limits that a descriptor breaks.
pub(super) fn find_violations(descriptor: &Value) -> Vec<Reason> {
    if !descriptor.is_object() {
        return vec![Reason::new(Invalid, "/", "It is not a JSON object.")];
    }
    let mut reasons = vec![];
    let mut hold = |holds: bool, path: &str, why: &str| {
        if !holds {
            reasons.push(Reason::new(Invalid, path, why));
        }
    };
    let text = |name: &str| descriptor.get(name).and_then(Value::as_str);
    hold(
        text("key").is_some_and(is_app_key),
        "/key",
        "The key is not 1 to 64 letters, digits, and - . _",
    );
    hold(
        text("baseUrl").is_some_and(is_base_url),
        "/baseUrl",
        "The base URL is not an https address without a slash at the end.",
    );
    for (name, most) in LENGTHS {
        hold(
            fits(descriptor.get(name), most),
            &format!("/{name}"),
            &format!("It is not a text of at most {most} characters."),
        );
    }
    let kind = descriptor.pointer("/authentication/type").and_then(Value::as_str);
    hold(
        matches!(kind, Some("jwt" | "none")),
        "/authentication/type",
        "It is neither jwt nor none.",
    );
    hold(
        kind != Some("jwt") || descriptor.pointer("/lifecycle/installed").is_some(),
        "/lifecycle/installed",
        "Tokens need the callback that brings their secret, and there is none.",
    );
    let optional = |name: &str, right: fn(&Value) -> bool| descriptor.get(name).is_none_or(right);
    hold(
        optional("apiVersion", Value::is_i64),
        "/apiVersion",
        "It is not a whole number.",
    );
    hold(
        optional("enableLicensing", Value::is_boolean),
        "/enableLicensing",
        "It is neither true nor false.",
    );
    reasons.extend(of_scopes(descriptor));
    reasons.extend(of_members(descriptor));
    reasons.extend(of_modules(descriptor));
    reasons
}

fn of_scopes(descriptor: &Value) -> Vec<Reason> {
    let scopes = descriptor.get("scopes").cloned().unwrap_or_default();
    let listed = scopes.as_array().into_iter().flatten();
    let known = |scope: &Value| scope.as_str().is_some_and(|name| SCOPES.contains(&name));
    let mut reasons: Vec<Reason> = listed
        .filter(|scope| !known(scope))
        .map(|scope| Reason::new(Invalid, "/scopes", format!("There is no scope {scope} in Jira.")))
        .collect();
    if !(scopes.is_array() || scopes.is_null()) {
        reasons.push(Reason::new(Invalid, "/scopes", "It is not a list."));
    }
    let reads = scopes
        .as_array()
        .is_some_and(|list| list.contains(&"READ".into()));
    if !reads && !modules(descriptor).is_empty() {
        let why = "The scope READ is missing, and Jira refuses an app whose modules need it.";
        reasons.push(Reason::new(Invalid, "/scopes", why));
    }
    reasons
}

/// Members that hold others by name.
fn of_members(descriptor: &Value) -> Vec<Reason> {
    let members = |name: &str| {
        descriptor
            .get(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    };
    let lifecycle = members("lifecycle")
        .filter(|(_, url)| !url.as_str().is_some_and(is_relative))
        .map(|(name, _)| {
            Reason::new(
                Invalid,
                format!("/lifecycle/{name}"),
                "It is not an address below the base URL.",
            )
        });
    let migrations = members("apiMigrations")
        .filter(|(_, adopted)| !adopted.is_boolean())
        .map(|(name, _)| {
            Reason::new(
                Invalid,
                format!("/apiMigrations/{name}"),
                "It is neither true nor false.",
            )
        });
    let regions = members("regionBaseUrls")
        .filter(|(name, url)| !(REGIONS.contains(&name.as_str()) && url.as_str().is_some_and(is_base_url)))
        .map(|(name, _)| {
            Reason::new(
                Invalid,
                format!("/regionBaseUrls/{name}"),
                "It is not a region with an https address.",
            )
        });
    lifecycle.chain(migrations).chain(regions).collect()
}

fn of_modules(descriptor: &Value) -> Vec<Reason> {
    let kinds = descriptor
        .get("modules")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let shapes = kinds
        .filter(|(kind, given)| !has_shape(kind, given))
        .map(|(kind, _)| {
            let why = if SINGLE.contains(&kind.as_str()) {
                "It is one module, not a list."
            } else {
                "It is a list."
            };
            Reason::new(Invalid, format!("/modules/{kind}"), why)
        });
    let mut reasons: Vec<Reason> = shapes.collect();
    let (modules, mut seen) = (modules(descriptor), BTreeSet::new());
    for module in &modules {
        reasons.extend(of_module(module));
        if let Some(key) = module.key().filter(|key| !seen.insert(*key)) {
            reasons.push(Reason::new(
                Invalid,
                &*module.path,
                format!("There are two modules with the key {key}."),
            ));
        }
    }
    reasons
}

fn has_shape(kind: &str, given: &Value) -> bool {
    if SINGLE.contains(&kind) {
        return given.is_object();
    }
    given.is_array() || !LISTS.iter().any(|(list, _)| *list == kind)
}

fn of_module(module: &Module<'_>) -> Vec<Reason> {
    let needed = LISTS
        .iter()
        .find(|(kind, _)| *kind == module.kind)
        .map_or(&[][..], |(_, needed)| needed);
    let missing = needed
        .iter()
        .filter(|name| module.value.get(**name).is_none())
        .map(|name| format!("It has no {name}."));
    let mut wrong: Vec<String> = missing.collect();
    if module.value.get("key").is_some() && !module.key().is_some_and(is_module_key) {
        wrong.push("Its key is not letters, digits, and -".to_owned());
    }
    let far = module.addresses().filter(|url| !is_relative(url));
    wrong.extend(far.map(|url| format!("Its address {url} is not below the base URL.")));
    let long = MODULE_LENGTHS
        .into_iter()
        .filter(|(name, most)| !fits(module.value.get(name), *most));
    wrong.extend(long.map(|(name, most)| format!("Its {name} is not a text of at most {most} characters.")));
    wrong
        .into_iter()
        .map(|why| Reason::new(Invalid, &*module.path, why))
        .collect()
}

fn fits(given: Option<&Value>, most: usize) -> bool {
    given.is_none_or(|value| value.as_str().is_some_and(|text| text.chars().count() <= most))
}

fn is_app_key(key: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (1..=64).contains(&key.len()) && key.bytes().all(allowed)
}

fn is_module_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Plain http is for development on one machine; the platform itself takes https only.
fn is_base_url(url: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1"].into_iter().any(|start| {
        let rest = url.strip_prefix(start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    let host = url
        .strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    (host || local) && !url.ends_with('/')
}

fn is_relative(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}
