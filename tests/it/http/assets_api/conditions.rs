//! Changes that depend on what they are based on, and requests that are sent again.

use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_tests::app::{Answer, Caller, answered, refused};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;

use super::{agent_at_work, named, registered};

fn renaming(agent: &Caller, path: &str, name: &str) -> RequestBuilder {
    let body = json!({ "set": { "name": name } });
    agent.request(Method::PATCH, path).json(&body)
}

/// A request that its sender calls `key`.
fn keyed(agent: &Caller, path: &str, key: &str, body: &Value) -> RequestBuilder {
    let request = agent.request(Method::POST, path).json(body);
    request.header("Idempotency-Key", key)
}

#[tokio::test]
async fn an_edit_says_on_which_version_it_is_based_and_only_the_newest_will_do() {
    let (app, site, agent) = agent_at_work().await;
    let (path, asset) = registered(&agent, &named("Laptop")).await;
    assert_eq!(asset.etag.as_deref(), Some("\"0\""));
    let unconditional = refused(renaming(&agent, &path, "X")).await;
    assert_eq!(
        unconditional.status_and_code(),
        (428, "request.precondition_required")
    );
    let edited = answered(renaming(&agent, &path, "Big laptop").header("If-Match", "\"0\"")).await;
    assert_eq!(edited.etag.as_deref(), Some("\"1\""));
    let before = app.everything_of(&site).await.len();
    for stale in ["\"0\"", "\"7\"", "W/\"0\"", "\"0\", \"7\""] {
        let answer = refused(renaming(&agent, &path, "X").header("If-Match", stale)).await;
        assert_eq!(
            answer.status_and_code(),
            (412, "request.precondition_failed"),
            "{stale}"
        );
        assert_eq!(answer.body["revision"], 1, "{stale}");
    }
    for unreadable in ["0", "\"x\"", "", "\"0\" \"1\"", "\"-1\""] {
        let answer = refused(renaming(&agent, &path, "X").header("If-Match", unreadable)).await;
        assert_eq!(
            answer.status_and_code(),
            (400, "request.malformed"),
            "{unreadable}"
        );
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
    let found = agent.get(&path).await;
    assert_eq!((&found.body, &found.etag), (&edited.body, &edited.etag));
    assert_eq!(found.body["attributes"]["name"], "Big laptop");
    let listed = renaming(&agent, &path, "Big laptop").header("If-Match", "\"7\", W/\"1-gzip\"");
    assert_eq!(
        answered(listed).await.etag.as_deref(),
        Some("\"1\""),
        "one of several"
    );
    let any = answered(renaming(&agent, &path, "Any").header("If-Match", "*")).await;
    assert_eq!(any.etag.as_deref(), Some("\"2\""));
    let same = answered(renaming(&agent, &path, "Any").header("If-Match", "\"2\"")).await;
    assert_eq!(same.etag.as_deref(), Some("\"2\""), "nothing changed");
}

#[tokio::test]
async fn any_other_change_keeps_to_a_condition_that_it_is_given() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    let to = json!({ "to": Person::viewer().account_id });
    let reason = json!({ "set": { "notes": "x" }, "effectiveAt": agent.get(&path).await.body["registeredAt"], "reason": "so" });
    for (revision, act, body) in [
        (0, "check-out", &to),
        (1, "transfer", &json!({ "to": Person::agent().account_id })),
        (2, "check-in", &json!({})),
        (3, "retire", &json!({})),
        (4, "restore", &json!({})),
        (5, "correct", &reason),
    ] {
        let path = format!("{path}/{act}");
        let request = || agent.request(Method::POST, &path).json(body);
        let stale = refused(request().header("If-Match", format!("\"{}\"", revision + 1))).await;
        assert_eq!(
            stale.status_and_code(),
            (412, "request.precondition_failed"),
            "{act}"
        );
        let done = answered(request().header("If-Match", format!("\"{revision}\""))).await;
        assert_eq!(done.etag, Some(format!("\"{}\"", revision + 1)), "{act}");
    }
}

#[tokio::test]
async fn of_two_edits_of_one_version_one_is_made() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    let names: Vec<_> = (0..8).map(|n| format!("Laptop {n}")).collect();
    let edits = names
        .iter()
        .map(|name| renaming(&agent, &path, name).header("If-Match", "\"0\"").send());
    let mut statuses: Vec<_> = join_all(edits)
        .await
        .into_iter()
        .map(|a| a.unwrap().status().as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
}

