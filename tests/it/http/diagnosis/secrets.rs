//! D1, D2, D4: the platform and Tally hold different secrets. D31: Tally's do not open.

use chrono::Duration;
use rusqlite::Connection;
use tally_diagnosis::Likelihood::{Certain, Likely};
use tally_tests::app::TestApp;
use tally_tests::doubles::Mood;
use tally_tests::waiting::eventually;

use super::{agent, diagnosed, first, found, noted_failing, page, well};
use crate::http::elsewhere::{GRACE, install as install_elsewhere};
use crate::http::lock_writes;

#[tokio::test]
async fn d1_a_callback_that_was_swallowed() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(page(&app, &site).await, 200);
    well(&app, &site).await;
    let rotated = site.rotated();
    for _ in 0..3 {
        assert_eq!(page(&app, &rotated).await, 401);
    }
    first(&app, &rotated, "D1", Certain).await;
    assert_eq!(app.install(&rotated).await.status(), 204);
    assert_eq!(page(&app, &rotated).await, 200);
    well(&app, &rotated).await;
}

#[tokio::test]
async fn d1_a_first_installation_that_was_swallowed() {
    let app = TestApp::start().await;
    app.installed_site("globex").await;
    let site = app.jira.site("acme");
    assert_eq!(page(&app, &site).await, 401);
    first(&app, &site, "D1", Certain).await;
}

#[tokio::test]
async fn d1_a_reinstallation_that_was_swallowed() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    assert_eq!(app.uninstall(&site).await.status(), 204);
    assert_eq!(page(&app, &site).await, 403);
    well(&app, &site).await;
    let again = site.rotated();
    assert_eq!(page(&app, &again).await, 401);
    first(&app, &again, "D1", Certain).await;
    assert_eq!(app.install(&again).await.status(), 204);
    well(&app, &again).await;
}

#[tokio::test]
async fn d1_says_how_many_others_fail_to_the_operator_only() {
    let app = TestApp::start().await;
    for name in ["acme", "globex", "initech"] {
        let site = app.installed_site(name).await;
        noted_failing(&app, app.tenant(&site).await.unwrap()).await;
    }
    let site = app.installed_site("umbrella").await;
    assert_eq!(page(&app, &site.rotated()).await, 401);
    let diagnosis = diagnosed(&app, &site.client_key).await.unwrap();
    let finding = &diagnosis.findings[0];
    assert!(
        finding.internal.concat().contains('3') && finding.why.concat().contains("once"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn d2_a_callback_that_could_not_be_stored() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let rotated = site.rotated();
    let full = lock_writes(&app.data().join("events.db"));
    assert_eq!(app.install(&rotated).await.status(), 503);
    assert_eq!(page(&app, &rotated).await, 401);
    first(&app, &rotated, "D2", Certain).await;
    drop(full);
    assert_eq!(app.install(&rotated).await.status(), 204);
    well(&app, &rotated).await;
}

#[tokio::test]
async fn d2_an_answer_that_never_arrived_so_that_jira_keeps_a_replaced_secret() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let position = install_elsewhere(&app, &site.rotated()).await;
    app.inside().projected.wait_for(None, position).await.unwrap();
    app.clock.advance(GRACE + Duration::seconds(1));
    assert_eq!(page(&app, &site).await, 401);
    first(&app, &site, "D2", Certain).await;
}

#[tokio::test]
async fn d2_comes_second_to_what_kept_the_callback_from_being_verified() {
    let app = TestApp::start().await;
    app.keys.feel(Mood::Down);
    let site = app.jira.site("acme");
    assert_eq!(app.install(&site).await.status(), 503);
    app.keys.feel(Mood::Well);
    assert_eq!(app.install(&site).await.status(), 204);
    let app = app.restart().await;
    app.keys.feel(Mood::Down);
    let rotated = site.rotated();
    assert_eq!(app.install(&rotated).await.status(), 503);
    assert_eq!(page(&app, &rotated).await, 401);
    first(&app, &rotated, "D13", Certain).await;
    let entries = found(&app, &rotated).await;
    assert_eq!(entries[1], ("D2".to_owned(), Likely), "{entries:?}");
}

#[tokio::test]
async fn d4_jira_does_not_take_our_calls_though_we_take_its() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    // Jira has a newer secret, of which nothing was heard; the page was opened before.
    let rotated = site.rotated();
    app.jira.know(&rotated);
    let refused = agent(&app, &site).get_refused("/people?query=ada").await;
    assert_eq!(refused.status_and_code(), (503, "permission.check_unavailable"));
    first(&app, &site, "D4", Certain).await;
    assert_eq!(app.install(&rotated).await.status(), 204);
    assert_eq!(agent(&app, &rotated).get("/people?query=ada").await.status, 200);
    well(&app, &rotated).await;
}

#[tokio::test]
async fn d31_secrets_that_do_not_open_as_long_as_the_key_store_is_away() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let keys = Connection::open(app.data().join("keys.db")).unwrap();
    keys.execute_batch("ALTER TABLE data_keys RENAME TO away")
        .unwrap();
    assert_eq!(page(&app, &site).await, 503);
    first(&app, &site, "D31", Certain).await;
    keys.execute_batch("ALTER TABLE away RENAME TO data_keys")
        .unwrap();
    eventually("the key store is used again", || async {
        (page(&app, &site).await == 200).then_some(())
    })
    .await;
    well(&app, &site).await;
}
