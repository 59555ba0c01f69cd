//! The edge of the public listener: what anyone can send to it.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::doubles::Person;
use tally_tests::http::{Problem, guarded};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn metrics(app: &TestApp) -> String {
    let answer = app.client().get(format!("{}/metrics", app.url())).send();
    answer.await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn nothing_that_a_stranger_makes_up_becomes_a_label() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let mark = "MADEUP";
    for path in [
        "/",
        "/madeup",
        "/assets/madeup",
        "/api/v1/madeup",
        "/api/v1/assets/madeup",
        "/pages/assets?jwt=madeup",
    ] {
        for method in ["MADEUP", "GET", "POST", "MADEUP-TOO"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = app.client().request(method, format!("{}{path}", app.url()));
            let answer = request
                .header("Authorization", "JWT madeup.madeup.madeup")
                .header("X-Request-Id", mark)
                .send()
                .await
                .unwrap();
            guarded(&answer);
            assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
        }
    }
    let report = json!({ "code": "madeup.code", "page": "madeup" });
    let sent = app
        .client()
        .post(format!("{}/api/v1/client-errors", app.url()))
        .json(&report);
    assert_eq!(sent.send().await.unwrap().status(), 204);
    let body = json!({ "eventType": "madeup", "clientKey": "madeup" });
    app.callback(&lifecycle_path("installed"), Some("madeup.madeup.madeup"), &body)
        .await;
    app.caller(&site, "712020:madeup").get("/me").await;
    let shown = metrics(&app).await.to_lowercase();
    assert!(shown.contains("tally_http_seconds"));
    let grown: Vec<&str> = shown.lines().filter(|line| line.contains("madeup")).collect();
    assert!(grown.is_empty(), "{grown:?}");
}

/// What the server sends to `request` until it ends the connection.
async fn converse(app: &TestApp, request: &str) -> String {
    let address = app.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address.replace("localhost", "127.0.0.1"))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_body_that_no_one_reads_keeps_no_connection_whether_its_length_is_known_or_not() {
    let app = TestApp::start().await;
    for body in [
        "Content-Length: 1000000\r\n\r\n{",
        "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ] {
        for path in ["/healthz", "/nothing", "/api/v1/assets", "/metrics"] {
            let answer = converse(&app, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{body}")).await;
            assert!(answer.starts_with("HTTP/1.1 "), "{path} {body}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_body_in_chunks_is_read_where_a_body_is_taken() {
    let app = TestApp::start().await;
    let report = "{\"code\":\"ui.not_started\"}";
    let answer = converse(
        &app,
        &format!(
            "POST /api/v1/client-errors HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{report}\r\n0\r\n\r\n",
            report.len()
        ),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_waited_for() {
    let app = TestApp::start().await;
    let answer = converse(&app, "GET /healthz HTTP/1.1\r\nHost: loc").await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for path in [
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/status",
        "/atlassian-connect.json",
        "/api/v1/openapi.json",
        "/nothing",
    ] {
        let url = format!("{}{path}", app.url());
        let get = app.client().get(&url).send().await.unwrap();
        let head = app.client().head(&url).send().await.unwrap();
        assert_eq!(head.status(), get.status(), "{path}");
        assert_eq!(
            head.headers().get("content-type"),
            get.headers().get("content-type"),
            "{path}"
        );
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
    let viewer = app.caller(&site, &Person::viewer().account_id);
    let head = viewer.request(Method::HEAD, "/assets").send().await.unwrap();
    assert_eq!(
        (head.status(), head.bytes().await.unwrap().len()),
        (StatusCode::OK, 0)
    );
}

#[tokio::test]
async fn a_wrong_method_is_answered_with_the_right_ones() {
    let app = TestApp::start().await;
    let asset = format!("/api/v1/assets/{}", uuid::Uuid::new_v4());
    for (method, path, allowed) in [
        (Method::POST, "/", "GET, HEAD"),
        (Method::DELETE, "/healthz", "GET, HEAD"),
        (Method::POST, "/pages/assets", "GET, HEAD"),
        (Method::POST, "/status", "GET, HEAD"),
        (Method::GET, &lifecycle_path("installed"), "POST"),
        (Method::HEAD, &lifecycle_path("enabled"), "POST"),
        (Method::DELETE, "/api/v1/assets", "GET, HEAD, POST"),
        (Method::POST, "/api/v1/assets/count", "GET, HEAD"),
        (Method::PUT, &asset, "GET, HEAD, PATCH"),
        (Method::GET, "/api/v1/client-errors", "POST"),
    ] {
        let request = app
            .client()
            .request(method.clone(), format!("{}{path}", app.url()));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method} {path}");
        assert_eq!(answer.headers()["allow"], allowed, "{method} {path}");
        if method != Method::HEAD {
            assert_eq!(Problem::of(answer).await.code, "request.method_not_allowed");
        }
    }
}

#[tokio::test]
async fn every_answer_has_a_policy_for_what_it_loads_and_who_frames_it() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/status",
        "/healthz",
        "/nothing",
        "/api/v1/assets",
        "/pages/assets",
        "/metrics",
    ] {
        let answer = app
            .client()
            .get(format!("{}{path}", app.url()))
            .send()
            .await
            .unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        // The page that says what is wrong is shown in Jira, whichever site that is.
        let is_framed = path == "/pages/assets";
        assert!(
            is_framed || policy.contains("frame-ancestors"),
            "{path}: {policy}"
        );
    }
}
