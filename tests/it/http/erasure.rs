//! What is left after an erasure: nothing of what was erased, and everything else.

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tally_commands::erasure::{erase_tenant, release_client_keys};
use tally_domain::{AccountId, ClientKey, PersonId, TenantId};
use tally_server::views;
use tally_tests::app::{Caller, TestApp};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::http::Problem;
use tally_tests::waiting::eventually;

/// The id of a site's tenant.
fn tenant_of(app: &TestApp, site: &Site) -> Option<TenantId> {
    let key = ClientKey::parse(&site.client_key).unwrap();
    app.inside().directory.find(&key.into()).map(|known| known.tenant)
}

async fn person_of(app: &TestApp, tenant: TenantId, person: &Person) -> Option<PersonId> {
    let account = AccountId::parse(&person.account_id).unwrap();
    app.inside().vault.find_person(tenant, &account).await.unwrap()
}

/// Everything that a person can read of an asset and of the register, in one text.
async fn read_everything(reader: &Caller, asset: &str) -> String {
    let mut said = String::new();
    for path in [
        "/assets?limit=100",
        &format!("/assets/{asset}"),
        &format!("/assets/{asset}/history"),
    ] {
        said.push_str(&reader.get(path).await.body.to_string());
    }
    said
}

/// Registers an asset and hands it to the viewer.
async fn hand_out(agent: &Caller, tag: &str) -> String {
    let laptop = json!({ "tag": tag, "attributes": { "name": "Laptop" } });
    let registered = agent.post("/assets", &laptop).await;
    let id = registered.body["id"].as_str().unwrap().to_owned();
    let to = json!({ "to": Person::viewer().account_id });
    agent.post(&format!("/assets/{id}/check-out"), &to).await;
    id
}

/// No table of any view has a row of the tenant.
fn assert_no_row_of(app: &TestApp, tenant: TenantId) {
    let views = Connection::open(app.data().join("views.db")).unwrap();
    let sql = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
               WHERE m.type = 'table' AND c.name = 'tenant_id'";
    let mut statement = views.prepare(sql).unwrap();
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let tables: Vec<String> = tables.collect::<Result<_, _>>().unwrap();
    assert!(tables.len() > 7, "{tables:?}");
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = ?1");
        let rows = views.query_row(&sql, [tenant.to_string()], |row| row.get::<_, i64>(0));
        assert_eq!(rows.unwrap(), 0, "{table}");
    }
}

/// No byte of `text` is left in the file of the views, nor in its write-ahead log.
async fn await_no_trace(app: &TestApp, text: &str) {
    eventually("the text is gone from the files", async || {
        let files = ["views.db", "views.db-wal"].map(|name| std::fs::read(app.data().join(name)).unwrap());
        let has_text = |file: &Vec<u8>| file.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        (!files.iter().any(has_text)).then_some(())
    })
    .await;
}

/// The views rebuilt from the log are the ones that are there.
async fn assert_rebuild_differs_nowhere(app: &TestApp) {
    let inside = app.inside();
    let head = inside.log.head().await.unwrap().unwrap();
    inside.projected.wait_for(None, head).await.unwrap();
    let swapped = views::rebuild(&*inside.log, &inside.views, |_, _| {})
        .await
        .unwrap();
    assert!(swapped.differing.is_empty(), "{:?}", swapped.differing);
}

