//! What a token that nothing verifies learns: the same, whether its issuer has Tally or not.

use std::time::{Duration, Instant};

use tally_tests::app::TestApp;
use tally_tests::connect::Token;

const PAGE: &str = "/pages/assets";
const CALL: &str = "/api/v1/assets";

/// Tokens in the name of `issuer` that nothing verifies, each wrong in another way too.
fn tokens(path: &str, issuer: &str) -> Vec<String> {
    let request = || match path {
        PAGE => Token::request(issuer, "GET", PAGE),
        _ => Token::context(issuer, "712020:ada"),
    };
    vec![
        request().signed_with("guessed"),
        request().signed_with(""),
        request().later(-3600).signed_with("guessed"),
        request().later(3600).signed_with("guessed"),
        request().later(500_000).signed_with("guessed"),
        request().header("kid", "mine").signed_with("guessed"),
        request().header("alg", "none").signed_with("guessed"),
        request().claim("qsh", "another").signed_with("guessed"),
        request().claim("sub", 7).signed_with("guessed"),
        request().claim("exp", "soon").signed_with("guessed"),
        request().unsigned(),
    ]
}

/// All that an answer shows, but for what every answer has of its own.
async fn shown(app: &TestApp, path: &str, token: &str) -> (u16, Vec<String>, String) {
    let request = app.client().get(format!("{}{path}", app.url()));
    let answer = request
        .header("Authorization", format!("JWT {token}"))
        .send()
        .await
        .unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    let mut headers: Vec<String> = headers.filter(|header| !header.starts_with("date")).collect();
    headers.sort();
    let headers = headers
        .into_iter()
        .map(|header| header.replace(&id, "id"))
        .collect();
    let status = answer.status().as_u16();
    (status, headers, answer.text().await.unwrap().replace(&id, "id"))
}

#[tokio::test]
async fn a_token_that_nothing_verifies_is_answered_alike_whether_its_issuer_is_known_or_not() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let gone = app.installed_site("gone").await;
    assert_eq!(app.uninstall(&gone).await.status(), 204);
    let stranger = uuid::Uuid::new_v4().to_string();
    for path in [PAGE, CALL] {
        let of_stranger = tokens(path, &stranger);
        for known in [&site, &gone] {
            for (known, stranger) in tokens(path, &known.client_key).iter().zip(&of_stranger) {
                let (known, stranger) = (shown(&app, path, known).await, shown(&app, path, stranger).await);
                assert_eq!(known, stranger, "{path}");
            }
        }
        let (status, _, text) = shown(&app, path, &of_stranger[0]).await;
        assert!(
            status == 401 && text.contains("jwt.signature_invalid"),
            "{status} {text}"
        );
    }
}

#[tokio::test]
async fn such_a_refusal_takes_a_while_for_both_so_that_no_work_shows() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for issuer in [site.client_key.as_str(), "stranger"] {
        let begun = Instant::now();
        shown(&app, CALL, &tokens(CALL, issuer)[0]).await;
        assert!(begun.elapsed() >= Duration::from_millis(25), "{issuer}");
    }
}
