//! The API as a client sees it, over a log in memory.

use std::rc::Rc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::*;
use crate::testing::{Bench, Installed};

/// An answer: status, headers as text, body as JSON where it is.
struct Answer {
    status: u16,
    etag: Option<String>,
    location: Option<String>,
    kind: String,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        assert_eq!(self.kind, "application/problem+json", "{}", self.body);
        self.body["code"].as_str().unwrap_or_default()
    }
}

async fn read<B: MessageBody>(response: ServiceResponse<B>) -> Answer
where
    B::Error: std::fmt::Debug,
{
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let (etag, location, kind) = (
        header("etag"),
        header("location"),
        header("content-type").unwrap_or_default(),
    );
    let status = response.status().as_u16();
    let bytes = read_body(response).await;
    Answer {
        status,
        etag,
        location,
        kind,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

/// Everything served.
struct Client(Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>);

async fn client(bench: &Bench) -> Client {
    let app = App::new()
        .app_data(web::Data::from(bench.tally.clone()))
        .configure(crate::http::routes);
    let service = Rc::new(init_service(app).await);
    Client(Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move { read(call_service(&*service, request.to_request()).await).await })
    }))
}

async fn send(app: &Client, request: TestRequest) -> Answer {
    (app.0)(request).await
}

fn get(site: &Installed, account: &str, path: &str) -> TestRequest {
    TestRequest::get()
        .uri(path)
        .insert_header((AUTHORIZATION, site.authorization(account)))
}

fn post(site: &Installed, account: &str, path: &str, body: Value) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header((AUTHORIZATION, site.authorization(account)))
        .set_json(body)
}

fn laptop() -> Value {
    json!({ "tag": "LAP-1", "attributes": { "name": "Laptop", "type": "laptop" } })
}

#[actix_web::test]
async fn every_route_of_the_document_is_there_and_wants_a_token_before_anything_else() {
    let bench = Bench::new().await;
    let app = client(&bench).await;
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation["security"] == json!([{}]) {
                continue;
            }
            let path = format!("{}?nonsense=1", path.replace("{id}", "no-id"));
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = TestRequest::with_uri(&path)
                .method(method.clone())
                .set_payload("no json");
            let answer = send(&app, request.insert_header(("If-Match", "nonsense"))).await;
            assert_eq!(
                (answer.status, answer.code()),
                (401, "jwt.missing"),
                "{method} {path}"
            );
            tried += 1;
        }
    }
    assert_eq!(tried, 23);
}