#[tokio::test]
async fn an_erased_person_is_shown_nowhere_and_everything_else_goes_on() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let (agent, viewer) = (Person::agent(), Person::viewer());
    let caller = app.caller(&site, &agent.account_id);
    let asset = hand_out(&caller, "LAP-1").await;
    let viewers = app.caller(&site, &viewer.account_id);
    assert_eq!(viewers.get("/me").await.status, 200, "Jira gives the name");
    assert!(
        read_everything(&caller, &asset)
            .await
            .contains(&viewer.account_id)
    );
    let tenant = tenant_of(&app, &site).unwrap();
    let person = person_of(&app, tenant, &viewer).await.unwrap();
    for _ in 0..2 {
        app.inside().people.erase(tenant, person).await.unwrap();
    }
    let gone = async || {
        let said = read_everything(&caller, &asset).await;
        (!said.contains(&viewer.account_id) && !said.contains(&viewer.display_name)).then_some(())
    };
    eventually("account and name are gone", gone).await;
    assert!(read_everything(&caller, &asset).await.contains(&agent.account_id));
    await_no_trace(&app, &viewer.account_id).await;
    await_no_trace(&app, &viewer.display_name).await;
    assert_rebuild_differs_nowhere(&app).await;
    assert!(gone().await.is_some(), "also after a rebuild");

    caller
        .post(&format!("/assets/{asset}/check-in"), &json!({}))
        .await;
    hand_out(&caller, "LAP-2").await;
    let back = person_of(&app, tenant, &viewer).await.unwrap();
    assert_ne!(back, person, "the same account is another person");
}

#[tokio::test]
async fn an_erased_tenant_is_shown_nowhere_and_its_site_returns_as_another() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let caller = app.caller(&site, &Person::agent().account_id);
    hand_out(&caller, "LAP-1").await;
    let bystander = app.caller(&other, &Person::agent().account_id);
    let neighbour = hand_out(&bystander, "LAP-1").await;
    let tenant = tenant_of(&app, &site).unwrap();
    let inside = app.inside();
    for _ in 0..2 {
        erase_tenant(&*inside.log, &inside.vault, tenant, true)
            .await
            .unwrap();
        release_client_keys(&*inside.log, tenant).await.unwrap();
    }
    eventually("the tenant is unknown", async || {
        tenant_of(&app, &site).is_none().then_some(())
    })
    .await;
    assert_no_row_of(&app, tenant);
    await_no_trace(&app, &tenant.to_string()).await;
    await_no_trace(&app, &site.base_url).await;
    let refused = caller.get_refused("/assets").await;
    assert_eq!(refused.status, 401, "{refused:?}");
    assert!(read_everything(&bystander, &neighbour).await.contains("LAP-1"));
    assert_rebuild_differs_nowhere(&app).await;

    assert_eq!(app.install(&site).await.status(), 204);
    let returned = tenant_of(&app, &site).unwrap();
    assert_ne!(returned, tenant);
    let list: Value = caller.get("/assets").await.body;
    assert_eq!(list["items"], json!([]));
    hand_out(&caller, "LAP-1").await;
    assert!(read_everything(&bystander, &neighbour).await.contains("LAP-1"));
}

#[tokio::test]
async fn what_is_on_its_way_when_a_tenant_is_erased_is_refused_for_good_and_leaves_nothing() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let caller = app.caller(&site, &Person::agent().account_id);
    let asset = hand_out(&caller, "LAP-1").await;
    let tenant = tenant_of(&app, &site).unwrap();
    // As between the two events of an erasure, for a request that was verified before.
    app.inside().vault.erase_tenant(tenant).await.unwrap();
    let laptop = json!({ "tag": "LAP-2", "attributes": { "name": "Laptop" } });
    let check_in = format!("/assets/{asset}/check-in");
    for (path, body) in [("/assets", &laptop), (&*check_in, &json!({}))] {
        let request = caller.request(Method::POST, path).json(body);
        let refused = Problem::of(request.send().await.unwrap()).await;
        assert_eq!(refused.status_and_code(), (403, "tenant.erased"), "{path}");
    }
    let upload = caller.request(Method::POST, "/imports");
    let upload = upload.header("Content-Type", "text/csv").body("Name\nDesk\n");
    let refused = Problem::of(upload.send().await.unwrap()).await;
    assert_eq!(refused.status_and_code(), (403, "tenant.erased"));
    let uploads = std::fs::read_dir(app.data().join("imports"));
    assert_eq!(uploads.map_or(0, Iterator::count), 0);
    let refused = Problem::of(app.install(&site.rotated()).await).await;
    assert_eq!(refused.status_and_code(), (403, "tenant.erased"));
    let noted = app.refused_callbacks().await.pop().unwrap().event;
    assert_eq!(noted.code, "tenant.erased");
}
