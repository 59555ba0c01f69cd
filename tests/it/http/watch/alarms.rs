//! From requests that fail to people who know.

use serde_json::{Value, json};
use tally_domain::Via;
use tally_operator::commands::releases;
use tally_operator::domain::alarm::AlarmEvent;
use tally_operator::domain::health::HealthEvent;
use tally_operator::domain::release::{ReleaseCommand, ReleaseVersion};
use tally_operator::views::{HealthList, IncidentList, ReleaseList};
use tally_tests::app::TestApp;
use tally_tests::connect::{Site, Token};
use tally_tests::doubles::{Hook, MailServer};
use tally_tests::waiting::eventually;

use super::{ACCOUNT, FAILING_AFTER, PAGE, quick, sites_with_lost_secrets};

async fn messages(hook: &Hook, count: usize) -> Vec<Value> {
    eventually("a message arrives", || async {
        Some(hook.taken()).filter(|taken| taken.len() >= count)
    })
    .await
}

/// A page of each site is refused, and none verifies for as long as makes the site count as failing.
async fn all_pages_fail(app: &TestApp, sites: &[Site]) {
    for site in sites {
        let page = app.page(site, ACCOUNT, PAGE).await;
        assert_eq!(page.status(), 401);
        assert!(page.text().await.unwrap().contains("jwt.signature_invalid"));
    }
    app.clock.advance(FAILING_AFTER);
}

