//! What is refused, and how: by the asset's rules, or because a request cannot be read.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value, json};
use tally_domain::Refused;
use tally_domain::asset::AssetRefusal;
use tally_tests::app::{Caller, refused};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;

use super::{agent_at_work, named, registered};

/// An address, what is sent there, and how it is refused: status, code, and the field it is about.
type Case<'a> = (&'a str, Value, u16, &'static str, Option<&'static str>);

fn many(attributes: usize) -> Value {
    let mut map: Map<String, Value> = (1..attributes).map(|n| (format!("k{n}"), json!("v"))).collect();
    map.insert("name".to_owned(), json!("Laptop"));
    json!({ "attributes": map })
}

async fn all_refused(agent: &Caller, cases: &[Case<'_>]) -> BTreeSet<&'static str> {
    for (path, body, status, code, field) in cases {
        let answer = agent.post_refused(path, body).await;
        assert_eq!(
            answer.status_and_code(),
            (*status, *code),
            "{path} {body}: {}",
            answer.body
        );
        assert_eq!(
            answer.body.get("field").and_then(Value::as_str),
            *field,
            "{path} {body}"
        );
    }
    cases.iter().map(|case| case.3).collect()
}

#[tokio::test]
async fn what_an_assets_rules_forbid_is_refused_by_name_and_leaves_no_trace() {
    let (app, site, agent) = agent_at_work().await;
    let tagged = |tag: &str| json!({ "tag": tag, "attributes": { "name": "Laptop" } });
    let with = |key: &str, value: &str| json!({ "attributes": { "name": "Laptop", key: value } });
    let (in_stock, asset) = registered(&agent, &tagged("IN")).await;
    let (out, _) = registered(&agent, &tagged("OUT")).await;
    let (retired, _) = registered(&agent, &tagged("GONE")).await;
    let (me, other) = (
        json!({ "to": Person::agent().account_id }),
        json!({ "to": Person::admin().account_id }),
    );
    agent.post(&format!("{out}/check-out"), &me).await;
    // The person that a refused command names is known already, so that it leaves nothing.
    agent.post(&format!("{retired}/check-out"), &other).await;
    agent.post(&format!("{retired}/check-in"), &json!({})).await;
    agent.post(&format!("{retired}/retire"), &json!({})).await;
    let (withdrawn, _) = registered(&agent, &tagged("MISTYPED")).await;
    agent.post(&format!("{withdrawn}/withdraw"), &json!({})).await;
    let at = |path: &str, act: &str| format!("{path}/{act}");
    let since = asset.body["registeredAt"].as_str().unwrap();
    let correct = |since: &str, reason: &str| json!({ "set": { "notes": "x" }, "effectiveAt": since, "reason": reason });
    let long = "x".repeat(2001);
    let nowhere = format!("/assets/{}", uuid::Uuid::new_v4());
    let before = app.everything_of(&site).await.len();
    let tried = all_refused(
        &agent,
        &[
            ("/assets", tagged("in"), 409, "asset.tag_taken", Some("tag")),
            ("/assets", tagged("gone"), 409, "asset.tag_retired", Some("tag")),
            (
                &at(&withdrawn, "restore"),
                json!({}),
                404,
                "asset.withdrawn",
                None,
            ),
            (
                &at(&out, "withdraw"),
                json!({}),
                409,
                "asset.still_checked_out",
                None,
            ),
            (
                "/assets",
                tagged("two words"),
                422,
                "asset.tag_invalid",
                Some("tag"),
            ),
            (
                "/assets",
                tagged(&"x".repeat(65)),
                422,
                "asset.tag_invalid",
                Some("tag"),
            ),
            (
                "/assets",
                json!({ "attributes": {} }),
                422,
                "asset.name_empty",
                Some("name"),
            ),
            ("/assets", named("  "), 422, "asset.name_empty", Some("name")),
            (
                "/assets",
                named(&"x".repeat(256)),
                422,
                "asset.attribute_invalid",
                Some("name"),
            ),
            (
                "/assets",
                with("notes", &long),
                422,
                "asset.attribute_invalid",
                Some("notes"),
            ),
            (
                "/assets",
                with("Serial\nNo", "x"),
                422,
                "asset.attribute_invalid",
                Some("Serial\nNo"),
            ),
            ("/assets", with("", "x"), 422, "asset.attribute_invalid", Some("")),
            (
                "/assets",
                with("purchased_on", "31.12.2025"),
                422,
                "asset.attribute_invalid",
                Some("purchased_on"),
            ),
            ("/assets", many(65), 422, "asset.too_many_attributes", None),
            (
                &at(&out, "check-out"),
                other.clone(),
                409,
                "asset.already_checked_out",
                None,
            ),
            (
                &at(&out, "retire"),
                json!({}),
                409,
                "asset.still_checked_out",
                None,
            ),
            (
                &at(&in_stock, "transfer"),
                other.clone(),
                409,
                "asset.not_checked_out",
                None,
            ),
            (
                &at(&retired, "check-out"),
                other.clone(),
                409,
                "asset.retired",
                None,
            ),
            (&at(&retired, "check-in"), json!({}), 409, "asset.retired", None),
            (
                &at(&retired, "transfer"),
                other.clone(),
                409,
                "asset.retired",
                None,
            ),
            (
                &at(&in_stock, "check-in"),
                json!({ "note": long }),
                422,
                "asset.note_too_long",
                None,
            ),
            (
                &at(&in_stock, "retire"),
                json!({ "reason": long }),
                422,
                "asset.note_too_long",
                None,
            ),
            (
                &at(&in_stock, "retire"),
                json!({ "reason": "a\u{202E}b" }),
                422,
                "asset.note_invalid",
                None,
            ),
            (
                &at(&in_stock, "correct"),
                correct("2999-01-01T00:00:00Z", "so"),
                422,
                "asset.correction_in_future",
                None,
            ),
            (
                &at(&in_stock, "correct"),
                correct("2020-01-01T00:00:00Z", "so"),
                422,
                "asset.correction_before_registration",
                None,
            ),
            (
                &at(&in_stock, "correct"),
                correct(since, " "),
                422,
                "asset.reason_missing",
                None,
            ),
            (
                &at(&nowhere, "check-out"),
                other.clone(),
                404,
                "asset.not_found",
                None,
            ),
            (&at(&nowhere, "check-in"), json!({}), 404, "asset.not_found", None),
            (
                &at(&nowhere, "transfer"),
                other.clone(),
                404,
                "asset.not_found",
                None,
            ),
            (&at(&nowhere, "retire"), json!({}), 404, "asset.not_found", None),
            (&at(&nowhere, "restore"), json!({}), 404, "asset.not_found", None),
            (
                &at(&nowhere, "correct"),
                correct(since, "so"),
                404,
                "asset.not_found",
                None,
            ),
            ("/assets/no-id/check-in", json!({}), 404, "asset.not_found", None),
        ],
    )
    .await;
    for (path, code, body) in [
        (
            &retired,
            (409, "asset.retired"),
            json!({ "set": { "notes": "x" } }),
        ),
        (
            &nowhere,
            (404, "asset.not_found"),
            json!({ "set": { "notes": "x" } }),
        ),
        (
            &in_stock,
            (422, "asset.name_empty"),
            json!({ "set": { "name": null } }),
        ),
        (
            &in_stock,
            (422, "asset.attribute_invalid"),
            json!({ "set": { "Lo\tud": "x" } }),
        ),
    ] {
        let edit = agent
            .request(Method::PATCH, path)
            .header("If-Match", "*")
            .json(&body);
        assert_eq!(refused(edit).await.status_and_code(), code, "{path}");
    }
    for path in [
        nowhere.clone(),
        at(&nowhere, "history"),
        "/assets/no-id".to_owned(),
    ] {
        assert_eq!(
            agent.get_refused(&path).await.status_and_code(),
            (404, "asset.not_found"),
            "{path}"
        );
    }
    let known: BTreeSet<_> = AssetRefusal::CATALOGUE.iter().map(|entry| entry.code).collect();
    let untried: Vec<_> = known.difference(&tried).collect();
    // Over HTTP a repeated request is recognised by its key, so none causes the first; the second
    // takes hundreds of attributes, and the commands have a test of it.
    let others = [AssetRefusal::AlreadyRegistered, AssetRefusal::SchemaFull];
    assert_eq!(
        untried,
        others.each_ref().map(|refusal| refusal.code()).each_ref()
    );
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn a_command_that_changes_nothing_succeeds_and_leaves_no_event() {
    let (app, site, agent) = agent_at_work().await;
    let (in_stock, _) = registered(&agent, &named("In stock")).await;
    let (out, _) = registered(&agent, &named("Out")).await;
    let to = json!({ "to": Person::agent().account_id });
    agent.post(&format!("{out}/check-out"), &to).await;
    let before = app.everything_of(&site).await.len();
    for (path, act, body) in [
        (&in_stock, "check-in", json!({})),
        (&in_stock, "restore", json!({})),
        (&out, "check-out", to.clone()),
        (&out, "transfer", to.clone()),
        (&out, "restore", json!({})),
    ] {
        assert_eq!(
            agent.post(&format!("{path}/{act}"), &body).await.status,
            200,
            "{act}"
        );
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn a_parameter_that_means_nothing_is_refused_by_name() {
    let (_app, _site, agent) = agent_at_work().await;
    let (asset, _) = registered(&agent, &named("Laptop")).await;
    let admin = agent.get("/me").await;
    assert_eq!(admin.body["role"], "agent");
    let history = format!("{asset}/history");
    for path in [
        "/me",
        "/people",
        "/assets",
        "/assets/count",
        "/assets/facets",
        &asset,
        &history,
        "/imports",
    ] {
        let answer = agent.get_refused(&format!("{path}?statsu=retired")).await;
        assert_eq!(answer.status_and_code(), (400, "request.malformed"), "{path}");
        assert_eq!(answer.body["field"], "statsu", "{path}");
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("sort=price", "sort"),
        ("status=lost", "status"),
        ("asOf=yesterday", "asOf"),
        ("asOf=2026-01-01", "asOf"),
        ("q=a&q=b", "q"),
    ] {
        let answer = agent.get_refused(&format!("/assets?{query}")).await;
        assert_eq!(answer.status_and_code(), (400, "request.malformed"), "{query}");
        assert_eq!(answer.body["field"], field, "{query}");
    }
    let answer = agent.post_refused("/assets?dryRun=true", &named("Laptop")).await;
    assert_eq!((answer.status, &answer.body["field"]), (400, &json!("dryRun")));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_and_the_field_named() {
    let (app, site, agent) = agent_at_work().await;
    let (asset, _) = registered(&agent, &named("Laptop")).await;
    let out = format!("{asset}/check-out");
    let correct = format!("{asset}/correct");
    let before = app.everything_of(&site).await.len();
    for (path, body, word) in [
        (
            "/assets",
            json!({ "attributes": { "name": "x" }, "colour": "red" }),
            "colour",
        ),
        (
            "/assets",
            json!({ "attributes": { "name": 5 } }),
            "attributes.name",
        ),
        ("/assets", json!({ "tag": "T" }), "attributes"),
        ("/assets", json!([]), "object"),
        ("/assets", json!(["LAP-1", { "name": "x" }]), "object"),
        ("/assets", json!("LAP-1"), "object"),
        (&out, json!({ "to": "712020:agent", "due": "2031-01-01" }), "due"),
        (&out, json!({ "to": "712020:agent", "dueOn": "soon" }), "dueOn"),
        (&out, json!({ "to": "two words" }), "to"),
        (&out, json!({}), "to"),
        (
            &correct,
            json!({ "set": {}, "effectiveAt": "then", "reason": "x" }),
            "effectiveAt",
        ),
    ] {
        let answer = agent.post_refused(path, &body).await;
        assert_eq!(
            answer.status_and_code(),
            (400, "request.malformed"),
            "{path} {body}"
        );
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains(word), "{path} {body}: {detail}");
    }
    for body in [
        "{",
        "nonsense",
        "{} {}",
        "{\"attributes\":{\"name\":\"x\"}}x",
        "\u{feff}{}",
    ] {
        let request = agent.request(Method::POST, "/assets").body(body);
        assert_eq!(
            refused(request).await.status_and_code(),
            (400, "request.malformed"),
            "{body}"
        );
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_as_such() {
    let (app, site, agent) = agent_at_work().await;
    let before = app.everything_of(&site).await.len();
    let (mib, csv) = (1 << 20, "tag,name\n");
    let json = json!({ "attributes": { "name": "x".repeat(mib) } }).to_string();
    let file = format!("{csv}{}", "\n".repeat(10 * mib));
    for (path, body, code) in [
        ("/assets", json, "request.too_large"),
        ("/imports?fileName=x.csv", file, "import.too_large"),
        (
            "/client-errors",
            json!({ "code": "x".repeat(2048) }).to_string(),
            "request.too_large",
        ),
    ] {
        let answer = agent
            .request(Method::POST, path)
            .header("Content-Type", "text/plain")
            .body(body);
        assert_eq!(refused(answer).await.status_and_code(), (413, code), "{path}");
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn what_is_nowhere_is_not_found_in_our_own_words() {
    let (app, _site, agent) = agent_at_work().await;
    for path in ["/nothing", "/assets/a/b/c", "/assets/", "//assets", "/admin"] {
        let answer = agent.request(Method::GET, path).send().await.unwrap();
        assert_eq!(
            Problem::of(answer).await.status_and_code(),
            (404, "not_found"),
            "{path}"
        );
    }
    for path in [
        "/nothing",
        "/assets/nothing.js",
        "/assets/../Cargo.toml",
        "/pages",
        "/pages/nothing",
        "/.env",
    ] {
        let answer = app
            .client()
            .get(format!("{}{path}", app.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(
            Problem::of(answer).await.status_and_code(),
            (404, "not_found"),
            "{path}"
        );
    }
}
