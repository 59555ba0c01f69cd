//! Host names, pages, frames and tokens.

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tally_jira_host::client;
use url::Url;

use crate::support::{AppDouble, Jira, call, read_hs256};

async fn get(url: &str) -> (u16, Value) {
    call(Method::GET, url, None, None).await
}

#[actix_web::test]
async fn host_names_separate_control_sites_and_nothing() {
    let jira = Jira::start("http://localhost:1");
    assert_eq!(get(&format!("{}/", jira.control)).await.0, 200);
    assert_eq!(get(&format!("{}/control/state", jira.control)).await.0, 200);
    assert_eq!(
        get(&format!("{}/install-keys/unknown", jira.control)).await.0,
        404
    );
    assert_eq!(get(&format!("{}/rest/api/3/myself", jira.control)).await.0, 404);
    assert_eq!(
        get(&format!("{}/plugins/servlet/ac/app/page", jira.site)).await.0,
        200
    );
    assert_eq!(get(&format!("{}/rest/api/3/myself", jira.site)).await.0, 401);
    assert_eq!(get(&format!("{}/", jira.site_named("nobody"))).await.0, 404);
    let odd = client::new()
        .unwrap()
        .get(&jira.control)
        .header("Host", "example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(odd.status(), 404);
}

#[actix_web::test]
async fn pages_of_other_origins_cannot_make_the_host_act() {
    let app = AppDouble::start();
    let jira = Jira::start(&app.base_url);
    for (from, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200)] {
        let url = format!("{}/control/sites/acme/install", jira.control);
        let request = client::new().unwrap().post(url).header("Sec-Fetch-Site", from);
        assert_eq!(request.send().await.unwrap().status(), status, "{from}");
    }
}

#[actix_web::test]
async fn a_frame_carries_the_bridge_parameters_and_a_token_bound_to_all_of_them() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let order = json!({"user": "agent", "module": "list", "values": {"asset": "a b"}});
    let (status, frame) = call(Method::POST, &format!("{}/-/frame", jira.site), None, Some(order)).await;
    assert_eq!((status, &frame["title"]), (200, &json!("List")));
    let url = Url::parse(frame["url"].as_str().unwrap()).unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let names: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "asset",
        "xdm_e",
        "xdm_c",
        "cp",
        "xdm_deprecated_addon_key_do_not_use",
        "lic",
        "cv",
        "jwt",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        (query[0].1.as_str(), query[1].1.as_str()),
        ("a b", jira.site.as_str())
    );

    let claims = read_hs256(&query[7].1, &app.secret()).unwrap();
    let origin = jira.site.replace(':', "%3A").replace('/', "%2F");
    let canonical = format!(
        "GET&/list&asset=a%20b&cp=&cv=1001.0.0-SNAPSHOT&lic=none&xdm_c=channel-double__list\
         &xdm_deprecated_addon_key_do_not_use=double&xdm_e={origin}"
    );
    assert_eq!(claims["qsh"], hex::encode(Sha256::digest(canonical.as_bytes())));
    assert_eq!(claims["iss"], app.last("installed").body["clientKey"]);
    let users = jira.state().await["sites"][0]["users"].clone();
    assert_eq!(claims["sub"], users[1]["accountId"]);
}

#[actix_web::test]
async fn a_context_token_is_signed_with_the_secret_in_force_at_that_moment() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let url = format!("{}/-/context-token", jira.site);
    for _ in 0..2 {
        let (status, body) = call(Method::POST, &url, None, Some(json!({"user": "viewer"}))).await;
        assert_eq!(status, 200);
        let claims = read_hs256(body["token"].as_str().unwrap(), &app.secret()).unwrap();
        assert_eq!(claims["qsh"], "context-qsh");
        jira.act("rotate", json!({})).await;
    }
    jira.act("uninstall", json!({})).await;
    assert_eq!(
        call(Method::POST, &url, None, Some(json!({"user": "viewer"})))
            .await
            .0,
        409
    );
}

#[actix_web::test]
async fn admin_pages_are_in_the_admins_menu_only() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    for (user, pages) in [("admin", 1), ("agent", 0), ("viewer", 0)] {
        let (_, page) = get(&format!("{}/-/page?user={user}", jira.site)).await;
        assert_eq!(page["user"]["role"], user);
        assert_eq!(page["app"]["generalPages"].as_array().unwrap().len(), 1);
        assert_eq!(
            page["app"]["adminPages"].as_array().unwrap().len(),
            pages,
            "{user}"
        );
    }
    jira.act("disable", json!({})).await;
    let (_, page) = get(&format!("{}/-/page?user=admin", jira.site)).await;
    assert_eq!(
        (&page["app"], &page["site"]["state"]),
        (&Value::Null, &json!("disabled"))
    );
}

#[actix_web::test]
async fn tokens_can_be_ordered_with_anything_wrong_in_them() {
    let app = AppDouble::start();
    let jira = Jira::with_app(&app).await;
    let first = app.secret();
    jira.act("rotate", json!({})).await;
    let order = |extra: Value| {
        let mut order = json!({"kind": "page", "user": "admin", "url": "/list?x=1"});
        order
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        jira.token(order)
    };
    let text = |minted: &Value| minted["token"].as_str().unwrap().to_owned();

    let plain = order(json!({})).await;
    assert_eq!(
        plain["url"],
        format!("{}/list?x=1&jwt={}", app.base_url, text(&plain))
    );
    let canonical = "GET&/list&x=1";
    let claims = read_hs256(&text(&plain), &app.secret()).unwrap();
    assert_eq!(claims["qsh"], hex::encode(Sha256::digest(canonical.as_bytes())));

    let odd = order(json!({"overrides": {"iss": "other", "sub": null}})).await;
    let claims = read_hs256(&text(&odd), &app.secret()).unwrap();
    assert_eq!((claims["iss"].as_str(), claims.get("sub")), (Some("other"), None));
    assert_eq!(
        read_hs256(&text(&order(json!({"expiresIn": -120})).await), &app.secret()),
        None
    );
    assert!(read_hs256(&text(&order(json!({"signer": "previous"})).await), &first).is_some());
    let stranger = text(&order(json!({"signer": "stranger"})).await);
    assert!(
        read_hs256(&stranger, &first)
            .or(read_hs256(&stranger, &app.secret()))
            .is_none()
    );
    let kid = text(&order(json!({"header": {"kid": "k"}})).await);
    assert_eq!(
        jsonwebtoken::decode_header(kid).unwrap().kid.as_deref(),
        Some("k")
    );
    let callback = jira
        .token(json!({"kind": "callback", "user": null, "url": "/lifecycle/installed"}))
        .await;
    assert_eq!(
        jsonwebtoken::decode_header(text(&callback)).unwrap().alg,
        jsonwebtoken::Algorithm::RS256
    );
}
