//! Calls to a tenant's Jira, against a server that keeps what it received.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tally_atlassian::base_url::{HostAllowList, TenantBaseUrl};
use tally_atlassian::outgoing::{JiraClient, JiraClientOptions, JiraError, TenantAccess, sign_app_token};
use tally_atlassian::qsh::SignedRequest;
use tally_domain::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::http_server::{Answer, Received, Server, answer};
use crate::support::{hash, now, secret};

fn client() -> JiraClient {
    client_waiting(Duration::from_secs(30))
}

fn client_waiting(timeout: Duration) -> JiraClient {
    let options = JiraClientOptions {
        app_key: "tally-assets".to_owned(),
        app_version: "1.2.3".to_owned(),
        timeout,
        clock: Clock::fixed(now()),
    };
    JiraClient::new(&options).unwrap()
}

fn tenant(base_url: &str) -> TenantAccess {
    let allowed = HostAllowList::atlassian().with(["localhost", "127.0.0.1"]);
    TenantAccess {
        client_key: "client-a".to_owned(),
        base_url: TenantBaseUrl::parse(base_url, &allowed).unwrap(),
        secret: secret("current"),
        others: vec![],
    }
}

fn user(number: usize) -> Value {
    json!({ "accountId": format!("712020:{number}"), "accountType": "atlassian", "displayName": format!("User {number}"),
            "avatarUrls": { "16x16": "small", "48x48": "large" }, "active": true, "emailAddress": "" })
}

fn json_answer(value: &Value) -> Answer {
    answer(200, value.to_string())
}

fn token_of(request: &Received) -> &str {
    let value = request.header("authorization").unwrap();
    value.strip_prefix("JWT ").unwrap()
}

fn is_signed_with(secret: &str, request: &Received) -> bool {
    let (input, signature) = token_of(request).rsplit_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    hmac::verify(&key, input.as_bytes(), &signature).is_ok()
}

/// The claims of the token a request carried, after its HMAC was checked here.
fn claims_of(request: &Received) -> Value {
    assert!(is_signed_with("current", request));
    let (input, _) = token_of(request).rsplit_once('.').unwrap();
    let (_, claims) = input.split_once('.').unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// The outcome of one call to a server that answers so.
async fn outcome(handler: impl Fn() -> Answer + Send + Sync + 'static) -> JiraError {
    let server = Server::start(move |_| Some(handler())).await;
    client()
        .is_permitted(&tenant(&server.url()), "712020:1", "ADMINISTER")
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_permission_is_asked_for_in_the_apps_name() {
    let server = Server::start(|_| Some(json_answer(&json!({ "globalPermissions": ["ADMINISTER"] })))).await;
    let tenant = tenant(&server.url_of("acme"));
    assert!(
        client()
            .is_permitted(&tenant, "712020:1", "ADMINISTER")
            .await
            .unwrap()
    );

    let request = &server.received()[0];
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/rest/api/3/permissions/check")
    );
    assert_eq!(request.header("user-agent"), Some("tally-assets/1.2.3"));
    assert!(request.header("host").unwrap().starts_with("acme.localhost:"));
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(
        body,
        json!({ "accountId": "712020:1", "globalPermissions": ["ADMINISTER"] })
    );

    let claims = claims_of(request);
    assert_eq!(claims["iss"], "tally-assets");
    assert_eq!(claims["aud"], json!(["client-a"]));
    assert_eq!(claims["qsh"], hash("POST&/rest/api/3/permissions/check&"));
    let issued_at = claims["iat"].as_i64().unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - issued_at, 180);
    assert_eq!(issued_at, now().timestamp());
}

