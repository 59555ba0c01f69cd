//! What Atlassian's public scanner of apps asks of every address in the descriptor, and what it
//! looks at in the answers.

use std::collections::BTreeSet;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tally_tests::app::TestApp;
use tally_tests::connect::{APP_KEY, InstallKey, Token};
use tally_tests::doubles::Person;
use tally_tests::http::guarded;
use uuid::Uuid;

async fn descriptor(app: &TestApp) -> Value {
    let answer = app.client().get(format!("{}/atlassian-connect.json", app.url()));
    let answer = answer.send().await.unwrap();
    guarded(&answer);
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// The addresses of the modules of these kinds; of all kinds when none is given.
fn addresses(descriptor: &Value, kinds: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (kind, modules) in descriptor["modules"].as_object().unwrap() {
        if kinds.is_empty() || kinds.contains(&kind.as_str()) {
            collect(modules, &mut found);
        }
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => {
            found.extend(members.get("url").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect(member, found));
        }
        _ => {}
    }
}

async fn sent(app: &TestApp, method: &Method, path: &str, token: Option<&str>) -> Response {
    let mut request = app
        .client()
        .request(method.clone(), format!("{}{path}", app.url()));
    if let Some(token) = token {
        request = request.header("Authorization", format!("JWT {token}"));
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn no_module_opens_without_a_token_or_with_a_made_up_one() {
    let app = TestApp::start().await;
    app.installed_site("acme").await;
    let addresses = addresses(&descriptor(&app).await, &[]);
    assert!(addresses.len() >= 2, "{addresses:?}");
    for path in &addresses {
        for method in [Method::GET, Method::POST] {
            let made_up =
                || Token::request(&Uuid::new_v4().to_string(), method.as_str(), path).claim("sub", "x");
            let tokens = [
                None,
                Some(made_up().signed_with("fake")),
                Some(made_up().unsigned()),
            ];
            for token in tokens {
                let answer = sent(&app, &method, path, token.as_deref()).await;
                guarded(&answer);
                let status = answer.status().as_u16();
                assert!((400..500).contains(&status), "{method} {path}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn a_made_up_installation_is_refused_without_asking_anybody() {
    let app = TestApp::start().await;
    let stranger = InstallKey::generate();
    let descriptor = descriptor(&app).await;
    for (event, path) in descriptor["lifecycle"].as_object().unwrap() {
        let (path, client_key) = (path.as_str().unwrap(), Uuid::new_v4().to_string());
        let body = json!({
            "key": APP_KEY,
            "clientKey": client_key,
            "sharedSecret": "made up",
            "baseUrl": "https://csrt-scanner-1.atlassian.net",
            "displayUrl": "https://csrt-scanner-1.atlassian.net",
            "cloudId": Uuid::new_v4().to_string(),
            "productType": "jira",
            "eventType": event,
        });
        let token = Token::lifecycle(&client_key, app.url(), path).header("kid", "fake-kid");
        let answer = app.callback(path, Some(&token.signed_by(&stranger)), &body).await;
        guarded(&answer);
        assert_eq!(answer.status(), 401, "{event}");
    }
    assert_eq!(app.keys.requests(), 0);
}

#[tokio::test]
async fn an_admins_module_does_not_open_for_others() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let kinds = ["adminPages", "configurePage", "jiraProjectAdminTabPanels"];
    let addresses = addresses(&descriptor(&app).await, &kinds);
    assert!(!addresses.is_empty());
    for path in &addresses {
        for (person, status) in [
            (Person::viewer(), 403),
            (Person::agent(), 403),
            (Person::admin(), 200),
        ] {
            let answer = app.page(&site, &person.account_id, path).await;
            guarded(&answer);
            assert_eq!(answer.status(), status, "{path} for {}", person.display_name);
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_it_from_leaking() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let page = app
        .page(&site, &Person::viewer().account_id, "/pages/assets")
        .await;
    guarded(&page);
    let html = page.text().await.unwrap();
    let (_, rest) = html.split_once("type=\"module\" src=\"").unwrap();
    let script = rest.split_once('"').unwrap().0.to_owned();
    for (path, status) in [
        ("/", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/api/v1/openapi.json", 200),
        ("/nothing", 404),
        (&script, 200),
    ] {
        let answer = sent(&app, &Method::GET, path, None).await;
        guarded(&answer);
        assert_eq!(answer.status(), status, "{path}");
    }
    let callback = app.say(&site, "enabled").await;
    guarded(&callback);
    assert_eq!(callback.status(), 204);
}

#[tokio::test]
async fn a_file_of_the_page_is_kept_for_good_and_not_sent_twice() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let html = app
        .page(&site, &Person::viewer().account_id, "/pages/assets")
        .await
        .text()
        .await
        .unwrap();
    let (_, rest) = html.split_once("type=\"module\" src=\"").unwrap();
    let script = rest.split_once('"').unwrap().0;
    let first = sent(&app, &Method::GET, script, None).await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert!(
        tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"') && !tag[1..tag.len() - 1].contains('"'),
        "{tag}"
    );
    let again = app
        .client()
        .get(format!("{}{script}", app.url()))
        .header("If-None-Match", &tag);
    let again = again.send().await.unwrap();
    guarded(&again);
    assert_eq!(
        (again.status().as_u16(), again.text().await.unwrap().len()),
        (304, 0)
    );
}
