//! Lists, changes, retries and refusals.

use super::*;

#[actix_web::test]
async fn the_register_is_listed_counted_and_told_apart() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    for (name, kind) in [("b", "laptop"), ("a", "laptop"), ("c", "phone")] {
        let body = json!({ "attributes": { "name": name, "type": kind } });
        assert_eq!(
            send(&app, post(&site, "agent-1", "/api/v1/assets", body))
                .await
                .status,
            201
        );
    }
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["attributes"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = send(
        &app,
        get(&site, "viewer-1", "/api/v1/assets?sort=-name&limit=2&q=&type="),
    )
    .await;
    assert_eq!(names(&list), ["c", "b"]);
    let cursor = list.body["nextCursor"].as_str().unwrap().to_owned();
    let rest = send(
        &app,
        get(
            &site,
            "viewer-1",
            &format!("/api/v1/assets?sort=-name&limit=2&cursor={cursor}"),
        ),
    )
    .await;
    assert_eq!(
        (names(&rest), &rest.body["nextCursor"]),
        (vec!["a".to_owned()], &Value::Null)
    );
    let astray = send(
        &app,
        get(
            &site,
            "viewer-1",
            &format!("/api/v1/assets?sort=tag&cursor={cursor}"),
        ),
    )
    .await;
    assert_eq!((astray.status, astray.code()), (400, "request.cursor_invalid"));

    let count = send(&app, get(&site, "viewer-1", "/api/v1/assets/count?type=LAPTOP")).await;
    assert_eq!(count.body, json!({ "total": 2 }));
    let before = send(
        &app,
        get(
            &site,
            "viewer-1",
            "/api/v1/assets/count?asOf=2020-01-01T00:00:00Z",
        ),
    )
    .await;
    assert_eq!(before.body, json!({ "total": 0 }));
    let facets = send(&app, get(&site, "viewer-1", "/api/v1/assets/facets")).await;
    assert_eq!(
        facets.body["type"],
        json!([{ "value": "laptop", "count": 2 }, { "value": "phone", "count": 1 }])
    );
    assert_eq!(
        facets.body["uncounted"]["location"],
        json!({ "without": 3, "beyond": 0 })
    );
}

#[actix_web::test]
async fn a_change_says_what_it_is_based_on() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let path = send(&app, post(&site, "agent-1", "/api/v1/assets", laptop()))
        .await
        .location
        .unwrap();
    let edit = |condition: Option<&str>, name: &str| {
        let request = TestRequest::patch()
            .uri(&path)
            .insert_header((AUTHORIZATION, site.authorization("agent-1")));
        let request = request.set_json(json!({ "set": { "name": name, "type": null }, "reason": "clearer" }));
        match condition {
            Some(tag) => request.insert_header(("If-Match", tag)),
            None => request,
        }
    };
    let without = send(&app, edit(None, "x")).await;
    assert_eq!(
        (without.status, without.code()),
        (428, "request.precondition_required")
    );
    let first = send(&app, edit(Some("\"0\""), "x")).await;
    assert_eq!(
        (first.status, first.etag.as_deref()),
        (200, Some("\"1\"")),
        "{}",
        first.body
    );
    assert_eq!(first.body["attributes"], json!({ "name": "x" }));
    let stale = send(&app, edit(Some("\"0\""), "y")).await;
    assert_eq!(
        (stale.status, stale.code(), &stale.body["revision"]),
        (412, "request.precondition_failed", &json!(1))
    );
    assert_eq!(send(&app, edit(Some("*"), "z")).await.status, 200);
    let garbled = send(&app, edit(Some("7"), "z")).await;
    assert_eq!((garbled.status, garbled.code()), (400, "request.malformed"));
}

#[actix_web::test]
async fn a_request_sent_again_by_its_name_is_carried_out_once() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let named = |body: Value| {
        post(&site, "agent-1", "/api/v1/assets", body).insert_header(("Idempotency-Key", "one"))
    };
    let first = send(&app, named(laptop())).await;
    let again = send(&app, named(laptop())).await;
    assert_eq!(
        (again.status, &again.body, &again.location),
        (201, &first.body, &first.location)
    );
    let other = send(&app, named(json!({ "attributes": { "name": "another" } }))).await;
    assert_eq!(
        (other.status, other.code()),
        (422, "request.idempotency_key_reused")
    );
    let wrong =
        post(&site, "agent-1", "/api/v1/assets", laptop()).insert_header(("Idempotency-Key", "two words"));
    assert_eq!(send(&app, wrong).await.code(), "request.malformed");
}

