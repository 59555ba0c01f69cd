//! Bodies of callbacks whose token was verified before.

use serde_json::{Value, json};
use tally_atlassian::Refusal;
use tally_atlassian::base_url::HostAllowList;
use tally_atlassian::lifecycle::{Callback, LifecyclePayload, LifecycleRules};

fn rules() -> LifecycleRules {
    LifecycleRules::new("tally-assets", HostAllowList::atlassian())
}

fn body() -> Value {
    json!({
        "key": "tally-assets",
        "clientKey": "client-a",
        "eventType": "enabled",
        "baseUrl": "https://acme.atlassian.net",
        "displayUrl": "https://assets.acme.example",
        "productType": "jira",
        "description": "Atlassian Jira at acme",
        "serviceEntitlementNumber": 1234,
        "publicKey": "dead field",
    })
}

fn read(body: &Value) -> Result<LifecyclePayload, Refusal> {
    rules().read(Callback::Enabled, body.to_string().as_bytes(), "client-a")
}

fn with(field: &str, value: Value) -> Value {
    let mut body = body();
    body[field] = value;
    body
}

#[test]
fn what_a_callback_says_is_read_and_unknown_fields_are_named() {
    let payload = read(&body()).unwrap();
    assert_eq!(payload.client_key, "client-a");
    assert_eq!(payload.base_url.unwrap().as_str(), "https://acme.atlassian.net");
    assert_eq!(
        payload.display_url.as_deref(),
        Some("https://assets.acme.example")
    );
    assert_eq!(payload.product_type.as_deref(), Some("jira"));
    assert_eq!(payload.service_entitlement_number.as_deref(), Some("1234"));
    assert_eq!(payload.unknown_fields, ["publicKey"]);
}

#[test]
fn optional_fields_may_be_missing_null_or_of_an_odd_type() {
    let smallest = json!({ "key": "tally-assets", "clientKey": "client-a", "eventType": "enabled" });
    assert_eq!(read(&smallest).unwrap().base_url, None);
    assert_eq!(read(&with("description", Value::Null)).unwrap().description, None);
    assert_eq!(
        read(&with("description", json!({ "odd": 1 })))
            .unwrap()
            .description,
        None
    );
}

#[test]
fn a_display_url_that_cannot_stand_in_a_header_is_left_out() {
    for odd in [
        "javascript:alert(1)",
        "https://a.example; script-src *",
        "http://a.example",
        "",
        "acme",
    ] {
        assert_eq!(
            read(&with("displayUrl", odd.into())).unwrap().display_url,
            None,
            "{odd}"
        );
    }
}

#[test]
fn each_thing_a_body_is_held_against_has_its_refusal() {
    let cases = [
        (with("clientKey", "client-b".into()), Refusal::IssuerMismatch),
        (with("key", "another-app".into()), Refusal::AppKeyMismatch),
        (with("key", Value::Null), Refusal::AppKeyMismatch),
        (with("eventType", "disabled".into()), Refusal::EventTypeMismatch),
        (with("eventType", Value::Null), Refusal::EventTypeMismatch),
        (
            with("baseUrl", "https://evil.example".into()),
            Refusal::BaseUrlNotAllowed,
        ),
        (with("baseUrl", "".into()), Refusal::BaseUrlNotAllowed),
    ];
    for (body, expected) in cases {
        assert_eq!(read(&body), Err(expected), "{body}");
    }
}

#[test]
fn what_is_not_a_callback_is_malformed_and_not_repeated() {
    let bodies = [
        "".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{\"key\":".to_owned(),
        with("clientKey", Value::Null).to_string(),
        with("clientKey", "".into()).to_string(),
        with("clientKey", "a\nb".into()).to_string(),
        with("clientKey", "x".repeat(256).into()).to_string(),
        with("clientKey", 7.into()).to_string(),
        with("sharedSecret", json!({ "ATCO": "secret" })).to_string(),
        with("description", "x".repeat(70_000).into()).to_string(),
        r#"{"key":"tally-assets","clientKey":"client-a","clientKey":"client-b","eventType":"enabled"}"#
            .to_owned(),
    ];
    for body in bodies {
        match rules().read(Callback::Enabled, body.as_bytes(), "client-a") {
            Err(refusal @ Refusal::BodyMalformed { .. }) => assert!(!refusal.to_string().contains("ATCO")),
            other => panic!("{other:?} for {body:.60}"),
        }
    }
    let not_text = rules().read(Callback::Enabled, &[0xff, 0xfe], "client-a");
    assert!(matches!(not_text, Err(Refusal::BodyMalformed { .. })));
}

#[test]
fn only_a_bounded_number_of_unknown_names_is_kept() {
    let mut body = body();
    for index in 0..100 {
        body[format!("unknown{index}")] = 1.into();
    }
    assert_eq!(read(&body).unwrap().unknown_fields.len(), 32);
}
