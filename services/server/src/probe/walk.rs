//! The walk: the steps in their order, each with what must come of it.

use std::time::Instant;

use chrono::Utc;
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tally_atlassian::synthetic::BASE_URL;
use uuid::Uuid;

use super::client::{Answer, Client, Failure, send};
use super::key::ProbeKey;
use super::report::{Outcome, Report, StepReport};
use super::tokens;

/// Addresses as published. They never change, so they are written down here rather than taken from the server's code.
const DESCRIPTOR: &str = "/atlassian-connect.json";
const CALLBACKS: [(&str, &str); 4] = [
    ("installed", "/connect/lifecycle/installed"),
    ("uninstalled", "/connect/lifecycle/uninstalled"),
    ("enabled", "/connect/lifecycle/enabled"),
    ("disabled", "/connect/lifecycle/disabled"),
];
/// The register's page with the parameters that Jira adds, and the same in the form that is hashed.
const PAGE: &str =
    "/pages/assets?xdm_e=https%3A%2F%2Fprobe.tally.invalid&xdm_c=channel-probe&cp=&lic=none&cv=1001.0.0";
const CANONICAL_PAGE: &str =
    "GET&/pages/assets&cp=&cv=1001.0.0&lic=none&xdm_c=channel-probe&xdm_e=https%3A%2F%2Fprobe.tally.invalid";
/// The person on whose behalf the synthetic site asks.
const ACCOUNT: &str = "tally:probe";

/// One step. The order is that of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The descriptor is served and says what Jira must know.
    Descriptor,
    /// The app is installed.
    Install,
    /// Its page opens.
    Page,
    /// The page calls the API.
    Context,
    /// An asset is registered, handed out, taken back, retired.
    Command,
    /// The platform issues another secret.
    Rotate,
    /// The page opens with the new secret.
    PageNewSecret,
    /// And with the old one, for a while.
    PageOldSecret,
    /// The page calls the API with the new secret.
    ContextNewSecret,
    /// The app is uninstalled.
    Uninstall,
    /// The page opens no more.
    PageRefused,
}

impl Step {
    /// All of them in their order.
    pub const ALL: [Self; 11] = [
        Self::Descriptor,
        Self::Install,
        Self::Page,
        Self::Context,
        Self::Command,
        Self::Rotate,
        Self::PageNewSecret,
        Self::PageOldSecret,
        Self::ContextNewSecret,
        Self::Uninstall,
        Self::PageRefused,
    ];

    /// The name in reports and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Descriptor => "descriptor",
            Self::Install => "install",
            Self::Page => "page",
            Self::Context => "context",
            Self::Command => "command",
            Self::Rotate => "rotate",
            Self::PageNewSecret => "page_new_secret",
            Self::PageOldSecret => "page_old_secret",
            Self::ContextNewSecret => "context_new_secret",
            Self::Uninstall => "uninstall",
            Self::PageRefused => "page_refused",
        }
    }
}

/// What is expected of the server.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The base URL of its descriptor.
    pub base_url: String,
    /// Whether a displaced secret stays accepted for a while.
    pub grace: bool,
}

/// The synthetic site, as it is in one walk.
pub struct Site<'a> {
    client: &'a Client,
    key: &'a ProbeKey,
    terms: &'a Terms,
    client_key: String,
    first: SecretString,
    second: SecretString,
    app_key: String,
}

/// Walks the whole way, or up to the first step that fails. What was installed is uninstalled in any case.
pub async fn walk(client: &Client, key: &ProbeKey, terms: &Terms) -> Report {
    let (started, began) = (Utc::now(), Instant::now());
    let mut site = Site::new(client, key, terms);
    let mut steps = Vec::with_capacity(Step::ALL.len());
    let mut failed = None;
    for step in Step::ALL {
        let (began, mut outcome) = (Instant::now(), Outcome::NotReached);
        if failed.is_none() {
            outcome = match site.carry_out(step).await {
                Ok(()) => Outcome::Passed,
                Err(failure) => Outcome::Failed(failure),
            };
        }
        if let Outcome::Failed(failure) = &outcome {
            failed = Some((step, failure.clone()));
        }
        steps.push(StepReport {
            step,
            outcome,
            took: began.elapsed(),
        });
    }
    Report {
        address: client.address().to_owned(),
        started,
        left_installed: site.left_installed(failed.as_ref()).await,
        took: began.elapsed(),
        steps,
    }
}

