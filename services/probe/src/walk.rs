//! The walk: what each step does and what the server must answer.

use std::time::Instant;

use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use strum::VariantArray;
use tally_connect::Token;
use uuid::Uuid;

use super::Now;
use super::client::{Answer, Client, StepFailure, send};
use super::key::ProbeKey;
use super::report::{StepReport, StepResult, WalkReport};
use super::step::Step;

/// Addresses as published. They never change, so they stand here rather than in code shared with
/// the server.
const BASE_URL: &str = "https://probe.tally.invalid";
const DESCRIPTOR: &str = "/atlassian-connect.json";
const CALLBACKS: [(&str, &str); 4] = [
    ("installed", "/connect/lifecycle/installed"),
    ("uninstalled", "/connect/lifecycle/uninstalled"),
    ("enabled", "/connect/lifecycle/enabled"),
    ("disabled", "/connect/lifecycle/disabled"),
];
/// The register's page with the parameters that Jira adds.
const PAGE: &str =
    "/pages/assets?xdm_e=https%3A%2F%2Fprobe.tally.invalid&xdm_c=channel-probe&cp=&lic=none&cv=1001.0.0";
/// The person in whose name the synthetic site sends its requests.
const ACCOUNT: &str = "tally:probe";

/// What is expected of the server.
#[derive(Clone, Debug)]
pub struct Expectations {
    /// The base URL in its descriptor.
    pub base_url: String,
    /// Whether a replaced secret is accepted for a grace period.
    pub has_grace_period: bool,
}

/// The synthetic site during one walk.
struct SyntheticSite<'a> {
    client: &'a Client,
    key: &'a ProbeKey,
    expectations: &'a Expectations,
    now: &'a Now,
    client_key: String,
    first: SecretString,
    second: SecretString,
    app_key: String,
}

/// Takes all steps, up to the first one that fails. The app is uninstalled in any case.
pub async fn walk(client: &Client, key: &ProbeKey, expectations: &Expectations, now: &Now) -> WalkReport {
    let (started, began) = (now(), Instant::now());
    let mut site = SyntheticSite::new(client, key, expectations, now);
    let mut steps = Vec::with_capacity(Step::VARIANTS.len());
    let mut failed = None;
    for &step in Step::VARIANTS {
        let (began, mut result) = (Instant::now(), StepResult::NotReached);
        if failed.is_none() {
            result = match site.take_step(step).await {
                Ok(()) => StepResult::Passed,
                Err(failure) => StepResult::Failed(failure),
            };
        }
        if let StepResult::Failed(failure) = &result {
            failed = Some((step, failure.clone()));
        }
        steps.push(StepReport {
            step,
            result,
            took: began.elapsed(),
        });
    }
    WalkReport {
        address: client.address().to_owned(),
        started,
        left_installed: site.clean_up(failed.as_ref()).await,
        took: began.elapsed(),
        steps,
    }
}

impl<'a> SyntheticSite<'a> {
    fn new(client: &'a Client, key: &'a ProbeKey, expectations: &'a Expectations, now: &'a Now) -> Self {
        let client_key = key.client_key(now());
        Self {
            first: key.secret(&client_key, "first"),
            second: key.secret(&client_key, "second"),
            app_key: String::new(),
            client_key,
            client,
            key,
            expectations,
            now,
        }
    }

    async fn take_step(&mut self, step: Step) -> Result<(), StepFailure> {
        match step {
            Step::Descriptor => self.check_descriptor().await,
            Step::Install => self.send_callback("installed", Some(&self.first)).await,
            Step::Page => self.check_page_opens(&self.first).await,
            Step::Context => self.check_api(&self.first).await,
            Step::Command => self.change_asset(&self.first).await,
            Step::Rotate => self.send_callback("installed", Some(&self.second)).await,
            Step::PageNewSecret => self.check_page_opens(&self.second).await,
            Step::PageOldSecret if self.expectations.has_grace_period => {
                self.check_page_opens(&self.first).await
            }
            Step::PageOldSecret => {
                let code = "jwt.signature.matches_superseded_secret";
                self.check_page_refused(&self.first, code).await
            }
            Step::ContextNewSecret => self.check_api(&self.second).await,
            Step::Uninstall => self.send_callback("uninstalled", None).await,
            Step::PageRefused => self.check_page_refused(&self.second, "tenant.uninstalled").await,
        }
    }

    /// After a failed step: uninstalls the app if it may be installed. Returns why that failed, if
    /// it did.
    async fn clean_up(&self, failed: Option<&(Step, StepFailure)>) -> Option<StepFailure> {
        let (step, failure) = failed?;
        let installed = match step {
            Step::Descriptor | Step::PageRefused => false,
            Step::Install => !failure.is_refusal(),
            Step::Page
            | Step::Context
            | Step::Command
            | Step::Rotate
            | Step::PageNewSecret
            | Step::PageOldSecret
            | Step::ContextNewSecret
            | Step::Uninstall => true,
        };
        if !installed {
            return None;
        }
        self.send_callback("uninstalled", None).await.err()
    }

