//! Lifecycle callbacks that are refused: each with its code, without a trace on the tenant's
//! streams, and with cause and remedy on the install log.
//!
//! `signed` are those that the platform signs, `own` those that the site signs; `circumstances` are
//! those where nothing is wrong with the callback, or the same callback comes again; `synthetic`
//! are those around the tenant of probes.

mod circumstances;
mod own;
mod signed;
mod synthetic;

use std::sync::LazyLock;

use serde_json::{Value, json};
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::doubles::Person;
use tally_tests::http::Problem;
use tally_tests::waiting::eventually;

/// A key that the platform does not have.
static STRANGER: LazyLock<InstallKey> = LazyLock::new(InstallKey::generate);

/// A callback that must be refused, and how.
struct Case {
    name: &'static str,
    event: &'static str,
    /// The tokens of its Authorization headers.
    tokens: Vec<String>,
    query: String,
    body: Vec<u8>,
    expected: (u16, &'static str),
}

impl Case {
    fn new(
        name: &'static str,
        event: &'static str,
        token: String,
        body: &Value,
        expected: (u16, &'static str),
    ) -> Self {
        Self {
            name,
            event,
            tokens: vec![token],
            query: String::new(),
            body: body.to_string().into_bytes(),
            expected,
        }
    }

    async fn sent(&self, app: &TestApp) -> Problem {
        let url = format!("{}{}{}", app.url(), lifecycle_path(self.event), self.query);
        let request = app.client().post(url).header("Content-Type", "application/json");
        let request = self.tokens.iter().fold(request, |request, token| {
            request.header("Authorization", format!("JWT {token}"))
        });
        let answer = request.body(self.body.clone()).send().await.unwrap();
        let status = answer.status().as_u16();
        assert_eq!(status, self.expected.0, "{} of {}", self.name, self.event);
        Problem::of(answer).await
    }
}

/// Sends each, one after the other, and looks at the answer, the tenants' streams, and what was
/// noted.
async fn all_refused(app: &TestApp, sites: &[&Site], cases: Vec<Case>) {
    for case in cases {
        let name = format!("{} of {}", case.name, case.event);
        let before = recorded(app, sites).await;
        let problem = case.sent(app).await;
        assert_eq!(
            problem.status_and_code(),
            case.expected,
            "{name}: {}",
            problem.body
        );
        assert_eq!(recorded(app, sites).await, before, "{name} was recorded");
        let noted = app.refused_callbacks().await.pop().expect(&name);
        let note = &noted.event;
        assert_eq!(
            (note.callback.as_str(), note.code.as_str()),
            (case.event, case.expected.1),
            "{name}"
        );
        assert_eq!(
            json!(note.parameters),
            problem.body.get("parameters").cloned().unwrap_or(json!({})),
            "{name}"
        );
        let request = noted.context.request.map(|id| id.to_string());
        assert_eq!(request.as_deref(), problem.body["requestId"].as_str(), "{name}");
    }
}

async fn recorded(app: &TestApp, sites: &[&Site]) -> Vec<usize> {
    let mut counts = Vec::new();
    for site in sites {
        counts.push(app.everything_of(site).await.len());
    }
    counts
}

/// `body` with one member changed, or taken away.
fn with(body: &Value, member: &str, value: Option<Value>) -> Value {
    let mut changed = body.clone();
    match value {
        Some(value) => changed[member] = value,
        None => drop(changed.as_object_mut().unwrap().remove(member)),
    }
    changed
}

fn body_of(site: &Site, event: &str) -> Value {
    if event == "installed" {
        site.installed()
    } else {
        site.callback(event)
    }
}

/// A token of the platform, right in everything.
fn right(app: &TestApp, site: &Site, event: &str) -> Token {
    Token::lifecycle(&site.client_key, app.url(), &lifecycle_path(event))
}

/// A token of the site, right in everything.
fn sites_own(site: &Site, event: &str) -> Token {
    Token::request(&site.client_key, "POST", &lifecycle_path(event))
}

#[tokio::test]
async fn a_refused_callback_is_on_the_install_log_of_the_site_it_claimed_to_be_and_of_no_other() {
    let app = TestApp::start().await;
    let (site, other) = (
        app.installed_site("acme").await,
        app.installed_site("globex").await,
    );
    let forged = right(&app, &site, "installed").signed_by(&STRANGER);
    let path = lifecycle_path("installed");
    let refused = Problem::of(app.callback(&path, Some(&forged), &site.installed()).await).await;
    let admin = app.caller(&site, &Person::admin().account_id);
    let entry = eventually("the refusal is on the install log", || async {
        let log = admin.get("/admin/install-log").await.body;
        Some(log["items"][0].clone()).filter(|entry| entry["outcome"] == "refused")
    })
    .await;
    for (member, value) in [
        ("callback", json!("installed")),
        ("code", json!("install.key_unknown")),
        ("cause", refused.body["detail"].clone()),
        ("remedy", refused.body["remedy"].clone()),
        ("requestId", refused.body["requestId"].clone()),
        ("claimedClientKey", json!(site.client_key)),
        ("fingerprint", Value::Null),
    ] {
        assert_eq!(entry[member], value, "{member}: {entry}");
    }
    let theirs = app
        .caller(&other, &Person::admin().account_id)
        .get("/admin/install-log")
        .await;
    assert!(
        theirs.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["outcome"] == "accepted"),
        "{}",
        theirs.body
    );
}