impl<'a> Site<'a> {
    fn new(client: &'a Client, key: &'a ProbeKey, terms: &'a Terms) -> Self {
        let client_key = key.client_key(Utc::now());
        Self {
            first: key.secret(&client_key, "first"),
            second: key.secret(&client_key, "second"),
            app_key: String::new(),
            client_key,
            client,
            key,
            terms,
        }
    }

    async fn carry_out(&mut self, step: Step) -> Result<(), Failure> {
        match step {
            Step::Descriptor => self.descriptor().await,
            Step::Install => self.callback("installed", Some(&self.first)).await,
            Step::Page => self.page_opens(&self.first).await,
            Step::Context => self.context(&self.first).await,
            Step::Command => self.command(&self.first).await,
            Step::Rotate => self.callback("installed", Some(&self.second)).await,
            Step::PageNewSecret => self.page_opens(&self.second).await,
            Step::PageOldSecret if self.terms.grace => self.page_opens(&self.first).await,
            Step::PageOldSecret => {
                let code = "jwt.signature.matches_superseded_secret";
                self.page_refused(&self.first, code).await
            }
            Step::ContextNewSecret => self.context(&self.second).await,
            Step::Uninstall => self.callback("uninstalled", None).await,
            Step::PageRefused => self.page_refused(&self.second, "tenant.uninstalled").await,
        }
    }

    /// After a failure: uninstalls what may be installed, and says when that failed too.
    async fn left_installed(&self, failed: Option<&(Step, Failure)>) -> Option<Failure> {
        let (step, failure) = failed?;
        let installed = match step {
            Step::Descriptor | Step::PageRefused => false,
            Step::Install => !failure.is_refusal(),
            _ => true,
        };
        if !installed {
            return None;
        }
        self.callback("uninstalled", None).await.err()
    }

    async fn descriptor(&mut self) -> Result<(), Failure> {
        let answer = send(self.client.to(Method::GET, DESCRIPTOR)).await?.expect(200)?;
        let served = answer.json()?;
        let told = |path: &str| served.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let mut expected = vec![
            ("/baseUrl".to_owned(), self.terms.base_url.as_str()),
            ("/authentication/type".to_owned(), "jwt"),
        ];
        expected.extend(CALLBACKS.map(|(name, path)| (format!("/lifecycle/{name}"), path)));
        for (place, value) in expected {
            if told(&place) != value {
                let code = if place == "/baseUrl" {
                    "probe.base_url_differs"
                } else {
                    "probe.descriptor_differs"
                };
                let cause = format!(
                    "The descriptor says {:?} at {place} where {value:?} is expected.",
                    told(&place)
                );
                return Err(Failure::new(code, cause));
            }
        }
        self.app_key = told("/key").to_owned();
        Ok(())
    }

    async fn callback(&self, event: &str, secret: Option<&SecretString>) -> Result<(), Failure> {
        let path = format!("/connect/lifecycle/{event}");
        let token = tokens::lifecycle(
            self.key,
            &self.client_key,
            &self.terms.base_url,
            &format!("POST&{path}&"),
        );
        let mut body = json!({
            "key": self.app_key,
            "clientKey": self.client_key,
            "baseUrl": BASE_URL,
            "productType": "jira",
            "description": "Tally's probe",
            "eventType": event,
        });
        if let Some(secret) = secret {
            body["sharedSecret"] = json!(secret.expose_secret());
        }
        let request = authorized(self.client.to(Method::POST, &path), token)?.json(&body);
        send(request).await?.expect(204).map(drop)
    }

    async fn page(&self, secret: &SecretString) -> Result<Answer, Failure> {
        let token = tokens::request(secret, &self.client_key, ACCOUNT, CANONICAL_PAGE).map_err(unsigned)?;
        send(self.client.to(Method::GET, &format!("{PAGE}&jwt={token}"))).await
    }

