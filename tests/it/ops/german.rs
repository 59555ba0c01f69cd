//! The operator's pages for a browser in German.

use serde_json::json;
use tally_operator::commands::alarms;
use tally_operator::domain::alarm::Firing;
use tally_tests::app::TestApp;

use super::{Operator, fails, german_page};

/// English words of the pages. None may be left on a German one.
const ENGLISH: [&str; 10] = [
    "Overview",
    "Tenants failing",
    "Incidents",
    "What to do",
    "Fingerprint",
    "Log in",
    "Propose",
    "Reason",
    "Back to",
    "none ",
];

fn assert_german(shown: &str, said: &[&str]) {
    assert!(shown.contains("<html lang=\"de\">"), "{shown}");
    for part in said {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    let (_, body) = shown.split_once("<body>").unwrap();
    for word in ENGLISH {
        assert!(!body.contains(word), "{word} in {body}");
    }
}

#[tokio::test]
async fn an_empty_overview_says_in_german_what_its_emptiness_means() {
    let app = TestApp::start_with_operators(&[]).await;
    let shown = german_page(&app, "/ops").await;
    assert_german(
        &shown,
        &[
            "<h1>Übersicht</h1>",
            "Kein Alarm ist ausgelöst, und kein Mandant ist ausgefallen.",
            "Jedes Signal ist unter seinem Schwellwert",
            "Kein Release ist in Bewährung",
            "Keine Störung ist offen",
            "Keine Site wartet",
        ],
    );
    let form = german_page(&app, "/ops/incidents/new").await;
    assert_german(&form, &["Störung vorschlagen", "Asset-Bestand", "Vorschlagen"]);
}

#[tokio::test]
async fn alarms_tenants_releases_and_incidents_are_in_german() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    let tenant = fails(&app, &site).await;
    let firing = Firing {
        alarm: "TenantsFailing".to_owned(),
        since: app.clock.now(),
        value: 1234.0,
        limit: 3.0,
        tenants: vec![tenant],
    };
    let done = alarms::record_firing(&*app.inside().log, &firing).await;
    let position = done.unwrap().unwrap().position;
    app.inside().projected.wait_for(None, position).await.unwrap();
    let operator = Operator(&app);
    operator.post("/releases", &json!({ "version": "1.2.3" })).await;
    let incident = operator
        .incident("Tally does not open on some sites", &[&site])
        .await;
    assert_german(
        &german_page(&app, "/ops").await,
        &[
            "Ausgelöste Alarme: 1. Ausgefallene Mandanten: 1.",
            "kritisch",
            "Kein Schlüssel, den Tally hat, bestätigt die Anfragen",
            "Gemessen: 1.234, Alarm ab 3.",
            "Halten Sie das Ausrollen an.",
            "Die Signatur des Tokens passt zu keinem Schlüssel, den Tally akzeptiert.",
            "Noch keine Prüfung hat sich gemeldet.",
            "1.2.3 freigeben",
            "Tally öffnet sich auf einigen Sites nicht",
            "1 Mandant, davon 0 repariert",
        ],
    );
    assert_german(
        &german_page(&app, &format!("/ops/tenants/{tenant}")).await,
        &[
            "Die Anfragen werden abgelehnt seit",
            "Anfragen, die kein Schlüssel dieser Site bestätigt, kamen 7-mal zwischen ",
            "Fingerabdruck",
            "aktuell",
            "angenommen",
            "hat Tally mit dem Schlüssel",
            "noch nicht beendet",
        ],
    );
    assert_german(
        &german_page(&app, &format!("/ops/incidents/{incident}")).await,
        &[
            "vorgeschlagen",
            "durch den Betreiber",
            "Bestätigen: öffentlich machen",
            "wartet auf den Administrator",
        ],
    );
    assert_german(
        &german_page(&app, "/ops/releases/1.2.3").await,
        &["zählt nicht", "0 Sek. von 1 Tg. bewährt.", "1.2.3 abbrechen"],
    );
}

#[tokio::test]
async fn refusals_and_the_login_are_in_german() {
    let token = ("ops_token", "a token of sufficient length");
    let app = TestApp::start_with_operators(&[]).await;
    assert_german(
        &german_page(&app, "/ops/releases/9").await,
        &[
            "Die Anfrage wurde abgelehnt",
            "release.not_found",
            "Zurück zur Übersicht",
        ],
    );
    let app = TestApp::start_with_operators(&[token]).await;
    assert_german(
        &german_page(&app, "/ops").await,
        &[
            "Betrieb von Tally",
            "Dafür ist das Token des Betreibers nötig.",
            "Anmelden",
        ],
    );
    assert_german(
        &german_page(&app, "/ops/login").await,
        &["Das Token des laufenden Servers"],
    );
}
