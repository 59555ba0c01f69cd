//! A log that loses its end while Tally runs.

use serde_json::{Value, json};
use tally_domain::{
    Actor, AnyEvent, CommandId, Context, EventId, Position, Recorded, StreamName, TenantId, Via,
};
use tally_server::log_check;
use tally_tests::app::TestApp;
use tally_tests::doubles::Person;
use uuid::Uuid;

/// An event that only the views have.
fn event_beyond(head: Position) -> Recorded<AnyEvent> {
    let tenant = TenantId(Uuid::new_v4());
    let command = CommandId(Uuid::new_v4());
    Recorded {
        id: EventId(Uuid::new_v4()),
        stream: StreamName::register(tenant),
        revision: 0,
        position: Position::single(head.commit + 1000),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        context: Context::new(Some(tenant), Actor::without_person(Via::App), command),
        event: AnyEvent::Unknown {
            event_type: "asset.later".to_owned(),
            schema: 1,
            payload: json!({}),
        },
    }
}

#[tokio::test]
async fn a_log_that_loses_its_end_takes_no_changes_and_readiness_names_both_positions() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let desk = json!({ "attributes": { "name": "Desk" } });
    assert_eq!(agent.post("/assets", &desk).await.status, 201);
    let inside = app.inside();
    let check =
        async |was_seen| log_check::check(&*inside.log, &inside.views, &inside.log_health, was_seen).await;
    assert!(!check(false).await);

    let head = inside.log.head().await.unwrap().unwrap();
    let beyond = event_beyond(head);
    inside.views.apply(std::slice::from_ref(&beyond)).unwrap();
    assert!(check(false).await);
    assert_eq!(inside.log_health.cause(), None, "once may be a server that lags");
    assert!(check(true).await);
    let refused = agent.post_refused("/assets", &desk).await;
    assert_eq!(refused.status_and_code(), (503, "log.shorter"));
    let ready = reqwest::get(format!("{}/readyz", app.url())).await.unwrap();
    assert_eq!(ready.status().as_u16(), 503);
    let said: Value = ready.json().await.unwrap();
    let cause = said["log"]["cause"].as_str().unwrap();
    for position in [head, beyond.position] {
        assert!(cause.contains(&position.to_string()), "{cause}");
    }
}