#[test]
fn the_committed_document_is_what_the_code_describes() {
    let committed = include_str!("../../../openapi.json");
    assert!(
        committed == openapi_json() + "\n",
        "run: tally openapi > services/server/openapi.json"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_and_tells_of_its_problems() {
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let operations = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let mut names: Vec<&str> = Vec::new();
    for operation in operations {
        names.push(operation["operationId"].as_str().unwrap());
        let responses = operation["responses"].as_object().unwrap();
        let open = operation["security"] == json!([{}]);
        assert!(open || responses.contains_key("401"), "{operation}");
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all), (25, 25));
    let text = openapi_json();
    for (at, _) in text.match_indices("\"#/components/schemas/") {
        let name = text[at + 22..].split('"').next().unwrap();
        assert!(
            document["components"]["schemas"].get(name).is_some(),
            "{name} is referred to and not described"
        );
    }
}

#[actix_web::test]
async fn an_asset_lives_its_life() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let registered = send(&app, post(&site, "agent-1", "/api/v1/assets", laptop())).await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    let path = registered.location.unwrap();
    assert_eq!(registered.etag.as_deref(), Some("\"0\""));
    assert_eq!(registered.body["status"], "in_stock");

    let out = json!({ "to": "viewer-1", "dueOn": "2027-01-31", "note": "for home" });
    let out = send(&app, post(&site, "agent-1", &format!("{path}/check-out"), out)).await;
    assert_eq!(
        (out.status, out.etag.as_deref()),
        (200, Some("\"1\"")),
        "{}",
        out.body
    );
    assert_eq!(
        out.body["holder"],
        json!({ "accountId": "viewer-1", "displayName": "Name of viewer-1" })
    );
    assert_eq!(out.body["dueOn"], "2027-01-31");

    for (act, body, status) in [
        ("transfer", json!({ "to": "viewer-2" }), "checked_out"),
        ("check-in", json!({}), "in_stock"),
        ("retire", json!({ "reason": "broken" }), "retired"),
        ("restore", json!({}), "in_stock"),
    ] {
        let answer = send(&app, post(&site, "agent-1", &format!("{path}/{act}"), body)).await;
        assert_eq!(
            (answer.status, &answer.body["status"]),
            (200, &json!(status)),
            "{act}: {}",
            answer.body
        );
    }
    let correction = json!({ "set": { "type": "tablet" }, "effectiveAt": registered.body["registeredAt"], "reason": "mistyped" });
    let corrected = send(
        &app,
        post(&site, "agent-1", &format!("{path}/correct"), correction),
    )
    .await;
    assert_eq!(
        (corrected.status, &corrected.body["attributes"]["type"]),
        (200, &json!("tablet")),
        "{}",
        corrected.body
    );

    let read = send(&app, get(&site, "viewer-1", &path)).await;
    assert_eq!(
        (read.status, &read.body, read.etag),
        (200, &corrected.body, corrected.etag)
    );
    let history = send(&app, get(&site, "viewer-1", &format!("{path}/history?limit=6"))).await;
    let types: Vec<&str> = history.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["type"].as_str().unwrap())
        .collect();
    let expected = [
        "asset.corrected",
        "asset.restored",
        "asset.retired",
        "asset.checked_in",
        "asset.transferred",
        "asset.checked_out",
    ];
    assert_eq!(types, expected);
    assert_eq!(history.body["items"][2]["reason"], "broken");
    assert_eq!(history.body["items"][5]["note"], "for home");
    let holder = history.body["items"][4]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["field"] == "holder")
        .unwrap();
    assert_eq!(
        (&holder["from"], &holder["toDisplayName"]),
        (&json!("viewer-1"), &json!("Name of viewer-2"))
    );
    let cursor = history.body["nextCursor"].as_str().unwrap();
    let rest = send(
        &app,
        get(
            &site,
            "viewer-1",
            &format!("{path}/history?limit=6&cursor={cursor}"),
        ),
    )
    .await;
    assert_eq!(rest.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        rest.body["items"][0]["actor"],
        json!({ "accountId": "agent-1", "displayName": "Name of agent-1", "via": "user" })
    );
}

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

#[actix_web::test]
async fn what_is_not_there_is_not_found_also_for_another_site() {
    let bench = Bench::new().await;
    let (site, other) = (bench.site("acme").await, bench.site("globex").await);
    let app = client(&bench).await;
    let path = send(&app, post(&site, "agent-1", "/api/v1/assets", laptop()))
        .await
        .location
        .unwrap();
    let nowhere = format!("/api/v1/assets/{}", uuid::Uuid::nil());
    for (from, path) in [
        (&site, "/api/v1/assets/no-id"),
        (&site, nowhere.as_str()),
        (&other, path.as_str()),
    ] {
        for tail in ["", "/history"] {
            let answer = send(&app, get(from, "agent-1", &format!("{path}{tail}"))).await;
            assert_eq!(
                (answer.status, answer.code()),
                (404, "asset.not_found"),
                "{path}{tail}"
            );
        }
        let answer = send(&app, post(from, "agent-1", &format!("{path}/retire"), json!({}))).await;
        assert_eq!((answer.status, answer.code()), (404, "asset.not_found"), "{path}");
    }
    assert_eq!(
        send(&app, get(&other, "agent-1", "/api/v1/assets")).await.body["items"],
        json!([])
    );
    let early = send(
        &app,
        get(&site, "agent-1", &format!("{path}?asOf=2020-01-01T00:00:00Z")),
    )
    .await;
    assert_eq!((early.status, early.code()), (404, "asset.not_found"));
    let import = send(&app, get(&site, "agent-1", "/api/v1/imports/no-id/rows")).await;
    assert_eq!((import.status, import.code()), (404, "import.not_found"));
    let method = send(&app, TestRequest::delete().uri(&path)).await;
    assert_eq!(
        (method.status, method.code()),
        (405, "request.method_not_allowed")
    );
    let nothing = send(&app, get(&site, "agent-1", "/api/v1/nothing")).await;
    assert_eq!((nothing.status, nothing.code()), (404, "not_found"));
}

