//! What a change of the descriptor causes: a line for each rule, and what holds of all.

#![expect(clippy::unwrap_used, reason = "a fixture that fails is a test that fails")]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tally_descriptor::descriptor;
use tally_descriptor::diff::{
    Effect::{self, Approval, Handshake, Invalid},
    diff,
};

/// A descriptor with one of everything that a rule is about.
fn full() -> Value {
    let mut full = serde_json::to_value(descriptor("tally-assets", "https://tally.example")).unwrap();
    full["enableLicensing"] = json!(false);
    full["scopes"] = json!(["READ", "WRITE"]);
    full["regionBaseUrls"] = json!({ "EU": "https://eu.tally.example" });
    full["modules"]["configurePage"] =
        json!({ "key": "configure", "name": { "value": "Configure" }, "url": "/pages/configure" });
    full["modules"]["webhooks"] =
        json!([{ "event": "jira:issue_deleted", "url": "/webhooks/issue-deleted", "filter": "project = A" }]);
    full["modules"]["jiraIssueContents"] = json!([{
        "key": "issue-panel", "name": { "value": "Assets" }, "icon": { "url": "/icon.svg", "width": 16, "height": 16 },
        "tooltip": { "value": "Assets" }, "target": { "type": "web_panel", "url": "/pages/issue" },
    }]);
    full
}

/// `value` at a place, or nothing there any more.
fn changed(path: &str, value: Option<Value>) -> Value {
    let mut changed = full();
    let (parent, name) = path.rsplit_once('/').unwrap();
    match (changed.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Some(value)) => drop(members.insert(name.to_owned(), value)),
        (Value::Object(members), None) => drop(members.remove(name).unwrap()),
        (Value::Array(items), Some(value)) => items.push(value),
        (Value::Array(items), None) => drop(items.remove(name.parse().unwrap())),
        _ => unreachable!("{path} is in no object and no list"),
    }
    changed
}

#[track_caller]
fn causes(effect: Effect, path: &str, value: Option<Value>) {
    let shown = format!("{path} = {value:?}");
    let found = diff(&full(), &changed(path, value));
    assert_eq!(found.effect, effect, "{shown}: {:?}", found.reasons);
    let worst = &found.reasons[0];
    assert_eq!(worst.effect, effect, "{shown}");
    let near = path.starts_with(&worst.path) || worst.path.starts_with(path);
    assert!(near && worst.why.len() > 10, "{shown}: {worst:?}");
}

#[test]
fn what_everybody_may_read_makes_a_new_version() {
    for (path, value) in [
        ("/name", json!("Tally 2")),
        ("/description", json!("Another.")),
        (
            "/vendor",
            json!({ "name": "Other", "url": "https://other.example" }),
        ),
        ("/links", json!({})),
        ("/translations", json!({ "paths": {} })),
        ("/a-member-of-tomorrow", json!(1)),
        ("/regionBaseUrls/US", json!("https://us.tally.example")),
        ("/apiMigrations/another", json!(true)),
        ("/modules/generalPages/0/name", json!({ "value": "Things" })),
        (
            "/modules/generalPages/0/location",
            json!("system.top.navigation.bar/x"),
        ),
        ("/modules/adminPages/0/conditions", json!([])),
        ("/modules/webhooks/0/filter", json!("project = B")),
    ] {
        causes(Handshake, path, Some(value));
    }
    causes(Handshake, "/links", None);
}

#[test]
fn scopes_wait_for_admins_when_they_are_added_and_for_no_one_when_they_go() {
    causes(Approval, "/scopes", Some(json!(["READ", "WRITE", "ADMIN"])));
    causes(Approval, "/scopes", Some(json!(["READ", "DELETE"])));
    causes(Handshake, "/scopes", Some(json!(["READ"])));
    causes(Handshake, "/scopes", Some(json!(["WRITE", "READ"])));
    causes(Invalid, "/scopes", Some(json!(["WRITE"])));
    causes(Invalid, "/scopes", Some(json!(["READ", "SPACE_ADMIN"])));
    causes(Invalid, "/scopes", Some(json!("READ")));
    causes(Invalid, "/scopes", None);
}

