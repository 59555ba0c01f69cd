//! The descriptor is served byte for byte as published, and within the platform's limits.

#![expect(clippy::unwrap_used, reason = "a fixture that fails is a test that fails")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use tally_descriptor::diff::{Effect, diff};
use tally_descriptor::{PATH, callback, descriptor, module, page};

const APP_KEY: &str = "tally-assets";
const BASE_URL: &str = "https://tally.example";

fn served() -> String {
    descriptor(APP_KEY, BASE_URL).to_json().unwrap()
}

fn value() -> Value {
    serde_json::from_str(&served()).unwrap()
}

/// Every module, whatever its kind.
fn all_modules() -> Vec<Value> {
    let modules = value()["modules"].as_object().unwrap().clone();
    modules
        .into_iter()
        .flat_map(|(_, list)| list.as_array().unwrap().clone())
        .collect()
}

fn texts<'a>(values: impl IntoIterator<Item = &'a Value>, field: &str) -> Vec<String> {
    values
        .into_iter()
        .map(|value| value[field].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_served_text_is_the_published_one_byte_for_byte() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/atlassian-connect.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, served()).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        served(),
        published,
        "a changed descriptor makes a new version of the app on every site; if that is meant, run with UPDATE_GOLDEN=1"
    );
}

#[test]
fn what_is_served_causes_nothing_after_what_was_published() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/atlassian-connect.json");
    let published: Value = serde_json::from_str(&std::fs::read_to_string(golden).unwrap()).unwrap();
    let found = diff(&published, &value());
    assert_eq!(found.effect, Effect::None, "{:?}", found.reasons);
    // The published one is itself within the limits: a change of its name alone would be one that
    // may be published.
    let mut renamed = published.clone();
    renamed["name"] = "Tally of tomorrow".into();
    assert_eq!(diff(&published, &renamed).effect, Effect::Handshake);
}

#[test]
fn two_descriptors_of_the_same_app_are_the_same_text() {
    assert_eq!(served(), served());
    assert_ne!(
        served(),
        descriptor(APP_KEY, "https://other.example").to_json().unwrap()
    );
}

#[test]
fn keys_names_and_texts_keep_the_platforms_limits() {
    let descriptor = value();
    let key = descriptor["key"].as_str().unwrap();
    assert!(
        key.len() <= 64
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)),
        "{key}"
    );
    assert!(descriptor["name"].as_str().unwrap().chars().count() <= 80);
    assert!(descriptor["description"].as_str().unwrap().chars().count() <= 1400);
    let base_url = descriptor["baseUrl"].as_str().unwrap();
    assert!(base_url.starts_with("https://") && !base_url.ends_with('/') && base_url.len() <= 200);
    assert_eq!(descriptor["links"]["self"], format!("{base_url}{PATH}"));
}

#[test]
fn module_keys_are_unique_and_of_the_allowed_characters() {
    let keys = texts(&all_modules(), "key");
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    for key in &keys {
        assert!(
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "{key}"
        );
    }
    assert_eq!(keys, [module::INSTALL_DIAGNOSIS, module::ASSETS]);
}

#[test]
fn module_names_and_places_keep_their_lengths() {
    for module in all_modules() {
        assert!(
            module["name"]["value"].as_str().unwrap().chars().count() <= 80,
            "{module}"
        );
        assert!(
            module["location"].as_str().unwrap_or_default().len() <= 100,
            "{module}"
        );
    }
}

#[test]
fn every_address_is_relative_to_the_base_url_and_carries_no_query() {
    let lifecycle = value()["lifecycle"].as_object().unwrap().clone();
    let mut addresses: Vec<String> = lifecycle
        .values()
        .map(|url| url.as_str().unwrap().to_owned())
        .collect();
    addresses.extend(texts(&all_modules(), "url"));
    for address in &addresses {
        assert!(
            address.starts_with('/') && !address.starts_with("//"),
            "{address}"
        );
        assert!(
            !address.ends_with('/') && !address.contains(['?', '#', '&', ' ']),
            "{address}"
        );
    }
    let expected = [
        callback::INSTALLED,
        callback::UNINSTALLED,
        callback::ENABLED,
        callback::DISABLED,
        page::ASSETS,
        page::INSTALL_DIAGNOSIS,
    ];
    assert_eq!(
        addresses.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        BTreeSet::from(expected)
    );
}

#[test]
fn an_app_with_tokens_declares_the_callback_that_brings_their_secret() {
    let descriptor = value();
    assert_eq!(descriptor["authentication"]["type"], "jwt");
    assert_eq!(descriptor["lifecycle"]["installed"], callback::INSTALLED);
    for migration in ["gdpr", "signed-install", "context-qsh"] {
        assert_eq!(descriptor["apiMigrations"][migration], true, "{migration}");
    }
}

#[test]
fn it_asks_for_no_scope_beyond_reading_so_that_no_update_waits_for_an_admin() {
    assert_eq!(value()["scopes"], serde_json::json!(["READ"]));
    assert_eq!(value()["apiVersion"], 1);
}

#[test]
fn the_link_to_an_admin_page_is_shown_to_admins_only() {
    for page in value()["modules"]["adminPages"].as_array().unwrap() {
        assert_eq!(
            page["conditions"],
            serde_json::json!([{ "condition": "user_is_admin" }]),
            "{page}"
        );
    }
}
