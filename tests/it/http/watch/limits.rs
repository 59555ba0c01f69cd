//! How often one address may send what does not verify, and that what verifies never counts.

use reqwest::{Response, StatusCode};
use serde_json::json;
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::Token;
use tally_tests::http::Problem;

use super::{ACCOUNT, PAGE, sites_with_lost_secrets};

async fn report_from(app: &TestApp, forwarded: &str) -> Response {
    let url = format!("{}/api/v1/client-errors", app.url());
    let request = app.client().post(url).header("X-Forwarded-For", forwarded);
    request
        .json(&json!({ "code": "ui.not_started" }))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn reports_of_one_address_are_limited_and_those_of_others_are_not() {
    let app = TestApp::start_with([("proxy_hops", "1")]).await;
    let mut refused = None;
    for _ in 0..60 {
        // Only what our own proxy adds, the last, is believed.
        let answer = report_from(&app, "203.0.113.7, 192.0.2.1").await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status(), 204);
    }
    let refused = refused.unwrap();
    let wait: u32 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(
        Problem::of(refused).await.status_and_code(),
        (429, "request.rate_limited")
    );
    assert_eq!(report_from(&app, "203.0.113.7, 192.0.2.2").await.status(), 204);
}

#[tokio::test]
async fn pages_that_name_no_site_are_limited_and_those_of_tenants_never_whether_they_open_or_explain() {
    let app = TestApp::start().await;
    let failing = sites_with_lost_secrets(&app, 1).await.remove(0);
    let working = app.installed_site("working").await;
    let url = format!("{}{PAGE}?jwt=no.token.atall", app.url());
    let mut limited = None;
    for _ in 0..1000 {
        let answer = app.client().get(&url).send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            limited = Some(answer);
            break;
        }
        assert_eq!(answer.status(), 401);
    }
    let limited = limited.unwrap();
    assert!(limited.headers().contains_key("retry-after"));
    assert!(limited.text().await.unwrap().contains("request.rate_limited"));

    // Neither is one that names a site: whether that is ours must not show.
    let stranger = Token::request("nobody-s-key", "GET", PAGE).signed_with("guessed");
    let named = app.client().get(format!("{}{PAGE}?jwt={stranger}", app.url()));
    assert_eq!(named.send().await.unwrap().status(), 401);
    assert_eq!(app.page(&working, ACCOUNT, PAGE).await.status(), 200);
    assert_eq!(app.caller(&working, ACCOUNT).get("/me").await.status, 200);
    let explained = app.page(&failing, ACCOUNT, PAGE).await;
    assert_eq!(explained.status(), 401);
    assert!(explained.text().await.unwrap().contains("What to do"));
}

#[tokio::test]
async fn a_flood_of_forged_callbacks_keeps_no_verified_one_out() {
    let app = TestApp::start().await;
    let path = lifecycle_path("installed");
    let (mut limited, nothing) = (0, json!({}));
    for _ in 0..40 {
        let flood = (0..50).map(|_| app.callback(&path, None, &nothing));
        let answers = futures_util::future::join_all(flood).await;
        limited += answers.iter().filter(|answer| answer.status() == 429).count();
    }
    assert!(limited > 0);
    app.installed_site("acme").await;
}

#[tokio::test]
async fn probes_of_the_platform_are_never_limited() {
    let app = TestApp::start().await;
    for _ in 0..300 {
        let answer = app
            .client()
            .get(format!("{}/healthz", app.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
    }
}
