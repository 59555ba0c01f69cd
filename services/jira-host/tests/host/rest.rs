//! The REST interface of a site and who is let in.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{AppDouble, Claims, Jira, app_claims, call, get_as_app, signed};

const MYSELF: &str = "GET&/rest/api/3/myself&";

async fn users(jira: &Jira) -> Vec<Value> {
    jira.state().await["sites"][0]["users"]
        .as_array()
        .unwrap()
        .clone()
}

async fn account(jira: &Jira, role: &str) -> String {
    let users = users(jira).await;
    let user = users.iter().find(|user| user["role"] == role).unwrap();
    user["accountId"].as_str().unwrap().to_owned()
}

fn with(mut claims: Claims, name: &str, value: Value) -> Claims {
    claims.insert(name.to_owned(), value);
    claims
}

fn without(mut claims: Claims, name: &str) -> Claims {
    claims.remove(name).unwrap();
    claims
}

#[actix_web::test]
async fn only_a_token_of_this_app_for_this_request_and_installation_is_let_in() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let url = format!("{}/rest/api/3/myself", jira.site);
    let good = app_claims(MYSELF);
    let secret = app.secret();
    let client_key = app.last("installed").body["clientKey"].clone();
    for claims in [
        good.clone(),
        with(good.clone(), "aud", json!([client_key])),
        with(good.clone(), "aud", client_key),
    ] {
        assert_eq!(get_as_app(&url, &claims, &secret).await.0, 200);
    }
    for (what, claims) in [
        ("another issuer", with(good.clone(), "iss", json!("other"))),
        ("another audience", with(good.clone(), "aud", json!(["other"]))),
        (
            "the hash of another request",
            app_claims("GET&/rest/api/3/user/search&query=a"),
        ),
        (
            "a context token's hash",
            with(good.clone(), "qsh", json!("context-qsh")),
        ),
        ("no hash", without(good.clone(), "qsh")),
        ("a past expiry", with(good.clone(), "exp", json!(1_000_000))),
        ("no expiry", without(good.clone(), "exp")),
    ] {
        let (status, body) = get_as_app(&url, &claims, &secret).await;
        assert_eq!(status, 401, "{what}");
        assert!(body["errorMessages"][0].is_string(), "{what}");
    }
    assert_eq!(get_as_app(&url, &good, "another secret").await.0, 401);
    assert_eq!(call(Method::GET, &url, None, None).await.0, 401);
    assert_eq!(call(Method::GET, &url, Some("garbage"), None).await.0, 401);
    let key = EncodingKey::from_secret(secret.as_bytes());
    let hs512 = encode(&Header::new(Algorithm::HS512), &good, &key).unwrap();
    assert_eq!(call(Method::GET, &url, Some(&hs512), None).await.0, 401);
    assert_eq!(
        call(Method::GET, &url, Some(&signed(&good, &secret)), Some(json!({})))
            .await
            .0,
        403,
        "body on GET"
    );
}

#[actix_web::test]
async fn the_old_secret_is_refused_once_the_platform_has_a_new_one() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let url = format!("{}/rest/api/3/myself", jira.site);
    let old = app.secret();
    jira.act("break-secret", json!({})).await;
    assert_eq!(get_as_app(&url, &app_claims(MYSELF), &old).await.0, 401);
    jira.act("repair-secret", json!({})).await;
    assert_eq!(get_as_app(&url, &app_claims(MYSELF), &app.secret()).await.0, 200);
    jira.act("uninstall", json!({})).await;
    assert_eq!(get_as_app(&url, &app_claims(MYSELF), &app.secret()).await.0, 401);
}

#[actix_web::test]
async fn permissions_follow_roles() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let url = format!("{}/rest/api/3/permissions/check", jira.site);
    let token = signed(&app_claims("POST&/rest/api/3/permissions/check&"), &app.secret());
    for (role, granted) in [
        ("admin", json!(["ADMINISTER", "BULK_CHANGE"])),
        ("agent", json!(["BULK_CHANGE"])),
        ("viewer", json!([])),
        ("staff", json!([])),
    ] {
        let account = account(&jira, role).await;
        let question = json!({"accountId": account, "globalPermissions": ["ADMINISTER", "BULK_CHANGE"]});
        let (status, answer) = call(Method::POST, &url, Some(&token), Some(question)).await;
        assert_eq!((status, &answer["globalPermissions"]), (200, &granted), "{role}");
    }
    let odd = json!({"accountId": "x", "globalPermissions": ["FLY"]});
    assert_eq!(call(Method::POST, &url, Some(&token), Some(odd)).await.0, 400);
}

#[actix_web::test]
async fn people_are_found_by_name_and_by_repeated_account_ids() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let secret = app.secret();
    let (status, found) = get_as_app(
        &format!("{}/rest/api/3/user/search?query=ada+ad", jira.site),
        &app_claims("GET&/rest/api/3/user/search&query=ada%20ad"),
        &secret,
    )
    .await;
    assert_eq!((status, found.as_array().unwrap().len()), (200, 1));
    assert_eq!(found[0]["displayName"], "Ada Admin");

    let ids: Vec<String> = users(&jira)
        .await
        .iter()
        .take(12)
        .map(|user| user["accountId"].as_str().unwrap().to_owned())
        .collect();
    let query: Vec<String> = ids.iter().map(|id| format!("accountId={id}")).collect();
    let mut encoded: Vec<String> = ids.iter().map(|id| id.replace(':', "%3A")).collect();
    encoded.sort();
    let canonical = format!("GET&/rest/api/3/user/bulk&accountId={}", encoded.join(","));
    let url = format!("{}/rest/api/3/user/bulk?{}", jira.site, query.join("&"));
    let (status, page) = get_as_app(&url, &app_claims(&canonical), &secret).await;
    assert_eq!(status, 200);
    assert_eq!((&page["total"], &page["isLast"]), (&json!(12), &json!(false)));
    assert_eq!(
        page["values"].as_array().unwrap().len(),
        10,
        "ten at a time unless asked otherwise"
    );

    let role = format!("{}/rest/api/3/user?accountId=admin", jira.site);
    let claims = app_claims("GET&/rest/api/3/user&accountId=admin");
    assert_eq!(
        get_as_app(&role, &claims, &secret).await.0,
        404,
        "role names are not account ids"
    );
}

#[actix_web::test]
async fn issues_are_found_and_a_site_that_is_down_says_so() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let url = format!("{}/rest/api/3/issue/IT-2", jira.site);
    let claims = app_claims("GET&/rest/api/3/issue/IT-2&");
    let (status, issue) = get_as_app(&url, &claims, &app.secret()).await;
    assert_eq!((status, &issue["key"]), (200, &json!("IT-2")));
    jira.act("rest-down", json!({})).await;
    assert_eq!(get_as_app(&url, &claims, &app.secret()).await.0, 503);
    jira.act("rest-forbid", json!({})).await;
    assert_eq!(get_as_app(&url, &claims, &app.secret()).await.0, 403);
    jira.act("rest-up", json!({})).await;
    assert_eq!(get_as_app(&url, &claims, &app.secret()).await.0, 200);
    let absent = format!("{}/rest/api/3/issue/IT-999", jira.site);
    assert_eq!(
        get_as_app(
            &absent,
            &app_claims("GET&/rest/api/3/issue/IT-999&"),
            &app.secret()
        )
        .await
        .0,
        404
    );
}
