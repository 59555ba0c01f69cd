//! No secret and no token is readable in an answer, in the log of what the server does, or in a
//! file it keeps.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tally_descriptor::page;
use tally_tests::app::{TestApp, lifecycle_path};
use tally_tests::connect::{InstallKey, Site, Token};
use tally_tests::waiting::eventually;
use tracing_subscriber::EnvFilter;

use super::isolation::{MARKED, filled, operations, planted, requests};
use super::watch::{FAILING_AFTER, quick, sites_with_lost_secrets};

/// 32 bytes.
const MASTER_KEY: &str = "secrecy is kept by this test key";
/// The client of these tests is in the same process and may log addresses; libraries below the
/// server are as verbose as by default.
const FILTER: &str = "info,tally_server=trace,tally_http=trace,tally_atlassian=trace,tally_event_log=trace,\
    tally_projections=trace,tally_view_store=trace,tally_commands=trace,tally_imports=trace,\
    tally_operator=trace,tally_observations=trace,tally_diagnosis=trace,tally_vault=trace,\
    actix_web=debug";

/// What every server of this process logs from the first look on.
static LOG: LazyLock<Arc<Written>> = LazyLock::new(|| {
    let written = Arc::new(Written::default());
    let builder = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(FILTER));
    builder.with_ansi(false).with_writer(written.clone()).init();
    written
});

#[derive(Default)]
struct Written(Mutex<Vec<u8>>);

impl Write for &Written {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What must not be readable anywhere.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    /// A secret, as it is or in any usual spelling.
    fn secret(&mut self, secret: &str) {
        let bytes = secret.as_bytes();
        self.0.extend([secret.to_owned(), hex::encode(bytes)]);
        self.0
            .extend([STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)]);
    }

    /// A token; without its signature it is none.
    fn token(&mut self, token: &str) {
        self.0.push(token.rsplit_once('.').unwrap().1.to_owned());
    }

    fn assert_not_in(&self, text: &str, location: &str) {
        let found = self.0.iter().find(|word| text.contains(word.as_str()));
        assert_eq!(found, None, "in {location}");
    }
}

/// Callbacks of `site` that are refused for another reason than their secret, which each of them
/// carries.
async fn refused_callbacks(app: &TestApp, site: &Site, secrets: &mut Secrets) {
    let path = lifecycle_path("installed");
    let text = site.installed().to_string();
    let changed = |member: &str, value: Value| {
        let mut body = site.installed();
        body[member] = value;
        body.to_string()
    };
    for body in [
        text[..text.len() - 2].to_owned(),
        text.replacen('{', "{\"sharedSecret\":7,", 1),
        changed("key", json!("another")),
        changed("baseUrl", json!("https://acme.example.com")),
        changed("clientKey", json!("another")),
        changed("sharedSecret", json!(site.secret.repeat(9))),
    ] {
        let token = Token::lifecycle(&site.client_key, app.url(), &path).signed_by(InstallKey::platform());
        let request = app.client().post(format!("{}{path}?jwt={token}", app.url()));
        let answer = request
            .header("Content-Type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_client_error());
        let answer = answer.text().await.unwrap();
        secrets.token(&token);
        secrets.assert_not_in(&answer, &answer);
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn no_secret_and_no_token_is_in_an_answer_in_the_log_or_in_a_file() {
    let log = LOG.clone();
    let app = TestApp::start_with([("master_key", STANDARD.encode(MASTER_KEY).as_str())]).await;
    let site = app.installed_site("acme").await;
    let things = planted(&app, &site).await;
    let wrong = site.rotated();
    let mut secrets = Secrets::default();
    secrets.secret(&site.secret);
    secrets.secret(&wrong.secret);
    secrets.secret(MASTER_KEY);
    refused_callbacks(&app, &site, &mut secrets).await;
    for (path, method, _) in operations() {
        let (paths, example) = requests(&method, &path, &things);
        for path in paths {
            for signer in [&site, &wrong] {
                let token = signer.context_token(MARKED);
                let joint = if path.contains('?') { '&' } else { '?' };
                let url = format!("{}/api/v1{path}{joint}jwt={token}", app.url());
                let request = app.client().request(method.clone(), url).header("If-Match", "*");
                let answer = filled(request, &example).send().await.unwrap();
                let (status, head) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
                let body = answer.text().await.unwrap();
                let open = ["/openapi.json", "/client-errors"]
                    .iter()
                    .any(|open| path.starts_with(open));
                assert!(
                    open || (status == 401) == (signer.secret == wrong.secret),
                    "{method} {path}: {status} {body}"
                );
                secrets.token(&token);
                secrets.assert_not_in(&format!("{head}{body}"), &format!("{method} {path}"));
            }
        }
    }
    for (signer, expected) in [(&site, 200), (&wrong, 401)] {
        let token = signer.request_token(MARKED, "GET", "/pages/install-diagnosis");
        let page = app
            .client()
            .get(format!("{}/pages/install-diagnosis?jwt={token}", app.url()));
        let page = page.send().await.unwrap();
        assert_eq!(page.status(), expected);
        let html = page.text().await.unwrap();
        secrets.token(&token);
        secrets.assert_not_in(&html, "a page");
    }
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for known in [
        "callback accepted",
        "callback refused",
        "answered",
        "install.app_key_mismatch",
    ] {
        assert!(written.contains(known), "the log does not say {known:?}");
    }
    for line in written.lines() {
        secrets.assert_not_in(line, line);
    }
    let files = files(app.data());
    assert!(files.iter().any(|file| file.ends_with("events.db")), "{files:?}");
    for file in files {
        let content = fs::read(&file).unwrap();
        secrets.assert_not_in(&String::from_utf8_lossy(&content), &file.display().to_string());
    }
}

#[tokio::test]
async fn addresses_of_notifications_are_not_in_the_log_even_when_they_do_not_answer() {
    let log = LOG.clone();
    let words = [
        "hook-of-ours",
        "slack-of-ours",
        "mail-password",
        "one@told.example",
    ];
    let app = quick([
        ("alarm_least_tenants", "1"),
        ("notify_webhook_url", "http://127.0.0.1:1/hook-of-ours"),
        ("notify_slack_url", "http://127.0.0.1:1/slack-of-ours"),
        ("notify_smtp_url", "smtp://user:mail-password@127.0.0.1:1"),
        ("notify_email_from", "tally@vendor.example"),
        ("notify_email_to", "one@told.example"),
    ])
    .await;
    let site = sites_with_lost_secrets(&app, 1).await.remove(0);
    assert_eq!(app.page(&site, MARKED, page::ASSETS).await.status(), 401);
    app.clock.advance(FAILING_AFTER);
    let written = || String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    let text = eventually("every way was tried", || async {
        let text = written();
        let tried = |channel| {
            text.lines()
                .any(|l| l.contains("a message was not accepted") && l.contains(channel))
        };
        ["webhook", "slack", "email"]
            .into_iter()
            .all(tried)
            .then_some(text)
    })
    .await;
    for word in words {
        assert!(!text.contains(word), "{word}");
    }
}
