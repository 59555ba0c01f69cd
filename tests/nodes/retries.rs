//! Requests that are sent again to the other node, late and at once.

use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

use crate::pair::{A, B, Pair};

/// A status, an ETag and what the body says.
type Seen = (u16, Option<String>, Value);

async fn send(pair: &Pair, node: usize, site: &Site, path: &str, key: Option<&str>, body: &Value) -> Seen {
    let answer = pair.keyed(node, site, path, key, body).await;
    let etag = answer
        .headers()
        .get("etag")
        .map(|tag| tag.to_str().unwrap().to_owned());
    let status = answer.status().as_u16();
    let mut body: Value = answer.json().await.unwrap();
    if let Some(members) = body.as_object_mut() {
        members.remove("requestId");
    }
    (status, etag, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_answered_is_answered_again_by_the_other_and_carried_out_once() {
    let (pair, site) = Pair::installed(&[]).await;
    let register = json!({ "attributes": { "name": "Scanner" } });
    let (_, _, asset) = send(&pair, A, &site, "/assets", None, &register).await;
    let path = format!("/assets/{}", asset["id"].as_str().unwrap());
    let (out, back) = (format!("{path}/check-out"), format!("{path}/check-in"));
    let (viewer, admin) = (Person::viewer().account_id, Person::admin().account_id);

    let idle = send(&pair, A, &site, &back, Some("back"), &json!({})).await;
    assert_eq!((idle.0, idle.1.as_deref()), (200, Some("\"0\"")));
    send(&pair, B, &site, &out, None, &json!({ "to": viewer })).await;
    assert_eq!(send(&pair, B, &site, &back, Some("back"), &json!({})).await, idle);
    let other = send(&pair, B, &site, &back, Some("back"), &json!({ "note": "x" })).await;
    assert_eq!(
        (other.0, &other.2["code"]),
        (422, &json!("request.idempotency_key_reused"))
    );

    let refusal = send(&pair, B, &site, &out, Some("out"), &json!({ "to": admin })).await;
    assert_eq!(
        (refusal.0, &refusal.2["code"]),
        (409, &json!("asset.already_checked_out"))
    );
    let back = send(&pair, A, &site, &back, None, &json!({})).await;
    assert_eq!(back.2["status"], "in_stock");
    assert_eq!(
        send(&pair, A, &site, &out, Some("out"), &json!({ "to": admin })).await,
        refusal
    );
    let now = pair.api(A, &site, Method::GET, &path, &json!({})).await;
    assert_eq!(now.json::<Value>().await.unwrap()["status"], "in_stock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_once_on_both_nodes_the_same_request_is_carried_out_once_and_another_is_refused() {
    let (pair, site) = Pair::installed(&[]).await;
    let named = |name: &str| json!({ "attributes": { "name": name } });
    send(&pair, A, &site, "/assets", None, &named("First")).await;
    for n in 0..8 {
        let (key, body) = (format!("same-{n}"), named("Same"));
        let (one, other) = join(
            send(&pair, A, &site, "/assets", Some(&key), &body),
            send(&pair, B, &site, "/assets", Some(&key), &body),
        )
        .await;
        assert_eq!((one.0, &one.2["id"]), (201, &other.2["id"]), "{one:?} {other:?}");
        assert_eq!(one, other);

        let key = format!("different-{n}");
        let (one, other) = join(
            send(&pair, A, &site, "/assets", Some(&key), &named("One")),
            send(&pair, B, &site, "/assets", Some(&key), &named("Other")),
        )
        .await;
        let mut statuses = [one.0, other.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{one:?} {other:?}");
    }
}
