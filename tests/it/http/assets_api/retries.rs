//! Requests that are sent again when there was nothing to do, or when they were refused.

use chrono::TimeDelta;
use futures_util::future::{Either, join_all, select};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_tests::app::{Caller, answered, refused};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;
use tally_tests::waiting::eventually;

use super::{agent_at_work, named, registered};
use crate::http::lock_writes;

fn keyed(agent: &Caller, path: &str, key: &str, body: &Value) -> RequestBuilder {
    let request = agent.request(Method::POST, path).json(body);
    request.header("Idempotency-Key", key)
}

fn to(person: &Person) -> Value {
    json!({ "to": person.account_id })
}

/// What a refusal says, but for the request that it names.
fn texts(problem: &Problem) -> Value {
    let mut body = problem.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("requestId");
    }
    body
}

#[tokio::test]
async fn a_request_that_found_nothing_to_do_is_not_carried_out_later() {
    let (app, site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Scanner")).await;
    let (out, back) = (format!("{path}/check-out"), format!("{path}/check-in"));
    let idle = answered(keyed(&agent, &back, "back", &json!({}))).await;
    assert_eq!((idle.status, idle.etag.as_deref()), (200, Some("\"0\"")));
    agent.post(&out, &to(&Person::viewer())).await;
    let kept_out = answered(keyed(&agent, &out, "out", &to(&Person::viewer()))).await;
    assert_eq!(kept_out.etag.as_deref(), Some("\"1\""));

    let before = app.everything_of(&site).await.len();
    let late = answered(keyed(&agent, &back, "back", &json!({}))).await;
    assert_eq!(
        (late.status, &late.etag, &late.body),
        (200, &idle.etag, &idle.body)
    );
    assert_eq!(agent.get(&path).await.body["status"], "checked_out");
    assert_eq!(app.everything_of(&site).await.len(), before);

    agent.post(&back, &json!({})).await;
    let before = app.everything_of(&site).await.len();
    let app = app.restart().await;
    let late = answered(keyed(&agent, &out, "out", &to(&Person::viewer()))).await;
    assert_eq!(
        (late.etag, &late.body["status"]),
        (kept_out.etag, &json!("checked_out"))
    );
    assert_eq!(agent.get(&path).await.body["status"], "in_stock");
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn a_refused_request_is_refused_again_in_the_same_words_though_it_could_be_done_by_now() {
    let (app, site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &json!({ "tag": "RN-1", "attributes": { "name": "A" } })).await;
    let act = |what: &str| format!("{path}/{what}");
    agent.post(&act("check-out"), &to(&Person::viewer())).await;
    let nowhere = format!("/assets/{}/retire", uuid::Uuid::from_u128(7));
    let stale = || keyed(&agent, &act("check-in"), "stale", &json!({})).header("If-Match", "\"2\"");
    let tag = json!({ "tag": "rn-1", "attributes": { "name": "B" } });
    let wrong = json!({ "attributes": { "name": "B", "purchased_on": "31.12.2025" } });
    let other = to(&Person::admin());
    let requests = || {
        [
            keyed(&agent, &act("check-out"), "out", &other),
            keyed(&agent, &nowhere, "absent", &json!({})),
            stale(),
            keyed(&agent, "/assets", "taken", &tag),
            keyed(&agent, "/assets", "wrong", &wrong),
        ]
    };
    let first = join_all(requests().map(refused)).await;
    let codes: Vec<_> = first.iter().map(Problem::status_and_code).collect();
    let expected = [
        (409, "asset.already_checked_out"),
        (404, "asset.not_found"),
        (412, "request.precondition_failed"),
        (409, "asset.tag_taken"),
        (422, "asset.attribute_invalid"),
    ];
    assert_eq!(codes, expected);
    agent.post(&act("check-in"), &json!({})).await;
    agent.post(&act("withdraw"), &json!({})).await;
    let before = app.everything_of(&site).await.len();
    for (again, first) in requests().into_iter().zip(&first) {
        assert_eq!(texts(&refused(again).await), texts(first));
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
}

#[tokio::test]
async fn another_content_under_the_key_of_a_remembered_answer_is_refused() {
    let (_app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Scanner")).await;
    let back = format!("{path}/check-in");
    answered(keyed(&agent, &back, "back", &json!({}))).await;
    let reused = refused(keyed(&agent, &back, "back", &json!({ "note": "x" }))).await;
    assert_eq!(reused.status_and_code(), (422, "request.idempotency_key_reused"));
    let nameless = json!({ "attributes": { "name": "Laptop", "": "x" } });
    let wrong = refused(keyed(&agent, "/assets", "k", &nameless)).await;
    assert_eq!(wrong.status_and_code(), (422, "asset.attribute_invalid"));
    let reused = refused(keyed(&agent, "/assets", "k", &named("Laptop"))).await;
    assert_eq!(reused.status_and_code(), (422, "request.idempotency_key_reused"));
}

#[tokio::test]
async fn what_was_no_decision_is_decided_when_it_is_sent_again() {
    let (app, site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Scanner")).await;
    let out = format!("{path}/check-out");
    let send = |caller: &Caller| keyed(caller, &out, "k", &to(&Person::viewer()));
    app.jira.fail(&site, "/rest/api/3/permissions/check", 500);
    let newcomer = app.caller(&site, &Person::admin().account_id);
    assert_eq!(refused(send(&newcomer)).await.status, 503);
    app.jira.repair(&site);
    assert_eq!(answered(send(&newcomer)).await.status, 200);
    let locked = lock_writes(&app.data().join("events.db"));
    let back = format!("{path}/check-in");
    assert_eq!(refused(keyed(&agent, &back, "k", &json!({}))).await.status, 503);
    drop(locked);
    let done = answered(keyed(&agent, &back, "k", &json!({}))).await;
    assert_eq!(done.body["status"], "in_stock");
}

#[tokio::test]
async fn an_answer_is_remembered_for_two_days() {
    let (app, _site, agent) = agent_at_work().await;
    let (path, _) = registered(&agent, &named("Scanner")).await;
    let (out, back) = (format!("{path}/check-out"), format!("{path}/check-in"));
    answered(keyed(&agent, &back, "k", &json!({}))).await;
    agent.post(&out, &to(&Person::viewer())).await;
    app.clock.advance(TimeDelta::hours(47));
    answered(keyed(&agent, &back, "another", &json!({ "note": "x" }))).await;
    agent.post(&out, &to(&Person::viewer())).await;
    let late = answered(keyed(&agent, &back, "k", &json!({}))).await;
    assert_eq!(late.etag.as_deref(), Some("\"0\""));
}

/// The log is locked while three requests under one key are sent. On a machine that is so busy that
/// the first one gives up, it is tried with another key.
#[tokio::test]
async fn while_a_request_is_under_way_its_key_is_in_use() {
    let (app, _site, agent) = agent_at_work().await;
    registered(&agent, &named("First")).await;
    let tries = std::cell::Cell::new(0);
    eventually("three requests were under way at once", async || {
        let key = format!("at-once-{}", tries.replace(tries.get() + 1));
        let locked = lock_writes(&app.data().join("events.db"));
        let send = |name: &str| keyed(&agent, "/assets", &key, &named(name)).send();
        let twins = select(Box::pin(send("One")), Box::pin(send("One"))).await;
        let (Either::Left((early, rest)) | Either::Right((early, rest))) = twins;
        let early = early.unwrap();
        let wait = early.headers().get("Retry-After").cloned();
        let early = Problem::of(early).await;
        let other = Problem::of(send("Other").await.unwrap()).await;
        drop(locked);
        let late = rest.await.unwrap().status();
        let seen = (early.status_and_code(), other.status_and_code(), late.as_u16());
        let expected = (
            (409, "request.idempotency_key_in_use"),
            (422, "request.idempotency_key_reused"),
            201,
        );
        (seen == expected && wait.is_some_and(|wait| wait == "1")).then_some(())
    })
    .await;
}