    async fn check_descriptor(&mut self) -> Result<(), StepFailure> {
        let answer = send(self.client.request(Method::GET, DESCRIPTOR))
            .await?
            .require(200)?;
        let served = answer.parse_json()?;
        let value_at = |path: &str| served.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let mut expected = vec![
            ("/baseUrl".to_owned(), self.expectations.base_url.as_str()),
            ("/authentication/type".to_owned(), "jwt"),
        ];
        expected.extend(CALLBACKS.map(|(name, path)| (format!("/lifecycle/{name}"), path)));
        for (path, value) in expected {
            if value_at(&path) != value {
                let code = if path == "/baseUrl" {
                    "probe.base_url_differs"
                } else {
                    "probe.descriptor_differs"
                };
                let cause = format!(
                    "The descriptor has {:?} at {path} where {value:?} is expected.",
                    value_at(&path)
                );
                return Err(StepFailure::new(code, cause));
            }
        }
        self.app_key = value_at("/key").to_owned();
        Ok(())
    }

    async fn send_callback(&self, event: &str, secret: Option<&SecretString>) -> Result<(), StepFailure> {
        let path = format!("/connect/lifecycle/{event}");
        let audience = &self.expectations.base_url;
        let token = Token::for_callback(&self.client_key, audience, &path, (self.now)());
        let token = token.sign_with_key(self.key.signing(), &self.key.key_id());
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
        let request = authorize(self.client.request(Method::POST, &path), token)?.json(&body);
        send(request).await?.require(204).map(drop)
    }

    async fn get_page(&self, secret: &SecretString) -> Result<Answer, StepFailure> {
        let token = Token::for_request(&self.client_key, "GET", PAGE, (self.now)());
        let token = token.on_behalf_of(ACCOUNT);
        let token = token
            .sign_with_secret(secret.expose_secret())
            .map_err(signing_failure)?;
        send(self.client.request(Method::GET, &format!("{PAGE}&jwt={token}"))).await
    }

    async fn check_page_opens(&self, secret: &SecretString) -> Result<(), StepFailure> {
        let page = self.get_page(secret).await?.require(200)?;
        for path in own_scripts(&page)? {
            let script = send(self.client.request_file(path)).await?;
            if script.status.as_u16() != 200 || !script.content_type.starts_with("text/javascript") {
                let cause = format!(
                    "The page's script {path} is answered {} {}.",
                    script.status, script.content_type
                );
                return Err(StepFailure::unexpected_answer(cause));
            }
        }
        Ok(())
    }

    async fn check_page_refused(&self, secret: &SecretString, code: &str) -> Result<(), StepFailure> {
        let page = self.get_page(secret).await?;
        if page.status.is_success() {
            let cause = format!("The page opened although it must be refused with {code}.");
            return Err(StepFailure::unexpected_answer(cause));
        }
        let refusal = page.refusal();
        if refusal.code == code {
            Ok(())
        } else {
            Err(refusal)
        }
    }

    async fn check_api(&self, secret: &SecretString) -> Result<(), StepFailure> {
        let request = self.api(secret, Method::GET, "/api/v1/me")?;
        let me = send(request).await?.require(200)?.parse_json()?;
        if me["accountId"] == ACCOUNT && me["role"] == "agent" {
            return Ok(());
        }
        let cause = format!(
            "The caller is {} as {}, not {ACCOUNT} as agent.",
            me["accountId"], me["role"]
        );
        Err(StepFailure::unexpected_answer(cause))
    }

    async fn change_asset(&self, secret: &SecretString) -> Result<(), StepFailure> {
        let tag = format!("PROBE-{}", Uuid::new_v4());
        let request = json!({ "tag": tag, "attributes": { "name": "Registered by the probe" } });
        let asset = self.post(secret, "/api/v1/assets", &request, 201).await?;
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
        for (verb, request, status) in steps {
            let path = format!("/api/v1/assets/{id}/{verb}");
            let asset = self.post(secret, &path, &request, 200).await?;
            if asset["status"] != status || asset["tag"] != tag.as_str() {
                let cause = format!(
                    "After {verb} the asset is {} as {}.",
                    asset["status"], asset["tag"]
                );
                return Err(StepFailure::unexpected_answer(cause));
            }
        }
        Ok(())
    }

    async fn post(
        &self,
        secret: &SecretString,
        path: &str,
        body: &Value,
        status: u16,
    ) -> Result<Value, StepFailure> {
        let request = self.api(secret, Method::POST, path)?;
        let request = request
            .header("Idempotency-Key", Uuid::new_v4().to_string())
            .json(body);
        send(request).await?.require(status)?.parse_json()
    }

    fn api(&self, secret: &SecretString, method: Method, path: &str) -> Result<RequestBuilder, StepFailure> {
        let token = Token::for_page_calls(&self.client_key, (self.now)()).on_behalf_of(ACCOUNT);
        let token = token.sign_with_secret(secret.expose_secret());
        authorize(self.client.request(method, path), token)
    }
}

fn authorize(
    request: RequestBuilder,
    token: jsonwebtoken::errors::Result<String>,
) -> Result<RequestBuilder, StepFailure> {
    let token = token.map_err(signing_failure)?;
    Ok(request.header("Authorization", format!("JWT {token}")))
}

fn signing_failure(_: jsonwebtoken::errors::Error) -> StepFailure {
    StepFailure::unexpected_answer("A token could not be signed.")
}

/// The paths of our own scripts that the page loads. Without a module script it would stay empty.
fn own_scripts(page: &Answer) -> Result<Vec<&str>, StepFailure> {
    let is_shell = page.content_type.starts_with("text/html") && page.text.contains("id=\"root\"");
    if !is_shell || !page.text.contains("<script type=\"module\" src=\"/") {
        return Err(StepFailure::unexpected_answer(
            "The page is not the one that loads the app.",
        ));
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
