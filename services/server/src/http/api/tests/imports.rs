//! Files in, and what a browser reports.

use super::*;

fn upload(site: &Installed, account: &str, query: &str, file: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post()
        .uri(&format!("/api/v1/imports{query}"))
        .insert_header((AUTHORIZATION, site.authorization(account)))
        .insert_header(("Content-Type", "text/csv; charset=utf-8"))
        .set_payload(file)
}

#[actix_web::test]
async fn a_file_is_imported_and_every_row_told_of() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let file = "tag,name,Shelf\nT-1,one,A\nT-1,two,B\n,three,C\n";
    let named = || {
        upload(&site, "agent-1", "?fileName=shelf.csv&dryRun=false", file)
            .insert_header(("Idempotency-Key", "k"))
    };
    let started = send(&app, named()).await;
    assert_eq!(started.status, 202, "{}", started.body);
    let path = started.location.clone().unwrap();
    let mut import = send(&app, get(&site, "viewer-1", &path)).await;
    for _ in 0..1000 {
        if import.body["state"] != "running" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        import = send(&app, get(&site, "viewer-1", &path)).await;
    }
    assert_eq!(
        (&import.body["state"], &import.body["fileName"]),
        (&json!("finished"), &json!("shelf.csv"))
    );
    assert_eq!(
        import.body["counts"],
        json!({ "rows": 3, "registered": 1, "registeredWithWarning": 1, "refused": 1, "pending": 0 })
    );
    assert_eq!(
        import.body["columns"][2],
        json!({ "header": "Shelf", "field": "shelf" })
    );
    assert_eq!(import.body["startedBy"]["displayName"], "Name of agent-1");
    assert!(import.body["finishedAt"].is_string());
    let refused = send(
        &app,
        get(&site, "viewer-1", &format!("{path}/rows?verdict=refused")),
    )
    .await;
    let row = &refused.body["items"][0];
    assert_eq!(
        (
            &row["row"],
            &row["line"],
            &row["codes"],
            &row["tag"],
            &row["assetId"]
        ),
        (
            &json!(2),
            &json!(3),
            &json!(["asset.tag_taken"]),
            &json!("T-1"),
            &Value::Null
        )
    );
    let rows = send(&app, get(&site, "viewer-1", &format!("{path}/rows?limit=2"))).await;
    assert_eq!(rows.body["items"].as_array().unwrap().len(), 2);
    let asset = rows.body["items"][0]["assetId"].as_str().unwrap();
    let history = send(
        &app,
        get(&site, "viewer-1", &format!("/api/v1/assets/{asset}/history")),
    )
    .await;
    assert_eq!(
        history.body["items"][0]["actor"],
        json!({ "accountId": "agent-1", "displayName": "Name of agent-1", "via": "import" })
    );
    assert_eq!(
        send(&app, named()).await.location,
        started.location,
        "sent again, it is the same import"
    );
    assert_eq!(
        send(&app, get(&site, "viewer-1", "/api/v1/imports")).await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let over = send(&app, post(&site, "agent-1", &format!("{path}/cancel"), json!({}))).await;
    assert_eq!((over.status, over.code()), (409, "import.finished"));
}

#[actix_web::test]
async fn a_file_that_will_not_do_is_refused_at_once() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let many = format!("name\n{}", "x\n".repeat(50_001));
    for (file, status, code) in [
        (web::Bytes::new(), 422, "import.not_csv"),
        (web::Bytes::from_static(b"name\n"), 422, "import.no_rows"),
        (web::Bytes::from(many), 413, "import.too_large"),
        (
            web::Bytes::from(vec![b'x'; 10 * 1024 * 1024 + 1]),
            413,
            "import.too_large",
        ),
    ] {
        let answer = send(&app, upload(&site, "agent-1", "", file)).await;
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    let json = send(
        &app,
        post(&site, "agent-1", "/api/v1/imports", json!({ "name": "x" })),
    )
    .await;
    assert_eq!((json.status, json.code()), (422, "import.not_csv"));
    let name = format!("?fileName={}", "x".repeat(256));
    assert_eq!(
        send(&app, upload(&site, "agent-1", &name, "name\nx"))
            .await
            .code(),
        "request.malformed"
    );
    assert_eq!(
        send(&app, get(&site, "agent-1", "/api/v1/imports")).await.body["items"],
        json!([])
    );
}

#[actix_web::test]
async fn a_body_that_is_too_large_is_refused_with_its_limit() {
    let bench = Bench::new().await;
    let site = bench.site("acme").await;
    let app = client(&bench).await;
    let body = json!({ "attributes": { "name": "x".repeat(1024 * 1024) } });
    let answer = send(&app, post(&site, "agent-1", "/api/v1/assets", body)).await;
    assert_eq!((answer.status, answer.code()), (413, "request.too_large"));
}

#[actix_web::test]
async fn a_browser_reports_a_failure_without_a_token() {
    let bench = Bench::new().await;
    let app = client(&bench).await;
    let report = |body: Value| TestRequest::post().uri("/api/v1/client-errors").set_json(body);
    let taken = send(
        &app,
        report(json!({ "code": "jwt.expired", "page": "assets", "detail": "x" })),
    )
    .await;
    assert_eq!(taken.status, 204);
    let large = send(&app, report(json!({ "code": "x", "detail": "x".repeat(2048) }))).await;
    assert_eq!((large.status, large.code()), (413, "request.too_large"));
    let unknown = send(&app, report(json!({ "code": "x", "token": "y" }))).await;
    assert_eq!((unknown.status, unknown.code()), (400, "request.malformed"));
}
