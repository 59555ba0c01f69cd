//! A client of the operator's listener.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::output::{print, print_error};
use crate::settings::OpsAccess;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the operator's listener is, and how its answers are shown. The token is TALLY_OPS_TOKEN or
/// TALLY_OPS_TOKEN_FILE.
#[derive(Args)]
pub struct Reach {
    /// The address of the operator's listener. Default: TALLY_OPS_URL, else the port of
    /// TALLY_OPS_LISTEN on this machine, else http://127.0.0.1:8081.
    #[arg(long, global = true, value_name = "URL")]
    ops: Option<String>,
    /// Prints the listener's answer as JSON, also when it is a refusal.
    #[arg(long, global = true)]
    json: bool,
}

/// A listener and the token to show there.
pub(super) struct OpsClient {
    client: Client,
    url: Url,
    token: Option<SecretString>,
    json: bool,
}

impl OpsClient {
    /// A client as given at the command line and in the configuration.
    pub fn new(reach: &Reach, access: OpsAccess) -> anyhow::Result<Self> {
        let address = reach.ops.as_deref().unwrap_or(&access.url);
        let url = Url::parse(address).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        Ok(Self {
            // The listener is near; the token must not pass through a proxy.
            client: Client::builder()
                .no_proxy()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(ANSWER_TIMEOUT)
                .build()?,
            url: url.with_context(|| format!("{address} is not an address such as http://127.0.0.1:8081"))?,
            token: access.token,
            json: reach.json,
        })
    }

    /// Requests something and shows it.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        show: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<ExitCode> {
        self.send(Method::GET, path, None::<&Value>, show).await
    }

    /// Sends a command and shows its result.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
        show: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<ExitCode> {
        self.send(Method::POST, path, Some(body), show).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&impl Serialize>,
        show: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<ExitCode> {
        let mut request = self.client.request(method, self.address(path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|cause| self.unreachable(&cause))?;
        let status = answer.status();
        let answer: Value = match answer.json().await {
            Ok(answer) => answer,
            Err(cause) if cause.is_timeout() => return Err(self.unreachable(&cause)),
            Err(_) => return Err(self.other_program()),
        };
        if !status.is_success() {
            return self.show_refusal(&answer);
        }
        if self.json {
            print(&format!("{answer:#}"))?;
        } else {
            let answer = serde_json::from_value(answer).map_err(|_| self.other_program())?;
            print(show(&answer).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn address(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["ops", "api"]).extend(path);
        }
        url
    }

    fn show_refusal(&self, problem: &Value) -> anyhow::Result<ExitCode> {
        let part = |name: &str| problem.get(name).and_then(Value::as_str);
        let (Some(code), Some(cause)) = (part("code"), part("detail")) else {
            return Err(self.other_program());
        };
        if self.json {
            print(&format!("{problem:#}"))?;
        } else {
            print_error(&format!("refused: {code}\n  {cause}"));
            if let Some(remedy) = part("remedy") {
                print_error(&format!("  {remedy}"));
            }
        }
        Ok(ExitCode::FAILURE)
    }

    fn unreachable(&self, cause: &reqwest::Error) -> anyhow::Error {
        let why = if cause.is_timeout() {
            "does not answer in time"
        } else {
            "cannot be reached"
        };
        anyhow::anyhow!(
            "the operator's listener at {} {why}. It is part of a running `tally serve`, at the address in \
             TALLY_OPS_LISTEN (`off` switches it off). From another machine open a tunnel, such as ssh -L \
             8081:127.0.0.1:8081 HOST. Give another address with --ops URL or TALLY_OPS_URL",
            self.url
        )
    }

    fn other_program(&self) -> anyhow::Error {
        anyhow::anyhow!(
            "the program at {} is not the operator's listener of this version: see TALLY_OPS_LISTEN of \
             `tally serve`",
            self.url
        )
    }
}

/// Reads a text file.
pub(super) fn read_text(path: &Path) -> anyhow::Result<String> {
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(_)) => bail!("{} is not text in UTF-8", path.display()),
        Err(cause) => Err(cause).with_context(|| format!("{} cannot be read", path.display())),
    }
}