#[test]
fn what_costs_money_or_is_another_interface_waits_for_admins() {
    causes(Approval, "/enableLicensing", Some(json!(true)));
    causes(Handshake, "/enableLicensing", None);
    causes(Invalid, "/enableLicensing", Some(json!("yes")));
    causes(Approval, "/apiVersion", Some(json!(2)));
    // Absent is the same number, and another text.
    causes(Handshake, "/apiVersion", None);
    causes(Invalid, "/apiVersion", Some(json!(1.5)));
    let mut paid = full();
    paid["enableLicensing"] = json!(true);
    assert_eq!(diff(&paid, &full()).effect, Handshake);
}

#[test]
fn what_the_app_is_never_changes() {
    causes(Invalid, "/key", Some(json!("tally")));
    causes(Invalid, "/key", None);
    causes(Invalid, "/key", Some(json!("tally assets")));
    causes(Invalid, "/key", Some(json!("k".repeat(65))));
    causes(Invalid, "/baseUrl", Some(json!("https://other.example")));
    causes(Invalid, "/baseUrl", Some(json!("http://tally.example")));
    causes(Invalid, "/baseUrl", Some(json!("http://localhost.example")));
    causes(Invalid, "/baseUrl", Some(json!("https://tally.example/")));
    causes(
        Invalid,
        "/baseUrl",
        Some(json!(format!("https://{}", "t".repeat(200)))),
    );
    causes(Invalid, "/authentication", Some(json!({ "type": "none" })));
    causes(Invalid, "/authentication", Some(json!({ "type": "oauth" })));
    causes(Invalid, "/authentication", None);
}

#[test]
fn what_protects_installs_and_tokens_is_not_given_up() {
    for migration in ["signed-install", "context-qsh", "gdpr"] {
        let path = format!("/apiMigrations/{migration}");
        causes(Invalid, &path, Some(json!(false)));
        causes(Invalid, &path, None);
        let mut before = full();
        before["apiMigrations"].as_object_mut().unwrap().remove(migration);
        assert_eq!(diff(&before, &full()).effect, Handshake, "{migration} adopted");
    }
    causes(Invalid, "/apiMigrations", None);
    causes(Invalid, "/apiMigrations/another", Some(json!("yes")));
}

#[test]
fn callbacks_stay_where_they_are() {
    causes(Invalid, "/lifecycle/installed", None);
    causes(Invalid, "/lifecycle", None);
    causes(Invalid, "/lifecycle/installed", Some(json!("/installed")));
    causes(Invalid, "/lifecycle/uninstalled", Some(json!("/uninstalled")));
    causes(Handshake, "/lifecycle/enabled", None);
    causes(Handshake, "/lifecycle/dare-migration", Some(json!("/dare")));
    causes(
        Invalid,
        "/lifecycle/dare-migration",
        Some(json!("https://other.example/dare")),
    );
}

#[test]
fn published_modules_and_their_addresses_stay() {
    let page = |key: &str, url: &str| json!({ "key": key, "name": { "value": "New" }, "url": url });
    causes(
        Handshake,
        "/modules/generalPages/1",
        Some(page("new", "/pages/new")),
    );
    causes(
        Handshake,
        "/modules/jiraProjectPages",
        Some(json!([page("new", "/pages/new")])),
    );
    causes(Invalid, "/modules/generalPages/0", None);
    causes(Invalid, "/modules/configurePage", None);
    causes(Invalid, "/modules/webhooks", None);
    causes(Invalid, "/modules/generalPages/0/key", Some(json!("register")));
    causes(
        Invalid,
        "/modules/generalPages/0/url",
        Some(json!("/pages/register")),
    );
    causes(Invalid, "/modules/webhooks/0/url", Some(json!("/webhooks/other")));
    causes(
        Invalid,
        "/modules/jiraIssueContents/0/target/url",
        Some(json!("/pages/other")),
    );
}

#[test]
fn a_page_may_move_in_jira_as_long_as_key_and_address_stay() {
    let mut moved = full();
    let page = moved["modules"]["generalPages"][0].take();
    moved["modules"].as_object_mut().unwrap().remove("generalPages");
    moved["modules"]["jiraProjectPages"] = json!([page]);
    assert_eq!(diff(&full(), &moved).effect, Handshake);
}

