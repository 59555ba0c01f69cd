//! What the API says of the caller, of people and of the site, and in which order it refuses.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tally_tests::app::TestApp;
use tally_tests::connect::Site;
use tally_tests::doubles::Person;

const CHECK: &str = "/rest/api/3/permissions/check";

#[tokio::test]
async fn people_read_who_they_are_and_find_others() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let tenant = app.tenant(&site).await.unwrap();
    app.jira.employ(
        &site,
        Person::new("712020:gone", "Gil Gone Agent", &[]).inactive(),
    );
    for (person, role, rights) in [
        (Person::admin(), "admin", 4),
        (Person::agent(), "agent", 3),
        (Person::viewer(), "viewer", 1),
    ] {
        let me = app.caller(&site, &person.account_id).get("/me").await.body;
        assert_eq!(me["role"], role);
        assert_eq!(me["can"].as_array().unwrap().len(), rights, "{role}");
        assert_eq!(me["displayName"], person.display_name);
        assert_eq!(me["site"]["tenantId"], json!(tenant.0));
    }
    for person in [Person::viewer(), Person::new("712020:nobody", "Nobody", &[])] {
        let caller = app.caller(&site, &person.account_id);
        let refused = caller.get_refused("/people?query=agent").await;
        assert_eq!(refused.status_and_code(), (403, "permission.denied"));
    }
    let agent = app.caller(&site, &Person::agent().account_id);
    let found = agent.get("/people?query=agent").await.body;
    let found = found["items"].as_array().unwrap();
    let accounts: Vec<&Value> = found.iter().map(|person| &person["accountId"]).collect();
    assert_eq!(accounts, ["712020:agent"], "a person who left is not offered");
    let none = agent.get("/people?query=").await.body;
    assert_eq!(none, json!({ "items": [] }));
}

#[tokio::test]
async fn a_caller_whose_role_is_unknown_has_the_rights_of_a_viewer() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    app.jira.fail(&site, CHECK, 502);
    let me = app
        .caller(&site, &Person::admin().account_id)
        .get("/me")
        .await
        .body;
    assert_eq!((&me["role"], &me["can"]), (&Value::Null, &json!(["asset.read"])));
    assert_eq!(me["jiraAnswers"], false);
}

#[tokio::test]
async fn while_jira_does_not_answer_a_caller_keeps_the_role_that_it_gave_last_for_an_hour() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let role = async || {
        let me = agent.get("/me").await.body;
        (me["role"].clone(), me["jiraAnswers"].clone())
    };
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    assert_eq!(role().await, (json!("agent"), json!(true)));
    for status in [429, 500, 503] {
        app.jira.fail(&site, CHECK, status);
        app.clock.advance(TimeDelta::seconds(90));
        assert_eq!(role().await, (json!("agent"), json!(false)), "{status}");
        agent.post("/assets", &laptop).await;
        app.jira.repair(&site);
        app.clock.advance(TimeDelta::seconds(16));
        assert_eq!(role().await, (json!("agent"), json!(true)), "{status}");
    }
    // An answer that denies the question is none that could be late.
    app.jira.fail(&site, CHECK, 403);
    app.clock.advance(TimeDelta::seconds(90));
    assert_eq!(role().await, (Value::Null, json!(false)));
    app.jira.repair(&site);
    assert_eq!(role().await, (json!("agent"), json!(true)));
    app.jira.fail(&site, CHECK, 503);
    app.clock.advance(TimeDelta::seconds(3601));
    assert_eq!(role().await, (Value::Null, json!(false)));
    let refused = agent.post_refused("/assets", &laptop).await;
    assert_eq!(refused.status_and_code(), (503, "permission.check_unavailable"));
}

#[tokio::test]
async fn admins_see_the_state_of_the_installation() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let admin = app.caller(&site, &Person::admin().account_id);
    let installation = admin.get("/admin/installation").await.body;
    let tenant = &installation["tenant"];
    assert_eq!(
        (&tenant["clientKey"], &tenant["status"]),
        (&json!(site.client_key), &json!("installed"))
    );
    let secret = &installation["secrets"][0];
    assert_eq!(secret["state"], "current");
    let was_used = secret["uses"].as_u64().unwrap() > 0 && secret["lastUsedAt"].is_string();
    assert!(was_used, "{secret}");
    let timeline = admin.get("/admin/timeline").await.body;
    let first = &timeline["items"][0];
    assert_eq!(
        (&first["type"], &first["fingerprint"]),
        (&json!("tenant.installed"), &secret["fingerprint"])
    );
    let log = admin.get("/admin/install-log?limit=5").await.body;
    let first = &log["items"][0];
    assert_eq!(
        (&first["callback"], &first["outcome"]),
        (&json!("installed"), &json!("accepted"))
    );
}

/// Every command, and a body that none of them takes.
async fn refuse_all(app: &TestApp, site: &Site, expected: (u16, &str)) {
    let viewer = app.caller(site, &Person::viewer().account_id);
    let asset = format!("/assets/{}", uuid::Uuid::nil());
    let mut paths = vec![
        "/assets".to_owned(),
        "/imports?nonsense=1".to_owned(),
        "/imports/x/cancel".to_owned(),
    ];
    for command in [
        "check-out",
        "check-in",
        "transfer",
        "retire",
        "restore",
        "correct",
        "withdraw",
    ] {
        paths.push(format!("{asset}/{command}"));
    }
    for path in paths {
        let problem = viewer.post_refused(&path, &json!({ "nonsense": true })).await;
        assert_eq!(problem.status_and_code(), expected, "{path}");
    }
}

#[tokio::test]
async fn the_right_to_a_command_is_checked_before_the_command_is_read() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    refuse_all(&app, &site, (403, "permission.denied")).await;
    let other = app.installed_site("globex").await;
    app.jira.fail(&other, CHECK, 502);
    refuse_all(&app, &other, (503, "permission.check_unavailable")).await;
}

#[tokio::test]
async fn a_request_with_a_wrong_parameter_is_refused_and_the_parameter_named() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    for (path, field) in [
        ("/assets/count?limit=5", "limit"),
        ("/assets/facets?holder=two%20words", "holder"),
        ("/imports?state=running", "state"),
        ("/people?limit=51", "limit"),
        ("/me?x=1", "x"),
    ] {
        let problem = agent.get_refused(path).await;
        assert_eq!(problem.status_and_code(), (400, "request.malformed"), "{path}");
        assert_eq!(problem.body["field"], field, "{path}");
        let detail = problem.body["detail"].as_str().unwrap();
        assert!(detail.contains(field), "{path}: {detail}");
    }
    let long = agent.get_refused(&format!("/assets?q={}", "x".repeat(501))).await;
    assert_eq!(long.status_and_code(), (400, "request.malformed"));
}
