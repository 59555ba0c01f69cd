//! The API as a client sees it, over a log in memory.

mod imports;
mod register;

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
        .app_data(web::Data::from(bench.app.clone()))
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
    assert_eq!(tried, 25);
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
    assert_eq!((names.len(), all), (27, 27));
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
