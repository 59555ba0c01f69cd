//! Speaking with the operator's listener of a running server.

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

use super::{say, say_error};
use crate::config::{Settings, ops_access};

/// How long a connection and an answer may take.
const CONNECTED: Duration = Duration::from_secs(5);
const ANSWERED: Duration = Duration::from_secs(30);

/// Where the operator's listener is, and how its answers are shown. The token is TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.
#[derive(Args)]
pub struct Reach {
    /// Where the operator's listener is. When absent: TALLY_OPS_URL, else the port of TALLY_OPS_LISTEN on this machine, else
    /// http://127.0.0.1:8081.
    #[arg(long, global = true, value_name = "URL")]
    ops: Option<String>,
    /// Prints the listener's answer as JSON, a refusal too.
    #[arg(long, global = true)]
    json: bool,
}

/// A listener, and somebody who may speak with it.
pub struct Ops {
    client: Client,
    url: Url,
    token: Option<SecretString>,
    json: bool,
}

impl Ops {
    /// As told at the command line and in the configuration.
    ///
    /// # Errors
    /// What was told is not an address.
    pub fn new(reach: &Reach, settings: &Settings) -> anyhow::Result<Self> {
        let access = ops_access(settings)?;
        let address = reach.ops.as_deref().unwrap_or(&access.url);
        let url = Url::parse(address).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        Ok(Self {
            // The listener is near; a proxy for the world beyond has no business with the token.
            client: Client::builder()
                .no_proxy()
                .connect_timeout(CONNECTED)
                .timeout(ANSWERED)
                .build()?,
            url: url.with_context(|| format!("{address} is not an address such as http://127.0.0.1:8081"))?,
            token: access.token,
            json: reach.json,
        })
    }

    /// Asks for something and shows it.
    ///
    /// # Errors
    /// The listener is not reached, or what answers is another program.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        show: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<ExitCode> {
        self.send(Method::GET, path, None::<&Value>, show).await
    }

    /// Gives a command and shows what came of it.
    ///
    /// # Errors
    /// The listener is not reached, or what answers is another program.
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
            Err(_) => return Err(self.another_program()),
        };
        if !status.is_success() {
            return self.refused(&answer);
        }
        if self.json {
            say(&format!("{answer:#}"))?;
        } else {
            let answer = serde_json::from_value(answer).map_err(|_| self.another_program())?;
            say(show(&answer).trim_end())?;
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

    fn refused(&self, problem: &Value) -> anyhow::Result<ExitCode> {
        let part = |name: &str| problem.get(name).and_then(Value::as_str);
        let (Some(code), Some(cause)) = (part("code"), part("detail")) else {
            return Err(self.another_program());
        };
        if self.json {
            say(&format!("{problem:#}"))?;
        } else {
            say_error(&format!("refused: {code}\n  {cause}"));
            if let Some(remedy) = part("remedy") {
                say_error(&format!("  {remedy}"));
            }
        }
        Ok(ExitCode::FAILURE)
    }

    fn unreachable(&self, cause: &reqwest::Error) -> anyhow::Error {
        let why = if cause.is_timeout() {
            "does not answer in time"
        } else {
            "is not reached"
        };
        anyhow::anyhow!(
            "the operator's listener at {} {why}. It is part of a running `tally serve`, whose TALLY_OPS_LISTEN says where (and `off` that it is \
             nowhere). From another machine make a tunnel, such as ssh -L 8081:127.0.0.1:8081 HOST; say another address by --ops URL or \
             TALLY_OPS_URL",
            self.url
        )
    }

    fn another_program(&self) -> anyhow::Error {
        anyhow::anyhow!(
            "what answers at {} is not the operator's listener of this version: see TALLY_OPS_LISTEN of `tally serve`",
            self.url
        )
    }
}

/// Reads a file that is text.
///
/// # Errors
/// It cannot be read, or is no text.
pub fn text_of(path: &std::path::Path) -> anyhow::Result<String> {
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(_)) => bail!("{} is not text in UTF-8", path.display()),
        Err(cause) => Err(cause).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Lines with their columns one below the other.
pub fn columns(rows: &[Vec<String>]) -> String {
    let wide = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..wide).filter_map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_one_below_the_other() {
        let rows = [vec!["A", "Bee", "C"], vec!["long", "b", ""]];
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect();
        assert_eq!(columns(&rows), "A     Bee  C\nlong  b\n");
    }
}
