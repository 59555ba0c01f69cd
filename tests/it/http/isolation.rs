//! No site sees or changes what another has: every route and method of the API's document is tried
//! with one site's token and another site's ids, without a token, and with forged ones.
//!
//! A route that the document has and [`example`] does not know fails the test: a new route needs an
//! example.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tally_tests::app::{Caller, TestApp};
use tally_tests::connect::{Site, Token};
use tally_tests::doubles::Person;
use tally_tests::http::{Problem, guarded};
use tally_tests::waiting::eventually;

pub(super) const DOCUMENT: &str = include_str!("../../../services/server/openapi.json");
/// In everything that the victim has.
const MARKER: &str = "zebrafish";
pub(super) const MARKED: &str = "712020:zebrafish";
/// A name that both sites give to a request.
const KEY: &str = "the-same-key";

/// The document's operations: address, method, and whether it is for everybody.
pub(super) fn operations() -> Vec<(String, Method, bool)> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut operations = vec![];
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let open = operation["security"] == json!([{}]);
            operations.push((path.clone(), method.to_uppercase().parse().unwrap(), open));
        }
    }
    operations
}

/// How a request of an operation looks, and what another site's ids are answered with.
pub(super) struct Example {
    /// Ids to put into the address, one request for each; empty where the address takes none.
    ids: Vec<String>,
    queries: Vec<String>,
    pub(super) body: Option<Value>,
    /// The code for another site's id; `None` where the request names nothing of the other site's.
    refused: Option<&'static str>,
}

impl Example {
    fn of(queries: &[&str]) -> Self {
        let queries = queries.iter().map(|&query| query.to_owned()).collect();
        Self {
            ids: vec![],
            queries,
            body: None,
            refused: None,
        }
    }

