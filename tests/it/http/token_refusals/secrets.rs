//! With which of a site's secrets a token may be signed: the current one, the one before for a
//! while, one that came late, and one that another node has heard of and this one has not.

use chrono::Duration;
use rusqlite::Connection;
use serde_json::json;
use tally_domain::tenant::TenantEvent;
use tally_tests::app::{Caller, TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::Person;
use tally_tests::waiting::{TIMEOUT, eventually};

use super::{PAGE, explained};
use crate::http::elsewhere::{GRACE, install as install_elsewhere};

fn viewer(app: &TestApp, site: &Site) -> Caller {
    app.caller(site, &Person::viewer().account_id)
}

/// How a page and the API refuse who signs with the secret of `site`.
async fn refused(app: &TestApp, site: &Site) -> [(u16, String); 2] {
    let problem = viewer(app, site).get_refused("/me").await;
    let page = app.page(site, &Person::viewer().account_id, PAGE).await;
    [explained(page).await, (problem.status, problem.code)]
}

async fn accepted(app: &TestApp, site: &Site) -> bool {
    let page = app.page(site, &Person::viewer().account_id, PAGE).await;
    page.status() == 200 && viewer(app, site).get("/me").await.status == 200
}

fn both(status: u16, code: &str) -> [(u16, String); 2] {
    [(status, code.to_owned()), (status, code.to_owned())]
}

/// The standing of each secret by name, as the diagnosis shows it.
async fn standings(app: &TestApp, current: &Site) -> Vec<String> {
    let admin = app.caller(current, &Person::admin().account_id);
    let installation = admin.get("/admin/installation").await.body;
    let secrets = installation["secrets"].as_array().unwrap();
    secrets
        .iter()
        .map(|s| s["state"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_secret_before_is_accepted_for_its_grace_at_pages_and_at_the_api() {
    let app = TestApp::start().await;
    let before = app.installed_site("acme").await;
    let after = before.rotated();
    app.jira.know(&after);
    assert_eq!(app.install(&after).await.status(), 204);
    assert!(accepted(&app, &after).await && accepted(&app, &before).await);
    assert_eq!(standings(&app, &after).await, ["current", "previous"]);
}

#[tokio::test]
async fn after_its_grace_the_secret_before_is_named_as_superseded() {
    let app = TestApp::start().await;
    let before = app.installed_site("acme").await;
    let after = before.rotated();
    app.jira.know(&after);
    install_elsewhere(&app, &after).await;
    app.clock.advance(GRACE + Duration::seconds(1));
    assert!(accepted(&app, &after).await);
    assert_eq!(
        refused(&app, &before).await,
        both(401, "jwt.signature.matches_superseded_secret")
    );
    assert_eq!(standings(&app, &after).await, ["current", "superseded"]);
}

#[tokio::test]
async fn without_grace_the_secret_before_is_superseded_at_once_and_a_delayed_callback_does_not_bring_it_back()
{
    let app = TestApp::start_with([("previous_secret_grace_seconds", "0")]).await;
    let leaked = app.installed_site("acme").await;
    let after = leaked.rotated();
    app.jira.know(&after);
    assert_eq!(app.install(&after).await.status(), 204);
    let gone = both(401, "jwt.signature.matches_superseded_secret");
    assert_eq!(refused(&app, &leaked).await, gone);
    assert_eq!(late_install(&app, &leaked).await, 204);
    assert_eq!(refused(&app, &leaked).await, gone);
    assert!(accepted(&app, &after).await);
}

/// An `installed` of two minutes ago that arrives only now.
async fn late_install(app: &TestApp, site: &Site) -> u16 {
    let path = lifecycle_path("installed");
    let token = Token::lifecycle(&site.client_key, app.url(), &path).later(-120);
    let token = token.signed_by(InstallKey::platform());
    app.callback(&path, Some(&token), &site.installed())
        .await
        .status()
        .as_u16()
}

#[tokio::test]
async fn a_secret_that_came_late_is_a_candidate_until_the_platform_uses_it() {
    let app = TestApp::start().await;
    let current = app.installed_site("acme").await;
    let late = current.rotated();
    assert_eq!(late_install(&app, &late).await, 204);
    assert!(accepted(&app, &current).await);
    assert_eq!(standings(&app, &current).await, ["current", "candidate"]);
    app.jira.know(&late);
    assert_eq!(viewer(&app, &late).get("/me").await.status, 200);
    eventually("the candidate is current", || async {
        (standings(&app, &late).await == ["current", "previous"]).then_some(())
    })
    .await;
    let promoted = app.tenant_events(&current).await;
    let promotions = promoted
        .iter()
        .filter(|e| matches!(e.event, TenantEvent::CandidateSecretPromoted { .. }));
    assert_eq!(promotions.count(), 1);
    assert!(accepted(&app, &late).await && accepted(&app, &current).await);
}

#[tokio::test]
async fn a_candidate_that_is_never_used_ends_with_the_next_installation() {
    let app = TestApp::start().await;
    let first = app.installed_site("acme").await;
    let (late, next) = (first.rotated(), first.rotated());
    assert_eq!(late_install(&app, &late).await, 204);
    app.jira.know(&next);
    assert_eq!(app.install(&next).await.status(), 204);
    assert_eq!(
        refused(&app, &late).await,
        both(401, "jwt.signature.matches_superseded_secret")
    );
    assert!(accepted(&app, &next).await);
}

#[tokio::test]
async fn a_rotation_that_another_node_handled_counts_before_any_view_here_shows_it() {
    let app = TestApp::start().await;
    let before = app.installed_site("acme").await;
    let after = before.rotated();
    app.jira.know(&after);
    // While another connection writes to the views' file, the projector cannot.
    let views = Connection::open(app.data().join("views.db")).unwrap();
    views.busy_timeout(TIMEOUT).unwrap();
    views.execute_batch("BEGIN IMMEDIATE").unwrap();
    let shown = app.inside().projected.reached();
    install_elsewhere(&app, &after).await;
    assert!(accepted(&app, &after).await);
    let stranger = app.jira.site("globex");
    install_elsewhere(&app, &stranger).await;
    assert!(accepted(&app, &stranger).await);
    assert_eq!(app.inside().projected.reached(), shown);
    drop(views);
    let agent = app.caller(&after, &Person::agent().account_id);
    let laptop = json!({ "attributes": { "name": "Laptop" } });
    assert_eq!(agent.post("/assets", &laptop).await.status, 201);
}

#[tokio::test]
async fn jira_is_asked_with_the_secret_that_it_kept_when_our_answer_got_lost() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(app.install(&site.rotated()).await.status(), 204);
    let agent = app.caller(&site, &Person::agent().account_id);
    assert_eq!(agent.get("/me").await.body["role"], "agent");
}

#[tokio::test]
async fn jira_is_called_with_a_secret_that_another_node_received_during_the_request() {
    let app = TestApp::start().await;
    let before = app.installed_site("acme").await;
    let after = before.rotated();
    app.jira.know(&after);
    let views = Connection::open(app.data().join("views.db")).unwrap();
    views.busy_timeout(TIMEOUT).unwrap();
    views.execute_batch("BEGIN IMMEDIATE").unwrap();
    install_elsewhere(&app, &after).await;
    let agent = app.caller(&before, &Person::agent().account_id);
    assert_eq!(agent.get("/me").await.body["role"], "agent");
}

#[tokio::test]
async fn an_uninstalled_site_sees_a_page_that_says_so_and_finds_its_register_after_the_reinstallation() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let laptop = json!({ "tag": "LAP-1", "attributes": { "name": "Laptop" } });
    assert_eq!(agent.post("/assets", &laptop).await.status, 201);
    assert_eq!(app.uninstall(&site).await.status(), 204);
    assert_eq!(refused(&app, &site).await, both(403, "tenant.uninstalled"));
    let stranger = site.rotated();
    assert_eq!(refused(&app, &stranger).await, both(401, "jwt.signature_invalid"));
    let again = site.rotated();
    app.jira.know(&again);
    assert_eq!(app.install(&again).await.status(), 204);
    assert_eq!(
        viewer(&app, &again).get("/assets").await.body["items"][0]["tag"],
        "LAP-1"
    );
    assert_eq!(
        refused(&app, &site).await,
        both(401, "jwt.signature.matches_superseded_secret")
    );
}

#[tokio::test]
async fn a_site_whose_secrets_cannot_be_opened_is_answered_503_and_never_as_if_its_signature_were_bad() {
    let app = TestApp::start().await;
    let (used, unused) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    assert!(accepted(&app, &used).await);
    let keys = Connection::open(app.data().join("keys.db")).unwrap();
    keys.execute_batch("ALTER TABLE data_keys RENAME TO away")
        .unwrap();
    for answer in [
        refused(&app, &unused).await,
        refused(&app, &unused.rotated()).await,
    ] {
        assert_eq!(answer, both(503, "tenant.secrets_unavailable"));
    }
    assert_eq!(app.say(&unused, "disabled").await.status(), 503);
    assert!(accepted(&app, &used).await, "what was open stays in use");
    assert_eq!(
        refused(&app, &used.rotated()).await,
        both(401, "jwt.signature_invalid")
    );
    assert_eq!(app.install(&used.rotated()).await.status(), 503);
    assert_eq!(app.inside().directory.secrets.failing_sites(app.clock.now()), 1);
    keys.execute_batch("ALTER TABLE away RENAME TO data_keys")
        .unwrap();
    eventually("the key store is used again", || async {
        accepted(&app, &unused).await.then_some(())
    })
    .await;
    assert_eq!(app.inside().directory.secrets.failing_sites(app.clock.now()), 0);
}