#[actix_web::test]
async fn what_one_may_is_settled_before_what_one_sends_is_read() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let nonsense = || json!({ "nonsense": true });
    let asset = format!("/api/v1/assets/{}", uuid::Uuid::nil());
    for path in [&asset, "/api/v1/imports/x"] {
        for act in [
            "check-out",
            "check-in",
            "transfer",
            "retire",
            "restore",
            "correct",
            "cancel",
        ] {
            let path = format!("{path}/{act}");
            if path.contains("imports") == (act == "cancel") {
                let denied = send(&app, post(&site, "viewer-1", &path, nonsense())).await;
                assert_eq!(
                    (denied.status, denied.code()),
                    (403, "permission.denied"),
                    "{path}"
                );
                let unknown = send(&app, post(&site, "broken-1", &path, nonsense())).await;
                assert_eq!(
                    (unknown.status, unknown.code()),
                    (503, "permission.check_unavailable"),
                    "{path}"
                );
            }
        }
    }
    for path in ["/api/v1/assets", "/api/v1/imports?nonsense=1"] {
        let denied = send(&app, post(&site, "viewer-1", path, nonsense())).await;
        assert_eq!(
            (denied.status, denied.code()),
            (403, "permission.denied"),
            "{path}"
        );
    }
    for path in ["installation", "timeline", "install-log"] {
        let denied = send(&app, get(&site, "agent-1", &format!("/api/v1/admin/{path}"))).await;
        assert_eq!(
            (denied.status, denied.code()),
            (403, "permission.denied"),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn people_are_told_who_they_are_and_find_others() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    for (account, role, can) in [
        ("admin-1", json!("admin"), 4),
        ("agent-1", json!("agent"), 3),
        ("viewer-1", json!("viewer"), 1),
        ("broken-1", Value::Null, 1),
    ] {
        let me = send(&app, get(&site, account, "/api/v1/me")).await;
        assert_eq!((me.status, &me.body["role"]), (200, &role), "{account}");
        assert_eq!(me.body["can"].as_array().unwrap().len(), can, "{account}");
        assert_eq!(me.body["displayName"], format!("Name of {account}"));
        assert_eq!(me.body["site"]["tenantId"], json!(site.tenant.0));
    }
    let found = send(&app, get(&site, "viewer-1", "/api/v1/people?query=na")).await;
    let accounts: Vec<&Value> = found.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["accountId"])
        .collect();
    assert_eq!(accounts, ["agent-1", "viewer-1"], "who left is not offered");
    assert_eq!(
        send(&app, get(&site, "viewer-1", "/api/v1/people?query="))
            .await
            .body,
        json!({ "items": [] })
    );
}

#[actix_web::test]
async fn admins_see_how_the_installation_stands() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let installation = send(&app, get(&site, "admin-1", "/api/v1/admin/installation")).await;
    assert_eq!(installation.status, 200, "{}", installation.body);
    assert_eq!(
        (
            &installation.body["tenant"]["clientKey"],
            &installation.body["tenant"]["status"]
        ),
        (&json!("key-acme"), &json!("installed"))
    );
    let secret = &installation.body["secrets"][0];
    assert_eq!(secret["state"], "current");
    assert!(
        secret["uses"].as_u64().unwrap() > 0 && secret["lastUsedAt"].is_string(),
        "{secret}"
    );
    let timeline = send(&app, get(&site, "admin-1", "/api/v1/admin/timeline")).await;
    assert_eq!(
        (
            &timeline.body["items"][0]["type"],
            &timeline.body["items"][0]["fingerprint"]
        ),
        (&json!("tenant.installed"), &secret["fingerprint"])
    );
    let log = send(&app, get(&site, "admin-1", "/api/v1/admin/install-log?limit=5")).await;
    assert_eq!(
        (
            &log.body["items"][0]["callback"],
            &log.body["items"][0]["outcome"]
        ),
        (&json!("installed"), &json!("accepted"))
    );
}

fn upload(site: &Installed, account: &str, query: &str, file: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post()
        .uri(&format!("/api/v1/imports{query}"))
        .insert_header((AUTHORIZATION, site.authorization(account)))
        .insert_header(("Content-Type", "text/csv; charset=utf-8"))
        .set_payload(file)
}

