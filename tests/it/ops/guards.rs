//! Who gets at the operator's listener, and who does not.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tally_tests::app::{TestApp, answered, refused};
use tally_tests::http::Problem;

use super::{Operator, form};

const TOKEN: &str = "a token that only the operator has";

fn stage() -> serde_json::Value {
    json!({ "version": "1.0.0" })
}

#[tokio::test]
async fn the_two_listeners_share_nothing() {
    let app = TestApp::start_with_operators(&[]).await;
    for path in ["/ops", "/ops/login", "/ops/api/overview", "/ops/api/releases"] {
        let public = refused(app.client().get(format!("{}{path}", app.url()))).await;
        assert_eq!(public.status_and_code(), (404, "not_found"), "{path}");
    }
    for path in ["/api/v1/me", "/atlassian-connect.json", "/metrics", "/status"] {
        let answer = app
            .client()
            .get(format!("{}{path}", app.ops_url()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    let nowhere = refused(app.client().get(format!("{}/ops/api/nowhere", app.ops_url()))).await;
    assert_eq!(nowhere.status_and_code(), (404, "not_found"));
}

#[tokio::test]
async fn a_foreign_name_that_leads_to_this_machine_is_refused() {
    let app = TestApp::start_with_operators(&[]).await;
    let request = |host: &str| {
        Operator(&app)
            .request(Method::GET, "/overview")
            .header("Host", host)
    };
    for host in [
        "rebound.example",
        "rebound.example:8081",
        "localhost.example",
        "127.0.0.1.example",
        "10.0.0.7:8081",
        "x@localhost",
    ] {
        let refusal = refused(request(host)).await;
        assert_eq!(refusal.status_and_code(), (421, "ops.host_unknown"), "{host}");
    }
    for host in [
        "localhost",
        "LOCALHOST:8081",
        "127.0.0.1:1",
        "127.0.0.2",
        "[::1]:8081",
    ] {
        answered(request(host)).await;
    }
    let page = app
        .client()
        .get(format!("{}/ops", app.ops_url()))
        .header("Host", "rebound.example");
    let page = page.send().await.unwrap();
    assert_eq!(page.status(), 421);
    assert!(page.text().await.unwrap().contains("ops.host_unknown"));
}

#[tokio::test]
async fn another_page_in_the_operators_browser_changes_nothing() {
    let app = TestApp::start_with_operators(&[]).await;
    let own = app.ops_url();
    let request = |headers: &[(&str, &str)]| {
        let mut request = Operator(&app).request(Method::POST, "/releases").json(&stage());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    };
    for headers in [
        &[("Origin", "https://elsewhere.example")][..],
        &[("Origin", "null")],
        &[("Origin", "http://localhost:1")],
        &[("Origin", "garbage")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", own.as_str())],
        &[
            ("Sec-Fetch-Site", "same-origin"),
            ("Origin", "https://elsewhere.example"),
        ],
    ] {
        let refusal = refused(request(headers)).await;
        assert_eq!(
            refusal.status_and_code(),
            (403, "ops.cross_origin"),
            "{headers:?}"
        );
    }
    assert_eq!(Operator(&app).get("/releases").await["items"], json!([]));
    for headers in [
        &[][..],
        &[("Origin", own.as_str())],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", "null")],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())],
    ] {
        answered(request(headers)).await;
    }
}

#[tokio::test]
async fn a_form_that_does_not_say_where_it_comes_from_is_refused() {
    let app = TestApp::start_with_operators(&[]).await;
    let url = format!("{}/ops/incidents", app.ops_url());
    let sent = app
        .client()
        .post(url)
        .form(&[("title", "x"), ("component", "pages"), ("everyone", "yes")]);
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(answer.text().await.unwrap().contains("ops.cross_origin"));
}

#[tokio::test]
async fn programs_show_the_token_in_a_header() {
    let app = TestApp::start_with_operators(&[("ops_token", TOKEN)]).await;
    let request = || Operator(&app).request(Method::GET, "/overview");
    assert_eq!(
        refused(request()).await.status_and_code(),
        (401, "ops.token_missing")
    );
    for wrong in [
        "Bearer another".to_owned(),
        format!("Basic {TOKEN}"),
        TOKEN.to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {TOKEN}x"),
    ] {
        let refusal = refused(request().header("Authorization", wrong)).await;
        assert_eq!(refusal.status_and_code(), (401, "ops.token_wrong"));
        assert!(!refusal.body.to_string().contains(TOKEN));
    }
    answered(request().header("Authorization", format!("Bearer {TOKEN}"))).await;
}

#[tokio::test]
async fn wrong_tokens_are_not_tried_for_long() {
    let app = TestApp::start_with_operators(&[("ops_token", TOKEN)]).await;
    let with = |token: &str| {
        let request = Operator(&app).request(Method::GET, "/overview");
        request.header("Authorization", format!("Bearer {token}"))
    };
    for _ in 0..10 {
        assert_eq!(refused(with("a guess")).await.code, "ops.token_wrong");
    }
    assert_eq!(
        refused(with("a guess")).await.status_and_code(),
        (429, "ops.too_many_attempts")
    );
    assert_eq!(
        refused(with(TOKEN)).await.status_and_code(),
        (429, "ops.too_many_attempts")
    );
    let login = form(&app, "/ops/login", &[("token", TOKEN)])
        .send()
        .await
        .unwrap();
    assert_eq!(login.status(), 429);
}

#[tokio::test]
async fn people_log_in_and_out_and_the_cookie_holds_nothing_of_the_token() {
    let app = TestApp::start_with_operators(&[("ops_token", TOKEN)]).await;
    let overview = |cookie: &str| {
        let request = app.client().get(format!("{}/ops", app.ops_url()));
        request.header("Cookie", cookie.to_owned()).send()
    };
    let shown = overview("tally_ops=guessed").await.unwrap();
    assert_eq!(shown.status(), 401);
    let shown = shown.text().await.unwrap();
    assert!(
        shown.contains("name=\"token\"") && shown.contains("ops.token_missing"),
        "{shown}"
    );
    assert!(!shown.contains("Tenants failing"), "{shown}");

    let wrong = form(&app, "/ops/login", &[("token", "another")])
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    assert!(wrong.headers().get("set-cookie").is_none());
    assert!(wrong.text().await.unwrap().contains("ops.token_wrong"));

    let right = form(&app, "/ops/login", &[("token", TOKEN)])
        .send()
        .await
        .unwrap();
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
    let cookie = right.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/ops", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = cookie.split(';').next().unwrap();
    assert!(session.len() > 64 && !cookie.contains("a token"), "{cookie}");

    let shown = overview(session).await.unwrap();
    assert_eq!(shown.status(), 200);
    assert!(shown.text().await.unwrap().contains("Tenants failing"));
    let out = form(&app, "/ops/logout", &[]).header("Cookie", session);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(overview(session).await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_login_from_another_page_is_refused() {
    let app = TestApp::start_with_operators(&[("ops_token", TOKEN)]).await;
    let login = app.client().post(format!("{}/ops/login", app.ops_url()));
    let login = login
        .header("Origin", "https://elsewhere.example")
        .form(&[("token", TOKEN)]);
    let answer = login.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(answer.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let app = TestApp::start_with_operators(&[]).await;
    let refusal: Problem = Operator(&app)
        .post_refused("/incidents", &json!({ "title": "x", "component": "coffee" }))
        .await;
    assert_eq!(refusal.status_and_code(), (400, "request.malformed"));
    assert_eq!(refusal.body["field"], "component");
    let broken = form(&app, "/ops/incidents", &[("title", "only")])
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    assert!(broken.text().await.unwrap().contains("request.malformed"));
}
