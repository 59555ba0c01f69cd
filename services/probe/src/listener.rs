//! The operator's listener, which counts the probe's reports towards a release's bake.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use chrono::SecondsFormat;
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::address::ServerAddress;
use super::report::WalkReport;

/// The longest time that the operator's listener may take to accept a report.
const ACCEPT_TIMEOUT: Duration = Duration::from_secs(10);

/// How to reach the operator's listener, by the configuration.
pub struct OperatorAccess {
    /// Its address, when `--ops` names none.
    pub url: String,
    /// The token that it asks for.
    pub token: Option<SecretString>,
}

/// The operator's listener and the release that the reports are for.
pub struct OperatorListener {
    client: reqwest::Client,
    address: ServerAddress,
    token: Option<SecretString>,
    release: String,
}

impl OperatorListener {
    /// Checks the address and the release.
    ///
    /// # Errors
    /// The address is plain http beyond this machine, or the release is not a version's name.
    pub fn new(access: OperatorAccess, release: &str) -> anyhow::Result<Self> {
        ensure!(
            is_release_name(release),
            "--release is 1 to 64 letters, digits, and . - _ +"
        );
        // The listener is near; a proxy for the world beyond must not see the token.
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(ACCEPT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            address: access.url.parse()?,
            token: access.token,
            release: release.to_owned(),
        })
    }

    /// Sends what a walk found.
    ///
    /// # Errors
    /// The listener is unavailable, or it refused the report; the text has its code and remedy.
    pub async fn send_report(&self, report: &WalkReport) -> anyhow::Result<()> {
        let mut body = json!({
            "release": self.release,
            "at": report.end_time().to_rfc3339_opts(SecondsFormat::Millis, true),
        });
        if let Some((step, failure)) = report.failed_step() {
            body["failed"] = json!({ "step": step.as_str(), "code": failure.code });
        }
        let mut request = self
            .client
            .post(format!("{}/ops/api/probes", self.address))
            .json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("the operator's listener {} does not answer", self.address))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let problem: Value = answer.json().await.unwrap_or_default();
        bail!("{}", explain_refusal(self.address.as_str(), status, &problem))
    }
}

fn is_release_name(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-+".contains(&b);
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// The listener's refusal in words, or that the address is not that of an operator's listener.
fn explain_refusal(address: &str, status: StatusCode, problem: &Value) -> String {
    let part = |name: &str| problem.get(name).and_then(Value::as_str);
    match (part("code"), part("detail"), part("remedy")) {
        (Some(code), Some(detail), Some(remedy)) if code != "not_found" => {
            format!("the release did not accept the probe's report: {code}: {detail} {remedy}")
        }
        _ if status == StatusCode::NOT_FOUND => format!(
            "{address} accepts no reports of probes: --ops must name the operator's listener \
             (TALLY_OPS_LISTEN), not the public one"
        ),
        _ => format!("{address} answered {status} to the probe's report"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_that_knows_no_probes_is_called_what_it_is() {
        let status = StatusCode::NOT_FOUND;
        let problem =
            json!({ "code": "not_found", "detail": "There is no such address.", "remedy": "Look." });
        assert!(explain_refusal("http://127.0.0.1:8080", status, &problem).contains("TALLY_OPS_LISTEN"));
        let problem =
            json!({ "code": "release.not_found", "detail": "It was never staged.", "remedy": "Stage it." });
        assert!(
            explain_refusal("http://127.0.0.1:8081", status, &problem)
                .contains("release.not_found: It was never staged. Stage it.")
        );
    }

    #[test]
    fn a_release_is_named_like_a_version() {
        for name in ["1.2.3", "v2026-03-07_a+b", &"a".repeat(64)] {
            assert!(is_release_name(name), "{name}");
        }
        for name in ["", "1 2", "ü", &"a".repeat(65)] {
            assert!(!is_release_name(name), "{name}");
        }
    }
}