#[tokio::test]
async fn several_permissions_take_one_call_and_only_those_asked_for_count() {
    let granted = json!({ "globalPermissions": ["BULK_CHANGE", "SYSTEM_ADMIN"], "projectPermissions": [] });
    let server = Server::start(move |_| Some(json_answer(&granted))).await;
    let tenant = tenant(&server.url());
    let found = client()
        .global_permissions(&tenant, "712020:1", &["ADMINISTER", "BULK_CHANGE"])
        .await
        .unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["BULK_CHANGE"]);
    assert_eq!(server.requests(), 1);
    assert!(
        !client()
            .is_permitted(&tenant, "712020:1", "ADMINISTER")
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn the_hash_covers_the_path_and_the_sorted_parameters() {
    let server = Server::start(|_| Some(json_answer(&json!([])))).await;
    let tenant = tenant(&format!("{}/", server.url()));
    client().search_users(&tenant, "Ada & Bob", 5).await.unwrap();
    let request = &server.received()[0];
    assert_eq!(
        request.target,
        "/rest/api/3/user/search?query=Ada+%26+Bob&maxResults=5"
    );
    let canonical = "GET&/rest/api/3/user/search&maxResults=5&query=Ada%20%26%20Bob";
    assert_eq!(claims_of(request)["qsh"], hash(canonical));
}

#[tokio::test]
async fn a_get_has_no_body() {
    let server = Server::start(|_| Some(json_answer(&json!([])))).await;
    client()
        .search_users(&tenant(&server.url()), "ada", 5)
        .await
        .unwrap();
    let request = &server.received()[0];
    assert_eq!(request.header("content-length"), None);
    assert_eq!(request.header("content-type"), None);
    assert_eq!(request.body, "");
}

#[tokio::test]
async fn users_are_found_by_id_in_calls_of_fifty() {
    let server = Server::start(|request| {
        let ids = request.target.matches("accountId=").count();
        Some(json_answer(
            &json!({ "values": (0..ids).map(user).collect::<Vec<_>>(), "isLast": true }),
        ))
    })
    .await;
    let ids: Vec<String> = (0..120).map(|number| format!("712020:{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let users = client().users_by_id(&tenant(&server.url()), &ids).await.unwrap();
    assert_eq!(users.len(), 120);
    assert_eq!(server.requests(), 3);
    assert_eq!(
        (users[0].account_id.as_str(), users[0].display_name.as_str()),
        ("712020:0", "User 0")
    );
    assert_eq!(users[0].avatar_url.as_deref(), Some("large"));
    assert!(
        server
            .received()
            .iter()
            .all(|request| request.target.contains("maxResults=50"))
    );
}

#[tokio::test]
async fn repeated_parameters_are_hashed_as_one() {
    let server = Server::start(|_| Some(json_answer(&json!({ "values": [] })))).await;
    client()
        .users_by_id(&tenant(&server.url()), &["b:2", "a:1"])
        .await
        .unwrap();
    let canonical = "GET&/rest/api/3/user/bulk&accountId=a%3A1,b%3A2&maxResults=50";
    assert_eq!(claims_of(&server.received()[0])["qsh"], hash(canonical));
}

#[tokio::test]
async fn no_request_is_sent_for_no_users() {
    let server = Server::start(|_| Some(answer(500, ""))).await;
    assert_eq!(
        client().users_by_id(&tenant(&server.url()), &[]).await,
        Ok(Vec::new())
    );
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_search_finds_people_and_not_more_than_asked_for() {
    let mut app = user(9);
    app["accountType"] = "app".into();
    let sparse = json!({ "accountId": "712020:sparse" });
    let found = json!([app, sparse, user(1), user(2), user(3)]);
    let server = Server::start(move |_| Some(json_answer(&found))).await;
    let users = client()
        .search_users(&tenant(&server.url()), "u", 3)
        .await
        .unwrap();
    let ids: Vec<&str> = users.iter().map(|user| user.account_id.as_str()).collect();
    assert_eq!(ids, ["712020:sparse", "712020:1", "712020:2"]);
    assert_eq!(
        (
            users[0].display_name.as_str(),
            &users[0].avatar_url,
            users[0].active
        ),
        ("", &None, true)
    );
}

#[tokio::test]
async fn a_platform_that_holds_another_accepted_secret_is_asked_with_that_one() {
    let server = Server::start(|request| {
        Some(match is_signed_with("previous", request) {
            true => json_answer(&json!({ "globalPermissions": ["ADMINISTER"] })),
            false => answer(401, ""),
        })
    })
    .await;
    let only_current = tenant(&server.url());
    let ask = async |tenant| client().is_permitted(tenant, "712020:1", "ADMINISTER").await;
    assert_eq!(ask(&only_current).await, Err(JiraError::Unauthorized));
    let both = TenantAccess {
        others: vec![secret("candidate"), secret("previous"), secret("never needed")],
        ..only_current.clone()
    };
    assert_eq!(ask(&both).await, Ok(true));
    assert_eq!(server.received().len(), 1 + 3);
}

#[tokio::test]
async fn every_kind_of_no_has_its_error() {
    assert_eq!(outcome(|| answer(401, "")).await, JiraError::Unauthorized);
    assert_eq!(outcome(|| answer(403, "")).await, JiraError::Forbidden);
    assert_eq!(outcome(|| answer(404, "")).await, JiraError::NotFound);
    let limited = outcome(|| answer(429, "").with_header("retry-after", "17")).await;
    assert_eq!(
        limited,
        JiraError::RateLimited {
            retry_after: Some(Duration::from_secs(17))
        }
    );
    let undated =
        outcome(|| answer(429, "").with_header("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")).await;
    assert_eq!(undated, JiraError::RateLimited { retry_after: None });
    let failed = outcome(|| answer(503, "").with_header("retry-after", "5")).await;
    assert_eq!(
        failed,
        JiraError::Unavailable {
            status: 503,
            retry_after: Some(Duration::from_secs(5))
        }
    );
    assert!(limited.is_temporary() && failed.is_temporary() && !JiraError::Unauthorized.is_temporary());
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_no_permission() {
    let bodies = [
        "",
        "null",
        "{}",
        r#"{"globalPermissions":true}"#,
        "<html></html>",
        r#"["ADMINISTER"]"#,
    ];
    for body in bodies {
        let error = outcome(move || answer(200, body)).await;
        assert!(matches!(error, JiraError::UnexpectedAnswer(_)), "{body}");
    }
    let created = outcome(|| answer(201, r#"{"globalPermissions":["ADMINISTER"]}"#)).await;
    assert!(matches!(created, JiraError::UnexpectedAnswer(_)));
}

#[tokio::test]
async fn an_answer_without_end_is_not_swallowed() {
    let error = outcome(|| answer(200, vec![b' '; 3 * 1024 * 1024])).await;
    assert_eq!(error, JiraError::UnexpectedAnswer("longer than 2 MiB"));
}

#[tokio::test]
async fn a_redirect_takes_the_token_nowhere() {
    let elsewhere =
        Server::start(|_| Some(json_answer(&json!({ "globalPermissions": ["ADMINISTER"] })))).await;
    let location = elsewhere.url();
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let error = outcome(move || answer(status, "").with_header("location", &location)).await;
        assert_eq!(error, JiraError::Redirected, "{status}");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn a_site_that_does_not_answer_is_given_up_on() {
    let server = Server::start(|_| None).await;
    let outcome = client_waiting(Duration::from_millis(50))
        .search_users(&tenant(&server.url()), "u", 1)
        .await;
    assert_eq!(outcome, Err(JiraError::TimedOut));
}

#[tokio::test]
async fn a_call_whose_connection_was_just_closed_is_made_once_more() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let site = tokio::spawn(async move {
        for number in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut answer = [0; 4096];
            assert!(stream.read(&mut answer).await.unwrap() > 0);
            if number == 1 {
                let answer =
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]";
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    let outcome = client().search_users(&tenant(&url), "u", 1).await;
    assert_eq!(outcome, Ok(vec![]));
    site.await.unwrap();
}

#[tokio::test]
async fn a_site_that_does_not_exist_is_an_error_of_its_own() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let gone = tenant(&format!("http://127.0.0.1:{port}"));
    assert_eq!(
        client().search_users(&gone, "u", 1).await,
        Err(JiraError::NoConnection)
    );
}

#[test]
fn nothing_is_signed_with_an_empty_secret() {
    let tenant = TenantAccess {
        secret: secret(""),
        ..tenant("https://acme.atlassian.net")
    };
    let outcome = sign_app_token("tally-assets", &tenant, &SignedRequest::new("GET", "/x"), now());
    assert!(matches!(outcome, Err(JiraError::Signing)));
}

#[test]
fn access_to_a_tenant_prints_no_secret() {
    assert!(!format!("{:?}", tenant("https://acme.atlassian.net")).contains("current"));
}