    async fn page_opens(&self, secret: &SecretString) -> Result<(), Failure> {
        let page = self.page(secret).await?.expect(200)?;
        let scripts = scripts(&page)?;
        for path in scripts {
            let script = send(self.client.file(path)).await?;
            if script.status.as_u16() != 200 || !script.kind.starts_with("text/javascript") {
                let cause = format!(
                    "The page's script {path} is answered {} {}.",
                    script.status, script.kind
                );
                return Err(Failure::unexpected(cause));
            }
        }
        Ok(())
    }

    async fn page_refused(&self, secret: &SecretString, code: &str) -> Result<(), Failure> {
        let page = self.page(secret).await?;
        if page.status.is_success() {
            let cause = format!("The page opened where it had to be refused with {code}.");
            return Err(Failure::unexpected(cause));
        }
        let refusal = page.refusal();
        if refusal.code == code {
            Ok(())
        } else {
            Err(refusal)
        }
    }

    async fn context(&self, secret: &SecretString) -> Result<(), Failure> {
        let request = self.api(secret, Method::GET, "/api/v1/me")?;
        let me = send(request).await?.expect(200)?.json()?;
        if me["accountId"] == ACCOUNT && me["role"] == "agent" {
            return Ok(());
        }
        let cause = format!(
            "The caller is {} as {}, not {ACCOUNT} as agent.",
            me["accountId"], me["role"]
        );
        Err(Failure::unexpected(cause))
    }

    async fn command(&self, secret: &SecretString) -> Result<(), Failure> {
        let tag = format!("PROBE-{}", Uuid::new_v4());
        let wish = json!({ "tag": tag, "attributes": { "name": "Registered by the probe" } });
        let asset = self.post(secret, "/api/v1/assets", &wish, 201).await?;
        let id = asset["id"].as_str().unwrap_or_default();
        let steps = [
            ("check-out", json!({ "to": ACCOUNT }), "checked_out"),
            ("check-in", json!({}), "in_stock"),
            (
                "retire",
                json!({ "reason": "the probe is done with it" }),
                "retired",
            ),
        ];
        for (verb, wish, status) in steps {
            let path = format!("/api/v1/assets/{id}/{verb}");
            let asset = self.post(secret, &path, &wish, 200).await?;
            if asset["status"] != status || asset["tag"] != tag.as_str() {
                let cause = format!(
                    "After {verb} the asset is {} as {}.",
                    asset["status"], asset["tag"]
                );
                return Err(Failure::unexpected(cause));
            }
        }
        Ok(())
    }

    async fn post(
        &self,
        secret: &SecretString,
        path: &str,
        wish: &Value,
        status: u16,
    ) -> Result<Value, Failure> {
        let request = self.api(secret, Method::POST, path)?;
        let request = request
            .header("Idempotency-Key", Uuid::new_v4().to_string())
            .json(wish);
        send(request).await?.expect(status)?.json()
    }

    fn api(&self, secret: &SecretString, method: Method, path: &str) -> Result<RequestBuilder, Failure> {
        let token = tokens::context(secret, &self.client_key, ACCOUNT);
        authorized(self.client.to(method, path), token)
    }
}

fn authorized(
    request: RequestBuilder,
    token: jsonwebtoken::errors::Result<String>,
) -> Result<RequestBuilder, Failure> {
    let token = token.map_err(unsigned)?;
    Ok(request.header("Authorization", format!("JWT {token}")))
}

fn unsigned(_: jsonwebtoken::errors::Error) -> Failure {
    Failure::unexpected("A token could not be signed.")
}

/// The scripts of our own that the page loads. Without a module script nothing would ever appear in it.
fn scripts(page: &Answer) -> Result<Vec<&str>, Failure> {
    let shell = page.kind.starts_with("text/html") && page.text.contains("id=\"root\"");
    if !shell || !page.text.contains("<script type=\"module\" src=\"/") {
        return Err(Failure::unexpected("The page is not the one that loads the app."));
    }
    let named = page.text.split("<script").skip(1).filter_map(|rest| {
        let (tag, _) = rest.split_once('>')?;
        let (_, source) = tag.split_once("src=\"")?;
        source.split('"').next()
    });
    Ok(named
        .filter(|source| source.starts_with('/') && !source.starts_with("//"))
        .collect())
}
