//! What the operator sees and does, and what the public and affected sites see of it.

mod german;
mod guards;
mod incidents;
mod monitoring;
mod pages;
mod releases;
mod status;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_domain::TenantId;
use tally_operator::commands::health::{HealthFinding, record};
use tally_operator::domain::health::Failure;
use tally_tests::app::{TestApp, answered, refused};
use tally_tests::connect::Site;
use tally_tests::http::Problem;

/// The operator, as a program.
struct Operator<'a>(&'a TestApp);

impl Operator<'_> {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/ops/api{path}", self.0.ops_url());
        self.0.client().request(method, url)
    }

    async fn get(&self, path: &str) -> Value {
        answered(self.request(Method::GET, path)).await.body
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        answered(self.request(Method::POST, path).json(body)).await.body
    }

    async fn post_refused(&self, path: &str, body: &Value) -> Problem {
        refused(self.request(Method::POST, path).json(body)).await
    }

    /// A proposed incident that affects these sites.
    async fn incident(&self, title: &str, sites: &[&Site]) -> String {
        let mut tenants = vec![];
        for site in sites {
            tenants.push(self.0.tenant(site).await.unwrap().to_string());
        }
        let body = match tenants.is_empty() {
            true => json!({ "title": title, "component": "pages", "everyone": true }),
            false => json!({ "title": title, "component": "pages", "tenants": tenants }),
        };
        let proposed = self.post("/incidents", &body).await;
        proposed["id"].as_str().unwrap().to_owned()
    }

    async fn act(&self, incident: &str, act: &str, words: &Value) -> Value {
        self.post(&format!("/incidents/{incident}/{act}"), words).await
    }
}

/// A page, as a browser on this machine loads it.
async fn page(app: &TestApp, path: &str) -> String {
    let answer = app
        .client()
        .get(format!("{}{path}", app.ops_url()))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    runs_nothing(&answer);
    answer.text().await.unwrap()
}

/// A page, as a browser in German on this machine loads it.
async fn german_page(app: &TestApp, path: &str) -> String {
    let request = app.client().get(format!("{}{path}", app.ops_url()));
    let request = request.header("Accept-Language", "de-DE,de;q=0.9,en;q=0.5");
    let answer = request.send().await.unwrap();
    runs_nothing(&answer);
    assert_eq!(answer.headers()["content-language"], "de");
    answer.text().await.unwrap()
}

/// The page may neither run nor load anything, nor be framed.
fn runs_nothing(answer: &reqwest::Response) {
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "style-src 'sha256-",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

/// A form of a page, as a browser sends it.
fn form(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    app.client()
        .post(format!("{}{path}", app.ops_url()))
        .header("Origin", app.ops_url())
        .header("Sec-Fetch-Site", "same-origin")
        .form(fields)
}

/// Notes that a site's requests are refused.
async fn fails(app: &TestApp, site: &Site) -> TenantId {
    let tenant = app.tenant(site).await.unwrap();
    let failure = Failure {
        code: "jwt.signature_invalid".to_owned(),
        since: app.clock.now(),
        refusals: 7,
        last_good_at: None,
    };
    noted(app, tenant, &HealthFinding::Failing(failure)).await;
    tenant
}

/// Notes what was seen of a tenant, and waits until the views show it.
async fn noted(app: &TestApp, tenant: TenantId, seen: &HealthFinding) {
    let done = record(&*app.inside().log, tenant, seen).await.unwrap().unwrap();
    app.inside()
        .projected
        .wait_for(None, done.position)
        .await
        .unwrap();
}
