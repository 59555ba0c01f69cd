//! D7 to D11 and D18: genuine tokens that are refused.

use reqwest::{Method, Response};
use tally_diagnosis::Likelihood::{Certain, Likely, Note};
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::Person;

use super::{PAGE, first, found, page, status, well};

/// A page that was signed as `signed` and arrives as `arrives`.
async fn changed_on_the_way(app: &TestApp, site: &Site, signed: &str, arrives: &str) -> u16 {
    let token = site.request_token(&Person::viewer().account_id, "GET", signed);
    let joint = if arrives.contains('?') { '&' } else { '?' };
    with_token(app, &format!("{arrives}{joint}jwt={token}")).await
}

async fn with_token(app: &TestApp, path_and_query: &str) -> u16 {
    let url = format!("{}{path_and_query}", app.url());
    status(&app.client().get(url).send().await.unwrap())
}

/// The API, called with any token.
async fn call_with(app: &TestApp, token: &str) -> Response {
    let request = app
        .client()
        .request(Method::GET, format!("{}/api/v1/me", app.url()));
    let request = request.header("Authorization", format!("JWT {token}"));
    request.send().await.unwrap()
}

#[tokio::test]
async fn d7_a_proxy_that_strips_a_part_of_the_path() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    // Published without the prefix, called with it, and the token says what was published.
    assert_eq!(changed_on_the_way(&app, &site, "/assets", PAGE).await, 401);
    first(&app, &site, "D7", Certain).await;
}

#[tokio::test]
async fn d7_every_page_is_of_another_request() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for _ in 0..3 {
        assert_eq!(
            changed_on_the_way(&app, &site, "/elsewhere/entirely", PAGE).await,
            401
        );
    }
    first(&app, &site, "D7", Likely).await;
}

#[tokio::test]
async fn d7_a_callback_of_another_request() {
    let app = TestApp::start().await;
    let site = app.jira.site("acme");
    let token = Token::lifecycle(&site.client_key, app.url(), "/tally/connect/lifecycle/installed");
    let token = token.signed_by(InstallKey::platform());
    let answer = app
        .callback(&lifecycle_path("installed"), Some(&token), &site.installed())
        .await;
    assert_eq!(status(&answer), 401);
    first(&app, &site, "D7", Certain).await;
}

#[tokio::test]
async fn d8_a_proxy_that_decodes_the_query() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(page(&app, &site).await, 200);
    let (signed, arrives) = ("/pages/assets?tag=a%2Bb", "/pages/assets?tag=a+b");
    assert_eq!(changed_on_the_way(&app, &site, signed, arrives).await, 401);
    first(&app, &site, "D8", Certain).await;
}

#[tokio::test]
async fn d8_a_proxy_that_adds_a_parameter() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let (signed, arrives) = ("/pages/assets?tag=a", "/pages/assets?tag=a&via=proxy");
    assert_eq!(changed_on_the_way(&app, &site, signed, arrives).await, 401);
    first(&app, &site, "D8", Certain).await;
}

#[tokio::test]
async fn d8_some_pages_and_not_others() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(
        changed_on_the_way(&app, &site, "/pages/assets?tag=a", "/pages/assets?tag=b").await,
        401
    );
    assert_eq!(page(&app, &site).await, 200);
    first(&app, &site, "D8", Likely).await;
}

#[tokio::test]
async fn d9_a_context_token_at_a_page() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let token = site.context_token(&Person::viewer().account_id);
    assert_eq!(with_token(&app, &format!("{PAGE}?jwt={token}")).await, 401);
    first(&app, &site, "D9", Likely).await;
}

#[tokio::test]
async fn d9_a_pages_own_token_at_the_api() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let token = site.request_token(&Person::viewer().account_id, "GET", PAGE);
    assert_eq!(status(&call_with(&app, &token).await), 401);
    first(&app, &site, "D9", Likely).await;
}

#[tokio::test]
async fn d10_a_token_that_is_used_again_after_its_end() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let account = Person::viewer().account_id;
    assert_eq!(page(&app, &site).await, 200);
    let old = [
        Token::request(&site.client_key, "GET", PAGE).claim("sub", account.as_str()),
        Token::context(&site.client_key, &account).later(-600),
    ];
    for token in old {
        let token = token.later(-400).signed_with(&site.secret);
        assert_eq!(status(&call_with(&app, &token).await), 401);
    }
    first(&app, &site, "D10", Likely).await;
}

#[tokio::test]
async fn d11_a_clock_that_is_behind() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let token = Token::request(&site.client_key, "GET", PAGE).later(300);
    let token = token.signed_with(&site.secret);
    assert_eq!(with_token(&app, &format!("{PAGE}?jwt={token}")).await, 401);
    let token = Token::context(&site.client_key, &Person::viewer().account_id).later(300);
    assert_eq!(
        status(&call_with(&app, &token.signed_with(&site.secret)).await),
        401
    );
    first(&app, &site, "D11", Certain).await;
}

#[tokio::test]
async fn d11_a_clock_that_is_ahead() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for _ in 0..2 {
        let token = Token::request(&site.client_key, "GET", PAGE).later(-300);
        let token = token.signed_with(&site.secret);
        assert_eq!(with_token(&app, &format!("{PAGE}?jwt={token}")).await, 401);
    }
    first(&app, &site, "D11", Likely).await;
    assert_eq!(page(&app, &site).await, 200);
    well(&app, &site).await;
}

#[tokio::test]
async fn d11_a_clock_that_keeps_a_site_from_installing() {
    let app = TestApp::start().await;
    for (name, later) in [("early", 300), ("late", -480)] {
        let site = app.jira.site(name);
        let token = Token::lifecycle(&site.client_key, app.url(), &lifecycle_path("installed")).later(later);
        let token = token.signed_by(InstallKey::platform());
        let answer = app
            .callback(&lifecycle_path("installed"), Some(&token), &site.installed())
            .await;
        assert_eq!(status(&answer), 401);
        first(&app, &site, "D11", Certain).await;
    }
}

#[tokio::test]
async fn d18_disabled_without_a_token_around_an_uninstall() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let (path, body) = (lifecycle_path("disabled"), site.callback("disabled"));
    assert_eq!(status(&app.callback(&path, None, &body).await), 204);
    assert_eq!(app.uninstall(&site).await.status(), 204);
    assert_eq!(status(&app.callback(&path, None, &body).await), 204);
    assert_eq!(status(&app.say(&site, "disabled").await), 204);
    assert_eq!(found(&app, &site).await, [("D18".to_owned(), Note)]);
}
