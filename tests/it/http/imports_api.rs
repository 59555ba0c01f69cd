//! Imports over HTTP, and the reports of browsers.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_tests::app::{Caller, TestApp, answered, refused};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;
use tally_tests::waiting::eventually;

fn upload(caller: &Caller, query: &str, file: impl Into<Vec<u8>>) -> RequestBuilder {
    let request = caller.request(Method::POST, &format!("/imports{query}"));
    request
        .header("Content-Type", "text/csv; charset=utf-8")
        .body(file.into())
}

#[tokio::test]
async fn a_file_is_imported_and_each_row_has_its_verdict() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let (agent, viewer) = (
        app.caller(&site, &Person::agent().account_id),
        app.caller(&site, &Person::viewer().account_id),
    );
    let start = || {
        let file = "tag,name,Shelf\nT-1,one,A\nT-1,two,B\n,three,C\n";
        let request = upload(&agent, "?fileName=shelf.csv&dryRun=false", file);
        request.header("Idempotency-Key", "k")
    };
    let started = start().send().await.unwrap();
    assert_eq!(started.status(), 202);
    let address = started.headers()["location"].to_str().unwrap().to_owned();
    let path = address.trim_start_matches("/api/v1").to_owned();
    let import = eventually("the import has ended", || async {
        let import = viewer.get(&path).await.body;
        (import["state"] != "running").then_some(import)
    })
    .await;
    let state_and_name = (&import["state"], &import["fileName"]);
    assert_eq!(state_and_name, (&json!("finished"), &json!("shelf.csv")));
    assert_eq!(
        import["counts"],
        json!({ "rows": 3, "registered": 1, "registeredWithWarning": 1, "refused": 1, "pending": 0 })
    );
    let shelf = json!({ "header": "Shelf", "field": "Shelf", "number": 3, "findings": [], "message": "" });
    assert_eq!(import["columns"][2], shelf);
    assert_eq!(import["startedBy"]["displayName"], "Alex Agent");
    assert!(import["finishedAt"].is_string());
    let refused_rows = viewer.get(&format!("{path}/rows?verdict=refused")).await.body;
    let row = &refused_rows["items"][0];
    let values = ["row", "line", "codes", "tag", "assetId"].map(|member| row[member].clone());
    assert_eq!(
        Value::from(values.to_vec()),
        json!([2, 3, ["asset.tag_taken"], "T-1", null])
    );
    let rows = viewer.get(&format!("{path}/rows?limit=2")).await.body;
    assert_eq!(rows["items"].as_array().unwrap().len(), 2);
    let asset = rows["items"][0]["assetId"].as_str().unwrap();
    let history = viewer.get(&format!("/assets/{asset}/history")).await.body;
    let actor = &history["items"][0]["actor"];
    let (account, name, via) = (&actor["accountId"], &actor["displayName"], &actor["via"]);
    assert_eq!(
        (account, name, via),
        (&json!("712020:agent"), &json!("Alex Agent"), &json!("import"))
    );
    assert_eq!(actor["person"], import["startedBy"]["person"]);
    let again = start().send().await.unwrap();
    let same = again.headers()["location"].to_str().unwrap();
    assert_eq!(same, address, "sent again, it is the same import");
    let imports = viewer.get("/imports").await.body;
    assert_eq!(imports["items"].as_array().unwrap().len(), 1);
    let refusal = agent.post_refused(&format!("{path}/cancel"), &json!({})).await;
    assert_eq!(refusal.status_and_code(), (409, "import.finished"));
}

#[tokio::test]
async fn a_file_that_cannot_be_imported_is_refused_at_once() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let many = format!("name\n{}", "x\n".repeat(50_001));
    for (file, expected) in [
        (vec![], (422, "import.not_csv")),
        (b"name\n".to_vec(), (422, "import.no_rows")),
        (many.into_bytes(), (413, "import.too_large")),
        (vec![b'x'; 10 * 1024 * 1024 + 1], (413, "import.too_large")),
    ] {
        let length = file.len();
        let problem = refused(upload(&agent, "", file)).await;
        assert_eq!(problem.status_and_code(), expected, "{length} bytes");
    }
    let json = agent.post_refused("/imports", &json!({ "name": "x" })).await;
    assert_eq!(json.status_and_code(), (422, "import.not_csv"));
    let long_name = format!("?fileName={}", "x".repeat(256));
    let problem = refused(upload(&agent, &long_name, "name\nx")).await;
    assert_eq!(problem.status_and_code(), (400, "request.malformed"));
    assert_eq!(agent.get("/imports").await.body["items"], json!([]));
}

#[tokio::test]
async fn an_import_that_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    for path in ["/imports/no-id", "/imports/no-id/rows"] {
        let problem = agent.get_refused(path).await;
        assert_eq!(problem.status_and_code(), (404, "import.not_found"), "{path}");
    }
    let problem = agent.post_refused("/imports/no-id/cancel", &json!({})).await;
    assert_eq!(problem.status_and_code(), (404, "import.not_found"));
}

#[tokio::test]
async fn a_browser_reports_a_failure_without_a_token() {
    let app = TestApp::start().await;
    let report = |body: Value| {
        let url = format!("{}/api/v1/client-errors", app.url());
        app.client().post(url).json(&body)
    };
    let noted = json!({ "code": "jwt.expired", "page": "assets", "detail": "x" });
    assert_eq!(answered(report(noted)).await.status, 204);
    for (body, expected) in [
        (
            json!({ "code": "x", "detail": "x".repeat(2048) }),
            (413, "request.too_large"),
        ),
        (json!({ "code": "x", "token": "y" }), (400, "request.malformed")),
    ] {
        let problem = Problem::of(report(body).send().await.unwrap()).await;
        assert_eq!(problem.status_and_code(), expected);
    }
}