#[tokio::test]
async fn a_request_sent_again_by_its_name_is_answered_again_and_carried_out_once() {
    let (app, site, agent) = agent_at_work().await;
    // Who hands it out has found the person first; so the name is known.
    assert_eq!(agent.get("/people?query=Vic").await.status, 200);
    let (body, to) = (
        named("Laptop"),
        json!({ "to": Person::viewer().account_id, "note": "for home" }),
    );
    let first = answered(keyed(&agent, "/assets", "one", &body)).await;
    let path = format!("/assets/{}", first.body["id"].as_str().unwrap());
    let same = |again: Answer, first: &Answer| {
        assert_eq!(
            (again.status, &again.body, &again.etag),
            (first.status, &first.body, &first.etag)
        );
    };
    let before = app.everything_of(&site).await.len();
    same(answered(keyed(&agent, "/assets", "one", &body)).await, &first);
    assert_eq!(app.everything_of(&site).await.len(), before);
    let out_path = format!("{path}/check-out");
    let out = answered(keyed(&agent, &out_path, "one", &to)).await;
    assert_eq!(out.etag.as_deref(), Some("\"1\""), "a name is for one address");
    same(answered(keyed(&agent, &out_path, "one", &to)).await, &out);
    agent.post(&format!("{path}/check-in"), &json!({})).await;
    let before = app.everything_of(&site).await.len();
    let late = answered(keyed(&agent, &out_path, "one", &to)).await;
    same(late, &out);
    let now = agent.get(&path).await;
    assert_eq!(now.body["status"], "in_stock", "not checked out again");
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn an_edit_sent_again_by_its_name_is_recognised_before_its_condition() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    let edit = || {
        renaming(&agent, &path, "Big laptop")
            .header("If-Match", "\"0\"")
            .header("Idempotency-Key", "edit")
    };
    let first = answered(edit()).await;
    let again = answered(edit()).await;
    assert_eq!((first.body, first.etag), (again.body, again.etag));
}

#[tokio::test]
async fn a_name_used_for_another_request_is_refused_and_another_persons_name_is_another() {
    let (app, site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Laptop")).await;
    let out = format!("{path}/check-out");
    let (to, other) = (
        json!({ "to": Person::viewer().account_id }),
        json!({ "to": Person::admin().account_id }),
    );
    answered(keyed(&agent, &out, "key", &to)).await;
    answered(keyed(&agent, "/assets", "key", &named("One"))).await;
    let admin = app.caller(&site, &Person::admin().account_id);
    answered(keyed(&admin, "/assets", "another-key", &named("Theirs"))).await;
    let before = app.everything_of(&site).await.len();
    for (path, body) in [(out.as_str(), &other), ("/assets", &named("Two"))] {
        let reused = refused(keyed(&agent, path, "key", body)).await;
        assert_eq!(
            reused.status_and_code(),
            (422, "request.idempotency_key_reused"),
            "{path}"
        );
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
    let theirs = answered(keyed(&admin, "/assets", "key", &named("Two"))).await;
    assert_eq!(
        (theirs.status, &theirs.body["attributes"]["name"]),
        (201, &json!("Two"))
    );
}

#[tokio::test]
async fn a_name_is_one_to_128_visible_characters() {
    let (_app, _site, agent) = agent_at_work().await;
    for key in ["", "two words", "naïve", &"x".repeat(129)] {
        let refused = refused(keyed(&agent, "/assets", key, &named("Laptop"))).await;
        assert_eq!(refused.status_and_code(), (400, "request.malformed"), "{key:?}");
    }
    answered(keyed(&agent, "/assets", &"x".repeat(128), &named("Laptop"))).await;
    assert_eq!(agent.get("/assets/count").await.body["total"], 1);
}

#[tokio::test]
async fn a_request_sent_many_times_at_once_by_one_name_is_carried_out_once() {
    let (_app, _site, agent) = agent_at_work().await;
    for body in [
        named("Allotted"),
        json!({ "tag": "LAP-1", "attributes": { "name": "Given" } }),
    ] {
        let key = body.to_string().len().to_string();
        let sent = (0..8).map(|_| keyed(&agent, "/assets", &key, &body).send());
        let mut made = vec![];
        for answer in join_all(sent).await {
            let answer = answer.unwrap();
            match answer.status().as_u16() {
                201 => made.push(answer.json::<Value>().await.unwrap()),
                _ => {
                    let early = Problem::of(answer).await;
                    let in_use = (409, "request.idempotency_key_in_use");
                    assert_eq!(early.status_and_code(), in_use);
                }
            }
        }
        let again = answered(keyed(&agent, "/assets", &key, &body)).await;
        assert!(
            !made.is_empty() && made.iter().all(|body| *body == again.body),
            "{made:?}"
        );
    }
    assert_eq!(agent.get("/assets/count").await.body["total"], 2);
}
