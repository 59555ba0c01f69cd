//! `tally health`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use reqwest::Client;

use super::output::{print, print_error};

/// How long the answer may take.
const TIMEOUT: Duration = Duration::from_secs(4);

/// The options of `tally health`.
#[derive(Args)]
pub struct HealthArgs {
    /// The address of the server. Default: the port of TALLY_LISTEN on this machine.
    #[arg(long)]
    url: Option<String>,
}

/// Asks the running server at `address`, or at the address in the options, whether it is ready, and
/// prints its answer.
///
/// # Errors
/// The server cannot be reached.
pub async fn run(args: HealthArgs, address: String) -> anyhow::Result<ExitCode> {
    let url = args.url.unwrap_or(address);
    let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
    let answer = client
        .get(format!("{}/readyz", url.trim_end_matches('/')))
        .send()
        .await
        .map_err(reqwest::Error::without_url)?;
    let is_ready = answer.status().is_success();
    let text = answer.text().await.unwrap_or_default();
    if is_ready {
        print(&text)?;
        Ok(ExitCode::SUCCESS)
    } else {
        print_error(&text);
        Ok(ExitCode::FAILURE)
    }
}