#[test]
fn the_platforms_limits_are_kept() {
    causes(Invalid, "/name", Some(json!("n".repeat(81))));
    causes(Invalid, "/description", Some(json!("d".repeat(1401))));
    causes(Invalid, "/name", Some(json!(7)));
    causes(
        Invalid,
        "/regionBaseUrls/MARS",
        Some(json!("https://mars.tally.example")),
    );
    causes(Invalid, "/regionBaseUrls/US", Some(json!("/us")));
    let page = |key: &str, url: &str| json!({ "key": key, "name": { "value": "New" }, "url": url });
    let added = |page: Value| causes(Invalid, "/modules/generalPages/1", Some(page));
    added(page("with_underscore", "/pages/new"));
    added(page("", "/pages/new"));
    added(page("new", "https://other.example/new"));
    added(page("new", "//other.example/new"));
    added(json!({ "key": "new", "name": { "value": "New" } }));
    added(json!({ "key": "new", "url": "/pages/new" }));
    added(
        json!({ "key": "new", "name": { "value": "New" }, "url": "/pages/new", "location": "l".repeat(101) }),
    );
    let twice = diff(
        &full(),
        &changed(
            "/modules/generalPages/1",
            Some(page("install-diagnosis", "/pages/new")),
        ),
    );
    assert_eq!(twice.effect, Invalid);
    causes(
        Invalid,
        "/modules/webhooks/0/filter",
        Some(json!("f".repeat(10_001))),
    );
    causes(Invalid, "/modules/webhooks/0/event", Some(json!("e".repeat(101))));
    causes(
        Invalid,
        "/modules/generalPages",
        Some(page("assets", "/pages/assets")),
    );
    causes(
        Invalid,
        "/modules/configurePage",
        Some(json!([page("configure", "/pages/configure")])),
    );
}

#[test]
fn what_is_no_descriptor_is_not_published() {
    for nothing in [json!(null), json!([]), json!("text"), json!({})] {
        assert_eq!(diff(&full(), &nothing).effect, Invalid, "{nothing}");
    }
    // From nothing to something: whatever was served before was no app at all.
    assert_eq!(diff(&json!({}), &full()).effect, Invalid);
}

/// Any JSON of a few members.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z/:-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = prop_oneof![
            "key|baseUrl|scopes|lifecycle|installed|modules|generalPages|webhooks|url|target",
            "[a-z]{1,6}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same with the members of every object in the opposite order, as far as a map keeps one.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: Map<String, Value> = members
                .iter()
                .rev()
                .map(|(name, value)| (name.clone(), reversed(value)))
                .collect();
            Value::Object(members)
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        plain => plain.clone(),
    }
}

/// The descriptor with some members replaced.
fn any_descriptor() -> impl Strategy<Value = Value> {
    let names: Vec<String> = full().as_object().unwrap().keys().cloned().collect();
    let replaced = prop::collection::vec((prop::sample::select(names), any_json()), 0..3);
    prop_oneof![
        replaced.prop_map(|members| {
            let mut descriptor = full();
            for (name, value) in members {
                descriptor[name] = value;
            }
            descriptor
        }),
        any_json(),
    ]
}

proptest! {
    #[test]
    fn the_same_is_nothing_in_whatever_order_its_members_are(descriptor in any_descriptor()) {
        let text = serde_json::to_string(&reversed(&descriptor)).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        for same in [&descriptor, &reversed(&descriptor), &read] {
            let found = diff(&descriptor, same);
            prop_assert_eq!(found.effect, Effect::None);
            prop_assert!(found.reasons.is_empty());
        }
    }

    #[test]
    fn the_worst_reason_decides_and_a_difference_is_never_nothing(old in any_descriptor(), new in any_descriptor()) {
        let found = diff(&old, &new);
        let worst = found.reasons.iter().map(|reason| reason.effect).max();
        prop_assert_eq!(found.effect, worst.unwrap_or(Effect::None));
        prop_assert_eq!(found.effect == Effect::None, old == new);
        prop_assert!(found.reasons.iter().all(|reason| reason.effect != Effect::None));
    }

    #[test]
    fn what_is_broken_stays_so_whatever_else_changes(name in "[a-z]{3,9}", value in any_json()) {
        let mut broken = changed("/key", Some(json!("another")));
        if name != "key" {
            broken[&name] = value;
        }
        prop_assert_eq!(diff(&full(), &broken).effect, Invalid);
    }
}
