//! `tally descriptor`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use clap::Subcommand;
use serde_json::{Value, json};
use tally_atlassian::base_url::AppBaseUrl;
use tally_descriptor::diff::{Diff, Effect, diff};

use super::output::{print_error, print_line};

/// The longest descriptor that is read, in bytes.
const MAX_LENGTH: u64 = 1024 * 1024;
/// The longest time that fetching one may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Subcommand)]
pub enum DescriptorVerb {
    /// Report what publishing NEW after OLD would cause. Exit code 0: nothing. 3: a handshake with
    /// every site. 4: approval by each admin. 5: it must not be published. 1: one of them cannot be
    /// read.
    Diff {
        /// The published descriptor: a file or a URL.
        old: String,
        /// The descriptor to publish: a file or a URL.
        new: String,
        /// Print the result as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the descriptor that this binary serves.
    Print {
        /// The base URL in the descriptor.
        #[arg(long, env = "TALLY_BASE_URL")]
        base_url: String,
        /// The app key in the descriptor.
        #[arg(long, env = "TALLY_APP_KEY", default_value = "tally-assets")]
        app_key: String,
    },
}

/// Carries out `tally descriptor`.
pub async fn run(verb: DescriptorVerb) -> anyhow::Result<ExitCode> {
    match verb {
        DescriptorVerb::Diff { old, new, json } => {
            let difference = diff(&read_descriptor(&old).await?, &read_descriptor(&new).await?);
            if json {
                print_line(&to_json(&difference).to_string())?;
            } else {
                print_difference(&difference)?;
            }
            Ok(ExitCode::from(exit_code(difference.effect)))
        }
        DescriptorVerb::Print { base_url, app_key } => {
            let base_url = parse_address(&base_url)?;
            print_line(
                tally_descriptor::descriptor(&app_key, base_url.as_str())
                    .to_json()?
                    .trim_end(),
            )?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn exit_code(effect: Effect) -> u8 {
    match effect {
        Effect::None => 0,
        Effect::Handshake => 3,
        Effect::Approval => 4,
        Effect::Invalid => 5,
    }
}

fn print_difference(difference: &Diff) -> anyhow::Result<()> {
    print_line(&format!(
        "{}: {}",
        difference.effect.as_str(),
        difference.effect.meaning()
    ))?;
    for reason in &difference.reasons {
        print_line(&format!(
            "  {:<10}{}: {}",
            reason.effect.as_str(),
            reason.path,
            reason.why
        ))?;
    }
    if difference.effect == Effect::Invalid {
        print_error("tally: keep the published parts and add new ones beside them; see docs/release.md");
    }
    Ok(())
}

fn to_json(difference: &Diff) -> Value {
    let reasons: Vec<Value> = difference
        .reasons
        .iter()
        .map(|reason| json!({ "effect": reason.effect.as_str(), "place": reason.path, "why": reason.why }))
        .collect();
    json!({ "effect": difference.effect.as_str(), "reasons": reasons })
}

async fn read_descriptor(source: &str) -> anyhow::Result<Value> {
    let text = if source.starts_with("https://") || source.starts_with("http://") {
        fetch(source).await?
    } else {
        let length = std::fs::metadata(source)
            .with_context(|| source.to_owned())?
            .len();
        ensure!(length <= MAX_LENGTH, "{source} is too long to be a descriptor");
        std::fs::read_to_string(source).with_context(|| source.to_owned())?
    };
    serde_json::from_str(&text).with_context(|| format!("{source} is not JSON"))
}

/// An https address, or an http address of this machine.
fn parse_address(text: &str) -> anyhow::Result<AppBaseUrl> {
    AppBaseUrl::parse(text)
        .map_err(|_| anyhow!("{text} is not an https address, nor an http address of this machine"))
}

/// Redirects are not followed: the platform has one address for a descriptor.
async fn fetch(address: &str) -> anyhow::Result<String> {
    parse_address(address)?;
    let client = reqwest::Client::builder()
        .timeout(FETCH_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut answer = client.get(address).send().await?;
    ensure!(
        answer.status().is_success(),
        "{address} answered {}",
        answer.status()
    );
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MAX_LENGTH {
            bail!("{address} is too long to be a descriptor");
        }
    }
    String::from_utf8(bytes).map_err(|_| anyhow!("{address} is not text"))
}
