//! Tally itself, running over HTTP on a port of its own, with a Jira and a key server of its own
//! around it.

mod caller;
mod node;
mod record;
mod running;

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::{Client, Response};
use serde_json::Value;
use tally_server::app::App;
use tempfile::TempDir;

pub use caller::{Answer, Caller, answered, refused};
pub use node::Node;
use running::Running;

use crate::clock::MovableClock;
use crate::connect::{InstallKey, Site, Token};
use crate::doubles::{JiraDouble, KeyServer};
use crate::http;

/// A running Tally with everybody around it. Its data is gone when it is dropped.
pub struct TestApp {
    /// The sites that can install it.
    pub jira: Arc<JiraDouble>,
    /// The platform's key server.
    pub keys: KeyServer,
    /// The time as Tally, Jira and the sites have it. It stays ahead over a restart.
    pub clock: MovableClock,
    running: Running,
    settings: BTreeMap<String, String>,
    data: TempDir,
    client: Client,
}

impl TestApp {
    /// Starts one with settings that suit a test.
    pub async fn start() -> Self {
        Self::start_with([]).await
    }

    /// Starts one with settings changed: names are those of the variables without `TALLY_`, in
    /// lower case.
    pub async fn start_with<'a>(changes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (jira, keys, data) = (
            Arc::new(JiraDouble::start()),
            KeyServer::start(),
            TempDir::new().unwrap(),
        );
        let port = free_port();
        let mut settings: BTreeMap<String, String> = [
            ("profile", "development".to_owned()),
            ("listen", format!("127.0.0.1:{port}")),
            ("base_url", format!("http://localhost:{port}")),
            ("data_dir", data.path().display().to_string()),
            ("install_keys_url", keys.url()),
            ("allowed_hosts", "localhost".to_owned()),
            ("workers", "1".to_owned()),
            ("ops_listen", "off".to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
        settings.extend(changes.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())));
        let clock = MovableClock::default();
        Self {
            running: Running::start(settings.clone(), &clock).await,
            clock,
            client: http::client(),
            jira,
            keys,
            settings,
            data,
        }
    }

    /// Starts one with the operator's listener, and with settings changed.
    pub async fn start_with_operators(changes: &[(&str, &str)]) -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let listen = [("ops_listen", listen.as_str())];
        Self::start_with(
            listen
                .into_iter()
                .chain(changes.iter().copied())
                .collect::<Vec<_>>(),
        )
        .await
    }

    /// Where the operator's listener is, without a trailing slash.
    pub fn ops_url(&self) -> String {
        format!("http://{}", self.settings["ops_listen"])
    }

    /// Stops Tally and starts it again on the same data.
    pub async fn restart(self) -> Self {
        self.running.stop().await;
        Self {
            running: Running::start(self.settings.clone(), &self.clock).await,
            ..self
        }
    }

    /// The same with settings changed in between.
    pub async fn restart_with<'a>(mut self, changes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let changes = changes.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned()));
        self.settings.extend(changes);
        self.restart().await
    }

    /// Its own address, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.settings["base_url"]
    }

    /// Where its data is.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// What the handlers share: the log, the views. To look into, not to write by.
    pub fn inside(&self) -> &App {
        self.running.app()
    }

    /// The same, for what wants to keep it.
    pub fn shared(&self) -> Arc<App> {
        self.running.shared()
    }

    /// The HTTP client of this test.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A new site that has installed Tally.
    pub async fn installed_site(&self, name: &str) -> Site {
        let site = self.jira.site(name);
        let answer = self.install(&site).await;
        assert_eq!(answer.status(), 204, "{:?}", answer.text().await);
        site
    }

    /// The platform says `installed` on behalf of `site`, with the secret that `site` has.
    pub async fn install(&self, site: &Site) -> Response {
        self.signed_callback(site, "installed", &site.installed()).await
    }

    /// The platform says `uninstalled`.
    pub async fn uninstall(&self, site: &Site) -> Response {
        self.signed_callback(site, "uninstalled", &site.callback("uninstalled"))
            .await
    }

    /// A callback with any body, signed by the platform's key.
    pub async fn signed_callback(&self, site: &Site, event: &str, body: &Value) -> Response {
        let path = lifecycle_path(event);
        let token = Token::lifecycle(&site.client_key, self.url(), &path)
            .later(self.clock.seconds_ahead())
            .signed_by(InstallKey::platform());
        self.callback(&path, Some(&token), body).await
    }

    /// `enabled` or `disabled`, signed with the site's secret.
    pub async fn say(&self, site: &Site, event: &str) -> Response {
        let path = lifecycle_path(event);
        let token = Token::request(&site.client_key, "POST", &path)
            .later(self.clock.seconds_ahead())
            .signed_with(&site.secret);
        self.callback(&path, Some(&token), &site.callback(event)).await
    }

    /// A callback with any token and body, or without a token.
    pub async fn callback(&self, path: &str, token: Option<&str>, body: &Value) -> Response {
        let mut request = self.client.post(format!("{}{path}", self.url())).json(body);
        if let Some(token) = token {
            request = request.header("Authorization", format!("JWT {token}"));
        }
        request.send().await.unwrap()
    }

    /// A page as Jira frames it for `account`; `path_and_query` is without the token.
    pub async fn page(&self, site: &Site, account: &str, path_and_query: &str) -> Response {
        let token = Token::request(&site.client_key, "GET", path_and_query)
            .claim("sub", account)
            .later(self.clock.seconds_ahead())
            .signed_with(&site.secret);
        let joint = if path_and_query.contains('?') { '&' } else { '?' };
        let url = format!("{}{path_and_query}{joint}jwt={token}", self.url());
        self.client.get(url).send().await.unwrap()
    }

    /// A person on `site` who calls the API from Tally's pages.
    pub fn caller(&self, site: &Site, account: &str) -> Caller {
        Caller::new(
            (self.client.clone(), self.clock.clone()),
            self.url(),
            site,
            account,
        )
    }
}

/// The address of a callback, as in the descriptor.
pub fn lifecycle_path(event: &str) -> String {
    format!("/connect/lifecycle/{event}")
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