#[actix_web::test]
async fn a_file_is_imported_and_every_row_told_of() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let file = "tag,name,Shelf\nT-1,one,A\nT-1,two,B\n,three,C\n";
    let named = || {
        upload(&site, "agent-1", "?fileName=shelf.csv&dryRun=false", file)
            .insert_header(("Idempotency-Key", "k"))
    };
    let started = send(&app, named()).await;
    assert_eq!(started.status, 202, "{}", started.body);
    let path = started.location.clone().unwrap();
    let mut import = send(&app, get(&site, "viewer-1", &path)).await;
    for _ in 0..1000 {
        if import.body["state"] != "running" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        import = send(&app, get(&site, "viewer-1", &path)).await;
    }
    assert_eq!(
        (&import.body["state"], &import.body["fileName"]),
        (&json!("finished"), &json!("shelf.csv"))
    );
    assert_eq!(
        import.body["counts"],
        json!({ "rows": 3, "registered": 1, "registeredWithWarning": 1, "refused": 1, "pending": 0 })
    );
    assert_eq!(
        import.body["columns"][2],
        json!({ "header": "Shelf", "field": "shelf" })
    );
    assert_eq!(import.body["startedBy"]["displayName"], "Name of agent-1");
    assert!(import.body["finishedAt"].is_string());
    let refused = send(
        &app,
        get(&site, "viewer-1", &format!("{path}/rows?verdict=refused")),
    )
    .await;
    let row = &refused.body["items"][0];
    assert_eq!(
        (
            &row["row"],
            &row["line"],
            &row["codes"],
            &row["tag"],
            &row["assetId"]
        ),
        (
            &json!(2),
            &json!(3),
            &json!(["asset.tag_taken"]),
            &json!("T-1"),
            &Value::Null
        )
    );
    let rows = send(&app, get(&site, "viewer-1", &format!("{path}/rows?limit=2"))).await;
    assert_eq!(rows.body["items"].as_array().unwrap().len(), 2);
    let asset = rows.body["items"][0]["assetId"].as_str().unwrap();
    let history = send(
        &app,
        get(&site, "viewer-1", &format!("/api/v1/assets/{asset}/history")),
    )
    .await;
    assert_eq!(
        history.body["items"][0]["actor"],
        json!({ "accountId": "agent-1", "displayName": "Name of agent-1", "via": "import" })
    );
    assert_eq!(
        send(&app, named()).await.location,
        started.location,
        "sent again, it is the same import"
    );
    assert_eq!(
        send(&app, get(&site, "viewer-1", "/api/v1/imports")).await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let over = send(&app, post(&site, "agent-1", &format!("{path}/cancel"), json!({}))).await;
    assert_eq!((over.status, over.code()), (409, "import.finished"));
}

#[actix_web::test]
async fn a_file_that_will_not_do_is_refused_at_once() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let many = format!("name\n{}", "x\n".repeat(50_001));
    for (file, status, code) in [
        (web::Bytes::new(), 422, "import.not_csv"),
        (web::Bytes::from_static(b"name\n"), 422, "import.no_rows"),
        (web::Bytes::from(many), 413, "import.too_large"),
        (
            web::Bytes::from(vec![b'x'; 10 * 1024 * 1024 + 1]),
            413,
            "import.too_large",
        ),
    ] {
        let answer = send(&app, upload(&site, "agent-1", "", file)).await;
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    let json = send(
        &app,
        post(&site, "agent-1", "/api/v1/imports", json!({ "name": "x" })),
    )
    .await;
    assert_eq!((json.status, json.code()), (422, "import.not_csv"));
    let name = format!("?fileName={}", "x".repeat(256));
    assert_eq!(
        send(&app, upload(&site, "agent-1", &name, "name\nx"))
            .await
            .code(),
        "request.malformed"
    );
    assert_eq!(
        send(&app, get(&site, "agent-1", "/api/v1/imports")).await.body["items"],
        json!([])
    );
}

#[actix_web::test]
async fn a_body_that_is_too_large_is_refused_with_its_limit() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let body = json!({ "attributes": { "name": "x".repeat(1024 * 1024) } });
    let answer = send(&app, post(&site, "agent-1", "/api/v1/assets", body)).await;
    assert_eq!((answer.status, answer.code()), (413, "request.too_large"));
}

#[actix_web::test]
async fn a_browser_reports_a_failure_without_a_token() {
    let bench = Bench::new().await;
    let app = client(&bench).await;
    let report = |body: Value| TestRequest::post().uri("/api/v1/client-errors").set_json(body);
    let taken = send(
        &app,
        report(json!({ "code": "jwt.expired", "page": "assets", "detail": "x" })),
    )
    .await;
    assert_eq!(taken.status, 204);
    let large = send(&app, report(json!({ "code": "x", "detail": "x".repeat(2048) }))).await;
    assert_eq!((large.status, large.code()), (413, "request.too_large"));
    let unknown = send(&app, report(json!({ "code": "x", "token": "y" }))).await;
    assert_eq!((unknown.status, unknown.code()), (400, "request.malformed"));
    let mut last = unknown;
    for _ in 0..100 {
        last = send(&app, report(json!({ "code": "x" }))).await;
    }
    assert_eq!((last.status, last.code()), (429, "request.rate_limited"));
}
