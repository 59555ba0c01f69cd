//! What Jira lets people do is what Tally lets them do, and when Jira does not say, they may only
//! look.

use serde_json::{Value, json};
use tally_domain::AccountId;
use tally_tests::app::TestApp;
use tally_tests::doubles::Person;

use super::{ADMIN_PAGE, explained};

const CHECK: &str = "/rest/api/3/permissions/check";
const ADMINS_ONLY: [&str; 3] = ["/admin/installation", "/admin/timeline", "/admin/install-log"];

#[tokio::test]
async fn only_a_jira_admin_sees_the_diagnosis() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for person in [Person::viewer(), Person::agent()] {
        let page = app.page(&site, &person.account_id, ADMIN_PAGE).await;
        assert_eq!(explained(page).await, (403, "permission.denied".to_owned()));
        for path in ADMINS_ONLY {
            let refused = app.caller(&site, &person.account_id).get_refused(path).await;
            assert_eq!(refused.status_and_code(), (403, "permission.denied"), "{path}");
        }
    }
    let admin = Person::admin().account_id;
    assert_eq!(app.page(&site, &admin, ADMIN_PAGE).await.status(), 200);
    for path in ADMINS_ONLY {
        assert_eq!(app.caller(&site, &admin).get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_page_for_admins_wants_to_know_who_it_is() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for (token, code) in [
        (
            tally_tests::connect::Token::request(&site.client_key, "GET", ADMIN_PAGE),
            "jwt.subject_missing",
        ),
        (
            tally_tests::connect::Token::request(&site.client_key, "GET", ADMIN_PAGE).claim("sub", ""),
            "jwt.subject_missing",
        ),
    ] {
        let token = token.signed_with(&site.secret);
        let answer = app.client().get(format!("{}{ADMIN_PAGE}?jwt={token}", app.url()));
        let answer = answer.send().await.unwrap();
        assert_eq!(explained(answer).await, (401, code.to_owned()));
    }
}

#[tokio::test]
async fn a_viewer_may_look_and_change_nothing() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let viewer = app.caller(&site, &Person::viewer().account_id);
    let before = app.everything_of(&site).await.len();
    for (path, body) in [
        ("/assets", json!({ "attributes": { "name": "Laptop" } })),
        ("/assets", json!("not even an object")),
        ("/imports?fileName=x.csv", Value::Null),
    ] {
        let refused = viewer.post_refused(path, &body).await;
        assert_eq!(refused.status_and_code(), (403, "permission.denied"), "{path}");
    }
    assert_eq!(app.everything_of(&site).await.len(), before);
    assert_eq!(viewer.get("/me").await.body["can"], json!(["asset.read"]));
    assert_eq!(viewer.get("/assets").await.body["items"], json!([]));
}

#[tokio::test]
async fn while_jira_does_not_say_who_may_what_one_may_look_and_change_nothing() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let admin = app.caller(&site, &Person::admin().account_id);
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    for status in [401, 403, 404, 429, 500, 503] {
        app.jira.fail(&site, CHECK, status);
        let refused = admin.post_refused("/assets", &laptop).await;
        assert_eq!(
            refused.status_and_code(),
            (503, "permission.check_unavailable"),
            "{status}"
        );
        let refused = admin.get_refused("/admin/timeline").await;
        assert_eq!(
            refused.status_and_code(),
            (503, "permission.check_unavailable"),
            "{status}"
        );
        let page = app.page(&site, &Person::admin().account_id, ADMIN_PAGE).await;
        assert_eq!(
            explained(page).await,
            (503, "permission.check_unavailable".to_owned()),
            "{status}"
        );
        assert_eq!(admin.get("/assets").await.body["items"], json!([]), "{status}");
        assert_eq!(admin.get("/me").await.body["role"], Value::Null, "{status}");
        app.jira.repair(&site);
    }
    assert_eq!(admin.post("/assets", &laptop).await.status, 201);
}

#[tokio::test]
async fn names_are_not_worth_failing_for() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let account = AccountId::parse(&Person::viewer().account_id).unwrap();
    let tenant = app.tenant(&site).await.unwrap();
    app.inside().people.find_or_add(tenant, &account).await.unwrap();
    app.jira.fail(&site, "/rest/api/3/user", 500);
    let agent = app.caller(&site, &Person::agent().account_id);
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    let registered = agent.post("/assets", &laptop).await.body;
    let path = format!("/assets/{}", registered["id"].as_str().unwrap());
    let to = Person::viewer().account_id;
    let out = agent
        .post(&format!("{path}/check-out"), &json!({ "to": to }))
        .await;
    let holder = &out.body["holder"];
    assert_eq!(
        (&holder["accountId"], &holder["displayName"]),
        (&json!(to), &Value::Null)
    );
    let refused = agent.get_refused("/people?query=vic").await;
    assert_eq!(refused.status_and_code(), (503, "jira.unavailable"));
}

#[tokio::test]
async fn what_one_may_on_one_site_is_not_what_one_may_on_another() {
    let app = TestApp::start().await;
    let (acme, globex) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let person = |permissions| Person::new("712020:both", "Bo Both", permissions);
    app.jira.employ(&acme, person(&["ADMINISTER"]));
    app.jira.employ(&globex, person(&[]));
    let at = |site| app.caller(site, "712020:both");
    for _ in 0..2 {
        assert_eq!(at(&acme).get("/admin/installation").await.status, 200);
        let refused = at(&globex).get_refused("/admin/installation").await;
        assert_eq!(refused.status_and_code(), (403, "permission.denied"));
    }
}
