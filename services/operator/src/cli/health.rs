//! `tally health`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use reqwest::Client;

use super::{say, say_error};
use crate::config::{Settings, own_address};

/// How long the answer may take.
const ANSWERED: Duration = Duration::from_secs(4);

/// Where to ask.
#[derive(Args)]
pub struct Arguments {
    /// The server. When absent: the port of TALLY_LISTEN on this machine.
    #[arg(long)]
    url: Option<String>,
}

/// Asks a running server whether it is ready, and prints its answer.
pub async fn run(arguments: Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let url = arguments.url.unwrap_or_else(|| own_address(settings));
    let client = Client::builder().no_proxy().timeout(ANSWERED).build()?;
    let answer = client
        .get(format!("{}/readyz", url.trim_end_matches('/')))
        .send()
        .await
        .map_err(reqwest::Error::without_url)?;
    let ready = answer.status().is_success();
    let said = answer.text().await.unwrap_or_default();
    if ready {
        say(&said)?;
        Ok(ExitCode::SUCCESS)
    } else {
        say_error(&said);
        Ok(ExitCode::FAILURE)
    }
}