#[tokio::test]
async fn secrets_that_never_arrive_fire_one_alarm_even_over_a_restart_and_admins_end_it() {
    let (hook, slack, mail) = (Hook::start(), Hook::start(), MailServer::start());
    // A webhook that is down at first gets the message all the same.
    hook.refuse(1);
    let app = quick([
        ("notify_webhook_url", hook.url().as_str()),
        ("notify_slack_url", &slack.url()),
        ("notify_smtp_url", &mail.url()),
        ("notify_email_from", "Tally <tally@vendor.example>"),
        ("notify_email_to", "one@vendor.example, two@vendor.example"),
    ])
    .await;
    let sites = sites_with_lost_secrets(&app, 3).await;
    let bystander = app.installed_site("bystander").await;
    all_pages_fail(&app, &sites).await;

    let first = messages(&hook, 1).await.remove(0);
    assert_eq!(
        (
            &first["alarm"],
            &first["status"],
            &first["repeated"],
            &first["tenantCount"]
        ),
        (
            &json!("TenantsFailing"),
            &json!("firing"),
            &json!(false),
            &json!(3)
        )
    );
    assert_eq!(first["sites"].as_array().unwrap().len(), 3);
    assert_eq!(first["runbook"], "docs/runbook.md#tenantsfailing");
    let text = messages(&slack, 1).await.remove(0)["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.starts_with("*FIRING TenantsFailing (critical)"), "{text}");
    let letter = eventually("mail comes", || async { mail.taken().first().cloned() }).await;
    assert_eq!(letter.from, "tally@vendor.example");
    assert_eq!(letter.to, ["one@vendor.example", "two@vendor.example"]);
    assert!(
        letter.text.contains("Subject: [Tally] FIRING TenantsFailing"),
        "{letter:?}"
    );

    let noted = eventually("it is written down", || async {
        let events = app.health_events(&sites[2]).await;
        events.first().cloned()
    })
    .await;
    let HealthEvent::Failing { failure } = noted else {
        panic!("{noted:?}");
    };
    assert_eq!(
        (failure.code.as_str(), failure.refusals),
        ("jwt.signature_invalid", 1)
    );
    assert_eq!(app.health_events(&bystander).await, []);
    let fired = eventually("the alarm is written down", || async {
        app.alarm_events("TenantsFailing").await.pop()
    })
    .await;
    assert!(matches!(fired, AlarmEvent::Fired { firing } if firing.tenants.len() == 3));

    let app = app.restart().await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(app.inside().watchtower.signals().tenants_failing, 3);
    assert_eq!(
        (hook.taken().len(), slack.taken().len(), mail.taken().len()),
        (1, 1, 1)
    );

    for site in &sites {
        assert_eq!(app.install(site).await.status(), 204);
        assert_eq!(app.page(site, ACCOUNT, PAGE).await.status(), 200);
    }
    let last = messages(&hook, 2).await.remove(1);
    assert_eq!(
        (&last["status"], &last["alarm"]),
        (&json!("resolved"), &json!("TenantsFailing"))
    );
    let events = eventually("the end is written down", || async {
        let events = app.alarm_events("TenantsFailing").await;
        (events.len() == 2).then_some(events)
    })
    .await;
    assert!(matches!(events[1], AlarmEvent::Resolved { .. }));
    for site in &sites {
        let events = app.health_events(site).await;
        assert!(matches!(
            events[..],
            [HealthEvent::Failing { .. }, HealthEvent::Recovered { .. }]
        ));
    }
}

#[tokio::test]
async fn an_alarm_proposes_an_incident_that_grows_and_fails_the_release_that_bakes() {
    let app = quick([("alarm_least_tenants", "2")]).await;
    let version = ReleaseVersion::parse("9.9.9").unwrap();
    let stage = ReleaseCommand::Stage {
        version: version.clone(),
        bake_seconds: 60,
        descriptor_sha256: None,
    };
    let log = app.inside().log.clone();
    let staged = releases::carry_out(&*log, &version, &stage, Via::Operator, app.clock.now()).await;
    let at = staged.unwrap().unwrap().position;
    app.inside().projected.wait_for(None, at).await.unwrap();
    let views = app.inside().views.clone();
    let open_incidents = || async { IncidentList::of(&views).open_of_alarm("TenantsFailing").unwrap() };

    let sites = sites_with_lost_secrets(&app, 3).await;
    all_pages_fail(&app, &sites[..2]).await;
    let incident = eventually("it is proposed", open_incidents).await;
    assert_eq!((incident.affected, incident.confirmed_at), (2, None));
    let release = eventually("the release failed", || async {
        let release = ReleaseList::of(&views).by_version(&version).unwrap().unwrap();
        release.end.map(|_| release)
    })
    .await;
    assert_eq!(release.state(), "failed");

    all_pages_fail(&app, &sites[2..]).await;
    let grown = || async { open_incidents().await.filter(|incident| incident.affected == 3) };
    assert_eq!(eventually("it grows", grown).await.id, incident.id);
    let tenant = app.tenant(&sites[0]).await.unwrap();
    assert_eq!(
        HealthList::of(&views).find_failing(tenant).unwrap().unwrap().code,
        "jwt.signature_invalid"
    );
}

#[tokio::test]
async fn a_failing_site_that_uninstalls_is_noted_as_gone() {
    let app = quick([]).await;
    let sites = sites_with_lost_secrets(&app, 1).await;
    all_pages_fail(&app, &sites).await;
    eventually("it fails", || async { app.health_events(&sites[0]).await.pop() }).await;
    assert_eq!(app.uninstall(&sites[0]).await.status(), 204);
    let events = eventually("it left", || async {
        let events = app.health_events(&sites[0]).await;
        (events.len() == 2).then_some(events)
    })
    .await;
    assert!(matches!(events[1], HealthEvent::Left { .. }));
}

/// What forgers, scanners and old links send is no sign that a tenant fails.
#[tokio::test]
async fn what_is_wrong_in_more_than_its_signature_makes_no_tenant_fail() {
    let app = quick([]).await;
    let site = app.installed_site("acme").await;
    let tenant = app.tenant(&site).await.unwrap();
    let page = |token: Token| {
        app.client().get(format!(
            "{}{PAGE}?jwt={}",
            app.url(),
            token.signed_with("guessed")
        ))
    };
    let stale = Token::request(&site.client_key, "GET", PAGE).later(-3600);
    let elsewhere = Token::request(&site.client_key, "GET", "/pages/other");
    let stranger = Token::request("nobody-s-key", "GET", PAGE);
    for token in [stale, elsewhere, stranger] {
        assert_eq!(page(token).send().await.unwrap().status(), 401);
    }
    let health = app.inside().observations.health.of(tenant);
    assert_eq!((health.trouble.refused, health.trouble.turned_away), (None, None));

    let right_but_for_its_signature = Token::request(&site.client_key, "GET", PAGE);
    assert_eq!(
        page(right_but_for_its_signature).send().await.unwrap().status(),
        401
    );
    let refused = app
        .inside()
        .observations
        .health
        .of(tenant)
        .trouble
        .refused
        .unwrap();
    assert_eq!(
        (refused.count, refused.code.as_str()),
        (1, "jwt.signature_invalid")
    );

    // And whatever it was, a request that verifies ends it.
    assert_eq!(app.page(&site, ACCOUNT, PAGE).await.status(), 200);
    let health = app.inside().observations.health.of(tenant);
    assert_eq!(health.trouble.refused, None);
    assert!(health.last_page.is_some() && health.last_good.is_some() && health.last_call.is_none());
}

#[tokio::test]
async fn the_sites_own_requests_out_of_time_are_counted_apart() {
    let app = quick([]).await;
    let site = app.installed_site("acme").await;
    let tenant = app.tenant(&site).await.unwrap();
    let token = Token::request(&site.client_key, "GET", PAGE)
        .later(-3600)
        .signed_with(&site.secret);
    let answer = app
        .client()
        .get(format!("{}{PAGE}?jwt={token}", app.url()))
        .send();
    assert_eq!(answer.await.unwrap().status(), 401);
    let trouble = app.inside().observations.health.of(tenant).trouble;
    assert_eq!(
        (trouble.refused, trouble.turned_away.unwrap().code.as_str()),
        (None, "jwt.expired")
    );
}

#[tokio::test]
async fn the_numbers_are_published_with_what_they_say() {
    let app = quick([]).await;
    let text = eventually("the first look is published", || async {
        let metrics = app
            .client()
            .get(format!("{}/metrics", app.url()))
            .send()
            .await
            .unwrap();
        Some(metrics.text().await.unwrap()).filter(|text| text.contains("\ntally_tenants_failing "))
    })
    .await;
    for gauge in [
        "tally_tenants_installed",
        "tally_tenants_on_previous_secret",
        "tally_alarm_tenants_limit",
        "tally_views_stopped",
        "tally_log_unavailable",
        "tally_watch_looked_at_seconds",
    ] {
        assert!(text.contains(&format!("# HELP {gauge} ")), "{gauge}");
        assert!(text.contains(&format!("\n{gauge} ")), "{gauge}");
    }
    assert!(text.contains("tally_alarm_firing{alarm=\"TenantsFailing\"}"));
}