    fn with(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    fn about(self, ids: &[String], refused: &'static str) -> Self {
        Self {
            ids: ids.to_vec(),
            refused: Some(refused),
            ..self
        }
    }
}

/// What the victim has.
pub(super) struct Planted {
    assets: Vec<String>,
    import: String,
    cursors: BTreeMap<&'static str, String>,
}

fn example(method: &Method, path: &str, planted: &Planted) -> Example {
    let asset = |example: Example| example.about(&planted.assets, "asset.not_found");
    let import = |example: Example| example.about(std::slice::from_ref(&planted.import), "import.not_found");
    let narrowing = [
        "",
        "?q=z",
        "?status=checked_out",
        "?holder=712020%3Azebrafish",
        "?location=tank",
        "?asOf=2099-01-01T00:00:00Z",
    ];
    let to = || json!({ "to": "712020:agent" });
    match (method.as_str(), path.trim_start_matches("/api/v1")) {
        ("GET", "/me" | "/schema" | "/notices" | "/openapi.json" | "/admin/installation" | "/admin/diagnosis") => {
            Example::of(&[""])
        }
        ("GET", "/people") => Example::of(&["", "?query=z", "?query=a&limit=50"]),
        ("GET", "/assets") => Example::of(&[&narrowing[..], &["?limit=200", "?sort=-name"]].concat()),
        ("GET", "/assets/count" | "/assets/facets") => Example::of(&narrowing),
        ("GET", "/assets/{id}") => asset(Example::of(&["", "?asOf=2099-01-01T00:00:00Z"])),
        ("GET", "/assets/{id}/history") => asset(Example::of(&["", "?limit=200", "?asOf=2099-01-01T00:00:00Z"])),
        ("PATCH", "/assets/{id}") => asset(Example::of(&[""]).with(json!({ "set": { "notes": "taken" } }))),
        ("POST", "/assets/{id}/check-out" | "/assets/{id}/transfer") => asset(Example::of(&[""]).with(to())),
        ("POST", "/assets/{id}/check-in" | "/assets/{id}/retire" | "/assets/{id}/restore" | "/assets/{id}/withdraw") => {
            asset(Example::of(&[""]).with(json!({})))
        }
        ("POST", "/assets/{id}/correct") => asset(Example::of(&[""]).with(
            json!({ "set": { "notes": "taken" }, "effectiveAt": "2026-01-01T00:00:00Z", "reason": "to take it" }),
        )),
        // Tags are each site's own: this one the victim has, too.
        ("POST", "/assets") => {
            Example::of(&[""]).with(json!({ "tag": "SHARED-1", "attributes": { "name": "Ours" } }))
        }
        ("GET", "/imports") => Example::of(&["", "?limit=200"]),
        ("POST", "/imports") => Example::of(&["?fileName=ours.csv"]).with(json!("tag,name\nSHARED-2,Ours\n")),
        ("POST", "/imports/preview") => Example::of(&[""]).with(json!("tag,name\nSHARED-2,Ours\n")),
        ("GET", "/imports/{id}/refused-rows") => import(Example::of(&[""])),
        ("GET", "/imports/{id}") => import(Example::of(&[""])),
        ("GET", "/imports/{id}/rows") => import(Example::of(&["", "?verdict=registered", "?limit=200"])),
        ("POST", "/imports/{id}/cancel") => import(Example::of(&[""]).with(json!({}))),
        ("GET", "/admin/timeline" | "/admin/install-log") => Example::of(&["", "?limit=200"]),
        ("POST", "/client-errors") => Example::of(&[""]).with(json!({ "code": "x", "page": "assets" })),
        other => panic!("{other:?} is a route without an example here: say how one asks for another site's things"),
    }
}

/// The requests of an operation, without tokens: each with its address below `/api/v1`.
pub(super) fn requests(method: &Method, path: &str, planted: &Planted) -> (Vec<String>, Example) {
    let example = example(method, path, planted);
    let path = path.trim_start_matches("/api/v1");
    let mut paths = vec![];
    for query in &example.queries {
        if example.ids.is_empty() {
            paths.push(format!("{path}{query}"));
        }
        paths.extend(
            example
                .ids
                .iter()
                .map(|id| format!("{}{query}", path.replace("{id}", id))),
        );
    }
    if let Some(cursor) = planted.cursors.get(path) {
        paths.push(format!("{path}?limit=1&cursor={cursor}"));
    }
    assert!(paths.iter().all(|path| !path.contains('{')), "{paths:?}");
    (paths, example)
}

pub(super) fn filled(request: RequestBuilder, example: &Example) -> RequestBuilder {
    match &example.body {
        Some(Value::String(csv)) => request.header("Content-Type", "text/csv").body(csv.clone()),
        Some(json) => request.json(json),
        None => request,
    }
}

/// Fills a site's register with data that no other site may see, wherever a route reads from.
pub(super) async fn planted(app: &TestApp, victim: &Site) -> Planted {
    app.jira.employ(
        victim,
        Person::new(MARKED, "Zebrafish Zoe", &["ADMINISTER", "BULK_CHANGE"]),
    );
    let admin = app.caller(victim, MARKED);
    let mut assets = vec![];
    for (tag, location) in [
        ("SHARED-1", "tank"),
        ("SHARED-2", "tank 2"),
        ("SHARED-3", "tank 3"),
    ] {
        let attributes = json!({ "name": format!("{MARKER} {tag}"), "location": format!("{MARKER} {location}"), "type": MARKER });
        let body = json!({ "tag": tag, "attributes": attributes });
        let request = admin
            .request(Method::POST, "/assets")
            .header("Idempotency-Key", format!("{KEY}-{tag}"));
        let registered = tally_tests::app::answered(request.json(&body)).await;
        assets.push(registered.body["id"].as_str().unwrap().to_owned());
    }
    let out = json!({ "to": MARKED, "note": MARKER });
    admin
        .post(&format!("/assets/{}/check-out", assets[1]), &out)
        .await;
    admin
        .post(
            &format!("/assets/{}/retire", assets[2]),
            &json!({ "reason": MARKER }),
        )
        .await;
    let csv = format!("tag,name,secret_place\nIMP-1,{MARKER} one,{MARKER}\nIMP-2,,{MARKER}\n");
    let started = admin.request(Method::POST, &format!("/imports?fileName={MARKER}.csv"));
    let started = tally_tests::app::answered(started.header("Content-Type", "text/csv").body(csv)).await;
    let import = started.body["id"].as_str().unwrap().to_owned();
    eventually("the import has ended", || async {
        let import = admin.get(&format!("/imports/{import}")).await.body;
        (import["state"] == "finished").then_some(())
    })
    .await;
    for rotated in [victim.rotated(), victim.clone()] {
        assert_eq!(app.install(&rotated).await.status(), 204);
    }
    let mut cursors = BTreeMap::new();
    for path in ["/assets", "/admin/timeline", "/admin/install-log"] {
        let page = admin.get(&format!("{path}?limit=1")).await.body;
        cursors.insert(path, page["nextCursor"].as_str().unwrap().to_owned());
    }
    Planted {
        assets,
        import,
        cursors,
    }
}

/// Everything that a site's admin can read, without what reading itself changes.
async fn digest(admin: &Caller, planted: &Planted) -> BTreeMap<String, Value> {
    let mut answers = BTreeMap::new();
    for (path, method, open) in operations() {
        if method != Method::GET || open {
            continue;
        }
        for path in requests(&method, &path, planted).0 {
            let mut body = admin.get(&path).await.body;
            if body.get("findings").is_some() {
                body["asOf"] = Value::Null;
            }
            if let Some(secrets) = body.get_mut("secrets").and_then(Value::as_array_mut) {
                for secret in secrets {
                    secret["uses"] = Value::Null;
                    secret["lastUsedAt"] = Value::Null;
                }
            }
            answers.insert(path, body);
        }
    }
    answers
}

/// An answer's status, code, headers and body, which hold nothing of the victim's.
async fn clean(answer: Response, victim: &Site, planted: &Planted, what: &str) -> (u16, Value) {
    guarded(&answer);
    let status = answer.status().as_u16();
    let head = format!("{:?}", answer.headers());
    let text = answer.text().await.unwrap();
    let answer_text = format!("{head} {text}").to_lowercase();
    let asked_for = |id: &&String| !what.contains(*id);
    let ids = planted.assets.iter().chain([&planted.import]).filter(asked_for);
    let names = [MARKER, &victim.client_key, &victim.secret, &victim.base_url];
    for word in names.into_iter().map(ToOwned::to_owned).chain(ids.cloned()) {
        let shown = answer_text.contains(&word.to_lowercase());
        // A refusal may repeat the question.
        assert!(
            !shown || (status >= 400 && what.contains(&word)),
            "{word} in the answer to {what}: {text}"
        );
    }
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn no_route_shows_or_changes_what_another_site_has() {
    let app = TestApp::start().await;
    let (attacker, victim) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let planted = planted(&app, &victim).await;
    let owner = app.caller(&victim, MARKED);
    let (before, recorded) = (digest(&owner, &planted).await, app.everything_of(&victim).await);
    let marked = before
        .values()
        .filter(|answer| answer.to_string().contains(MARKER))
        .count();
    assert!(
        marked > 10,
        "only {marked} answers of the victim's hold the marker"
    );
    let admin = app.caller(&attacker, &Person::admin().account_id);
    for (path, method, _) in operations() {
        let (paths, example) = requests(&method, &path, &planted);
        for path in paths {
            let what = format!("{method} {path}");
            for etag in ["*", "\"0\""] {
                let request = admin.request(method.clone(), &path).header("If-Match", etag);
                let request = request.header("Idempotency-Key", format!("{KEY}-SHARED-1"));
                let answer = filled(request, &example).send().await.unwrap();
                let (status, body) = clean(answer, &victim, &planted, &what).await;
                if let Some(code) = example.refused {
                    assert_eq!((status, body["code"].as_str()), (404, Some(code)), "{what}");
                } else if !path.contains("cursor=") {
                    assert!((200..300).contains(&status), "{what}: {status} {body}");
                }
            }
        }
    }
    assert_eq!(digest(&owner, &planted).await, before);
    assert_eq!(app.everything_of(&victim).await, recorded);
}

#[tokio::test]
async fn what_is_not_there_and_what_another_site_has_are_answered_alike() {
    let app = TestApp::start().await;
    let (attacker, victim) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let planted = planted(&app, &victim).await;
    let admin = app.caller(&attacker, &Person::admin().account_id);
    for (path, id) in [("assets", &planted.assets[0]), ("imports", &planted.import)] {
        let nowhere = uuid::Uuid::new_v4().to_string();
        let theirs = admin.get_refused(&format!("/{path}/{id}")).await;
        let nobodys = admin.get_refused(&format!("/{path}/{nowhere}")).await;
        let shown = |problem: Problem| (problem.status, problem.code, problem.body["detail"].clone());
        assert_eq!(shown(theirs), shown(nobodys));
    }
}

#[tokio::test]
async fn no_route_answers_without_a_token_or_with_a_forged_one() {
    let app = TestApp::start().await;
    let (attacker, victim) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let planted = planted(&app, &victim).await;
    let recorded = app.everything_of(&victim).await;
    let forged = [
        (
            "the attacker's secret",
            Token::context(&victim.client_key, MARKED).signed_with(&attacker.secret),
        ),
        (
            "an empty secret",
            Token::context(&victim.client_key, MARKED).signed_with(""),
        ),
        (
            "no signature",
            Token::context(&victim.client_key, MARKED).unsigned(),
        ),
        (
            "a page's token",
            victim.request_token(MARKED, "GET", "/pages/assets"),
        ),
    ];
    let mut open_to_all = vec![];
    for (path, method, open) in operations() {
        if open {
            open_to_all.push(format!("{method} {path}"));
            continue;
        }
        let (paths, example) = requests(&method, &path, &planted);
        for path in paths {
            let url = format!("{}/api/v1{path}", app.url());
            let request = || filled(app.client().request(method.clone(), &url), &example);
            let none = Problem::of(request().send().await.unwrap()).await;
            assert_eq!(none.status_and_code(), (401, "jwt.missing"), "{method} {path}");
            for (name, token) in &forged {
                let request = request().header("Authorization", format!("JWT {token}"));
                let what = format!("{method} {path} with {name}");
                let answer = request.send().await.unwrap();
                let (status, body) = clean(answer, &victim, &planted, &what).await;
                let code = body["code"].as_str().unwrap_or_default().to_owned();
                assert!(
                    status == 401 && code.starts_with("jwt."),
                    "{what}: {status} {body}"
                );
            }
        }
    }
    assert_eq!(
        open_to_all,
        ["POST /api/v1/client-errors", "GET /api/v1/openapi.json"]
    );
    assert_eq!(app.everything_of(&victim).await, recorded);
}

#[tokio::test]
async fn a_token_is_needed_before_anything_else_of_a_request_is_read() {
    let app = TestApp::start().await;
    for (path, method, open) in operations() {
        if open {
            continue;
        }
        let path = path.replace("{id}", "no-id");
        let url = format!("{}{path}?nonsense=1", app.url());
        let request = app.client().request(method.clone(), url);
        let request = request.header("If-Match", "nonsense").body("no json");
        let problem = Problem::of(request.send().await.unwrap()).await;
        let expected = (401, "jwt.missing");
        assert_eq!(problem.status_and_code(), expected, "{method} {path}");
    }
}

#[tokio::test]
async fn no_address_of_the_api_takes_another_method() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let admin = app.caller(&site, &Person::admin().account_id);
    let all = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    let known = operations();
    for (path, _, _) in &known {
        let taken: Vec<_> = known
            .iter()
            .filter(|(other, _, _)| other == path)
            .map(|(_, m, _)| m)
            .collect();
        for method in all.iter().filter(|method| !taken.contains(method)) {
            let path = path.trim_start_matches("/api/v1").replace("{id}", "x");
            let answer = admin.request(method.clone(), &path).send().await.unwrap();
            let shown = Problem::of(answer).await;
            assert_eq!(
                shown.status_and_code(),
                (405, "request.method_not_allowed"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn the_committed_document_is_the_one_that_is_served() {
    let app = TestApp::start().await;
    let served = app.client().get(format!("{}/api/v1/openapi.json", app.url()));
    let served = served.send().await.unwrap();
    guarded(&served);
    assert!(
        served.text().await.unwrap() + "\n" == DOCUMENT,
        "run: tally openapi > services/server/openapi.json"
    );
}

#[tokio::test]
async fn a_page_may_be_framed_by_its_own_site_only() {
    let app = TestApp::start().await;
    let (acme, globex) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    for (own, other) in [(&acme, &globex), (&globex, &acme)] {
        let path = format!(
            "/pages/assets?xdm_e={}",
            other.base_url.replace(':', "%3A").replace('/', "%2F")
        );
        let page = app.page(own, &Person::admin().account_id, &path).await;
        guarded(&page);
        let policy = page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        let framers = policy.split("frame-ancestors ").nth(1).unwrap();
        assert_eq!(framers, own.base_url);
        let html = page.text().await.unwrap();
        assert!(
            !html.contains(&other.base_url) && !html.contains(&own.client_key),
            "{html}"
        );
    }
}