#[actix_web::test]
async fn a_refusal_names_what_it_is_about() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    send(&app, post(&site, "agent-1", "/api/v1/assets", laptop())).await;
    let named = |attributes: Value| json!({ "attributes": attributes });
    for (body, status, code, field) in [
        (laptop(), 409, "asset.tag_taken", Some("tag")),
        (
            json!({ "tag": "a b", "attributes": { "name": "x" } }),
            422,
            "asset.tag_invalid",
            Some("tag"),
        ),
        (
            named(json!({ "name": " " })),
            422,
            "asset.name_empty",
            Some("name"),
        ),
        (
            named(json!({ "name": "x", "No Key": "y" })),
            422,
            "asset.attribute_invalid",
            Some("No Key"),
        ),
        (
            named(json!({ "name": "x", "purchased_on": "soon" })),
            422,
            "asset.attribute_invalid",
            Some("purchased_on"),
        ),
        (
            named(json!({ "name": 5 })),
            400,
            "request.malformed",
            Some("attributes.name"),
        ),
        (
            json!({ "attributes": {}, "color": "red" }),
            400,
            "request.malformed",
            None,
        ),
        (json!({ "tag": "T" }), 400, "request.malformed", None),
    ] {
        let answer = send(&app, post(&site, "agent-1", "/api/v1/assets", body.clone())).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
        if let Some(field) = field {
            assert_eq!(answer.body["field"], field, "{body}");
        }
        assert!(
            answer.body["remedy"]
                .as_str()
                .is_some_and(|remedy| !remedy.is_empty())
        );
    }
    let unknown = send(
        &app,
        post(
            &site,
            "agent-1",
            "/api/v1/assets",
            json!({ "attributes": {}, "color": "red" }),
        ),
    )
    .await;
    assert!(
        unknown.body["detail"].as_str().unwrap().contains("color"),
        "{}",
        unknown.body
    );
    let reason = json!({ "reason": "x".repeat(2001) });
    let path = format!("/api/v1/assets/{}/retire", uuid::Uuid::nil());
    assert_eq!(
        send(&app, post(&site, "agent-1", &path, reason)).await.code(),
        "asset.note_too_long"
    );
    let day = json!({ "to": "viewer-1", "dueOn": "tomorrow" });
    let path = format!("/api/v1/assets/{}/check-out", uuid::Uuid::nil());
    let answer = send(&app, post(&site, "agent-1", &path, day)).await;
    assert_eq!((answer.status, &answer.body["field"]), (400, &json!("dueOn")));
    let wrong = send(&app, post(&site, "agent-1", &path, json!({ "to": "two words" }))).await;
    assert_eq!((wrong.status, &wrong.body["field"]), (400, &json!("to")));
}

#[actix_web::test]
async fn a_question_with_a_mistake_is_refused_and_the_mistake_named() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    for (query, field) in [
        ("assets?color=red", "color"),
        ("assets?limit=0", "limit"),
        ("assets?limit=201", "limit"),
        ("assets?limit=ten", "limit"),
        ("assets?asOf=yesterday", "asOf"),
        ("assets?status=lost", "status"),
        ("assets?sort=price", "sort"),
        ("assets?q=a&q=b", "q"),
        ("assets/count?limit=5", "limit"),
        ("assets/facets?holder=two%20words", "holder"),
        ("imports?state=running", "state"),
        ("people?limit=51", "limit"),
        ("me?x=1", "x"),
    ] {
        let answer = send(&app, get(&site, "viewer-1", &format!("/api/v1/{query}"))).await;
        assert_eq!(
            (answer.status, answer.code(), &answer.body["field"]),
            (400, "request.malformed", &json!(field)),
            "{query}"
        );
        assert!(
            answer.body["detail"].as_str().unwrap().contains(field),
            "{query}: {}",
            answer.body
        );
    }
    let long = send(
        &app,
        get(
            &site,
            "viewer-1",
            &format!("/api/v1/assets?q={}", "x".repeat(501)),
        ),
    )
    .await;
    assert_eq!((long.status, long.code()), (400, "request.malformed"));
}
