//! `tally descriptor`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use clap::Subcommand;
use serde_json::{Value, json};
use tally_descriptor::diff::{Diff, Effect, diff};

use super::{say, say_error};
use crate::probe::check_address;

/// The longest descriptor that is looked at.
const MAX_LENGTH: u64 = 1024 * 1024;
/// How long fetching one may take.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Subcommand)]
pub enum Verb {
    /// Says what publishing NEW after OLD would cause: exit code 0 nothing, 3 a handshake with every site, 4 approval by each admin, 5 it must
    /// not be published; 1 when one of them cannot be read.
    Diff {
        /// The published descriptor: a file or an address.
        old: String,
        /// The one to publish: a file or an address.
        new: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the descriptor that this binary serves.
    Print {
        /// At this base URL.
        #[arg(long, env = "TALLY_BASE_URL")]
        base_url: String,
        /// With this app key.
        #[arg(long, env = "TALLY_APP_KEY", default_value = "tally-assets")]
        app_key: String,
    },
}

/// Runs one of them.
pub async fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Diff { old, new, json } => {
            let found = diff(&read(&old).await?, &read(&new).await?);
            if json {
                say(&as_json(&found).to_string())?;
            } else {
                tell(&found)?;
            }
            Ok(ExitCode::from(code(found.effect)))
        }
        Verb::Print { base_url, app_key } => {
            let base_url = check_address(&base_url)?;
            say(tally_descriptor::descriptor(&app_key, &base_url)
                .to_json()?
                .trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn code(effect: Effect) -> u8 {
    match effect {
        Effect::None => 0,
        Effect::Handshake => 3,
        Effect::Approval => 4,
        Effect::Invalid => 5,
    }
}

fn tell(found: &Diff) -> anyhow::Result<()> {
    say(&format!("{}: {}", found.effect.as_str(), found.effect.meaning()))?;
    for reason in &found.reasons {
        say(&format!(
            "  {:<10}{}: {}",
            reason.effect.as_str(),
            reason.place,
            reason.why
        ))?;
    }
    if found.effect == Effect::Invalid {
        say_error("tally: keep what is published and add beside it; see docs/release.md");
    }
    Ok(())
}

fn as_json(found: &Diff) -> Value {
    let reasons: Vec<Value> = found
        .reasons
        .iter()
        .map(|reason| json!({ "effect": reason.effect.as_str(), "place": reason.place, "why": reason.why }))
        .collect();
    json!({ "effect": found.effect.as_str(), "reasons": reasons })
}

async fn read(source: &str) -> anyhow::Result<Value> {
    let text = if source.starts_with("https://") || source.starts_with("http://") {
        fetched(source).await?
    } else {
        let length = std::fs::metadata(source)
            .with_context(|| source.to_owned())?
            .len();
        ensure!(length <= MAX_LENGTH, "{source} is too long to be a descriptor");
        std::fs::read_to_string(source).with_context(|| source.to_owned())?
    };
    serde_json::from_str(&text).with_context(|| format!("{source} is not JSON"))
}

/// Redirects are not followed: the platform has one address for a descriptor.
async fn fetched(address: &str) -> anyhow::Result<String> {
    check_address(address)?;
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
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
