//! Who sees which part of a diagnosis.

use serde_json::json;
use tally_diagnosis::{SiteDiagnosis, gather, print};
use tally_tests::app::TestApp;
use tally_tests::doubles::Person;
use tally_view_store::ViewStore;

use super::{agent, diagnosed, noted_failing, page};

#[tokio::test]
async fn the_admin_sees_the_evidence_and_the_remedy_for_admins() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    app.jira.fail(&site, "/rest/api/3/user/search", 429);
    agent(&app, &site).get_refused("/people?query=ada").await;
    let admin = app.caller(&site, &Person::admin().account_id);
    app.jira.repair(&site);
    assert_eq!(
        admin.get("/admin/diagnosis").await.body["findings"],
        json!([]),
        "asking for the right is an answer"
    );
    app.jira.fail(&site, "/rest/api/3/user/search", 429);
    agent(&app, &site).get_refused("/people?query=ada").await;
    let diagnosis = admin.get("/admin/diagnosis").await.body;
    let finding = &diagnosis["findings"][0];
    assert_eq!(
        (&finding["entry"], &finding["likelihood"]),
        (&json!("D26"), &json!("certain"))
    );
    for part in ["symptom", "cause", "remedy"] {
        assert!(
            finding[part].as_str().is_some_and(|text| text.len() > 10),
            "{part}"
        );
    }
    assert!(finding["why"][0].as_str().unwrap().contains("429"));
    let operators = diagnosed(&app, &site.client_key)
        .await
        .unwrap()
        .findings
        .remove(0);
    assert!(!diagnosis.to_string().contains(&operators.operator_remedy));
}

#[tokio::test]
async fn only_an_admin_sees_the_diagnosis() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    for person in [Person::viewer(), Person::agent()] {
        let refused = app
            .caller(&site, &person.account_id)
            .get_refused("/admin/diagnosis")
            .await;
        assert_eq!(refused.status_and_code(), (403, "permission.denied"));
    }
}

#[tokio::test]
async fn a_site_is_found_by_id_client_key_and_address_and_no_other_is() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let id = app.tenant(&site).await.unwrap().to_string();
    for name in [
        &id,
        &site.client_key,
        &site.base_url,
        &format!("{}/", site.base_url),
    ] {
        let diagnosis = diagnosed(&app, name).await.unwrap();
        assert_eq!(diagnosis.tenant.as_ref(), Some(&id), "{name}");
    }
    for name in ["", "nobody", "https://nobody.example.com"] {
        assert_eq!(diagnosed(&app, name).await, None, "{name}");
    }
}

#[tokio::test]
async fn no_secret_and_no_token_is_in_any_diagnosis() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let rotated = site.rotated();
    assert_eq!(page(&app, &rotated).await, 401);
    let diagnosis = serde_json::to_string(&diagnosed(&app, &site.client_key).await).unwrap();
    for secret in [site.secret.as_str(), &rotated.secret, "eyJ"] {
        assert!(!diagnosis.contains(secret));
    }
}

#[tokio::test]
async fn without_a_server_the_views_tell_what_the_log_has_and_say_what_is_missing() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    noted_failing(&app, app.tenant(&site).await.unwrap()).await;
    let views =
        ViewStore::open_read_only(&app.data().join("views.db"), &tally_server::views::all_views()).unwrap();
    let subject = gather::find_subject(&views, None, &site.client_key)
        .unwrap()
        .unwrap();
    let served = tally_server::operator::served_release(&app.inside().config);
    let evidence = gather::gather(&views, None, &subject, (&served, app.clock.now())).unwrap();
    let diagnosis = SiteDiagnosis::new(&subject, &evidence);
    assert_eq!(
        (diagnosis.findings.len(), diagnosis.findings[0].entry.as_str()),
        (1, "D1")
    );
    let text = print::diagnosis_text(&diagnosis);
    assert!(text.contains("no server answered"), "{text}");
    assert!(text.contains("D1 (certain)"), "{text}");
}

#[tokio::test]
async fn the_operators_listener_shows_it_as_json_and_on_the_sites_page() {
    let app = TestApp::start_with_operators(&[]).await;
    let site = app.installed_site("acme").await;
    assert_eq!(page(&app, &site.rotated()).await, 401);
    let get = |path: String| app.client().get(format!("{}{path}", app.ops_url())).send();
    let diagnosis = get(format!("/ops/api/tenants/{}/diagnosis", site.client_key))
        .await
        .unwrap();
    let diagnosis: SiteDiagnosis = diagnosis.json().await.unwrap();
    assert_eq!(diagnosis.findings[0].entry, "D1");
    let shown = get(format!("/ops/tenants/{}", diagnosis.tenant.unwrap()))
        .await
        .unwrap();
    assert!(
        shown
            .text()
            .await
            .unwrap()
            .contains(&diagnosis.findings[0].symptom)
    );
    let unknown = get("/ops/api/tenants/nobody/diagnosis".to_owned()).await.unwrap();
    assert_eq!(unknown.status(), 404);
}
