//! `tally release`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::ops::{Ops, Reach, columns};
use crate::config::Settings;
use crate::http::ops::shapes::{Release, Stage, Words};
use tally_http::html::duration;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Begins the bake of a release that is deployed where it is to bake.
    Stage {
        /// Its name: a version or a commit.
        version: String,
        /// How long it has to bake, such as 24h, 90m or 2d; as the server is configured when absent.
        #[arg(long, value_parser = seconds)]
        bake: Option<u64>,
        /// The descriptor it serves; its digest is kept.
        #[arg(long, value_name = "FILE")]
        descriptor: Option<PathBuf>,
    },
    /// Shows a release, or the last ones.
    Status {
        /// Which.
        version: Option<String>,
    },
    /// Says that a release goes to everybody. Refused, with the reason, unless it has baked well.
    Promote {
        /// Which.
        version: String,
    },
    /// Gives a release up.
    Abort {
        /// Which.
        version: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Deserialize)]
struct Releases {
    items: Vec<Release>,
}

/// Runs one of them.
pub async fn run(arguments: Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let ops = Ops::new(&arguments.reach, settings)?;
    match arguments.verb {
        Verb::Stage {
            version,
            bake,
            descriptor,
        } => {
            let wish = Stage {
                version,
                bake_seconds: bake,
                descriptor_sha256: descriptor.as_deref().map(digest).transpose()?,
            };
            ops.post(&["releases"], &wish, whole).await
        }
        Verb::Status { version: None } => ops.get(&["releases"], list).await,
        Verb::Status {
            version: Some(version),
        } => ops.get(&["releases", &version], whole).await,
        Verb::Promote { version } => {
            ops.post(&["releases", &version, "promote"], &Words::default(), whole)
                .await
        }
        Verb::Abort { version, reason } => {
            let words = Words {
                reason,
                ..Words::default()
            };
            ops.post(&["releases", &version, "abort"], &words, whole).await
        }
    }
}

fn digest(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// Reads a length of time.
fn seconds(text: &str) -> Result<u64, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let length = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("it is a number and s, m, h or d, such as 24h".to_owned()),
    };
    let number: u64 = text[..text.len() - unit.len()]
        .parse()
        .map_err(|_| "it has no number, or too large a one".to_owned())?;
    number
        .checked_mul(length)
        .ok_or_else(|| "it is too long".to_owned())
}

fn told(seconds: u64) -> String {
    duration(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn list(releases: &Releases) -> String {
    if releases.items.is_empty() {
        return "No release was staged yet: tally release stage VERSION.".to_owned();
    }
    let mut rows = vec![
        ["VERSION", "STATE", "BAKED", "OF", "STAGED", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(releases.items.iter().map(|release| {
        vec![
            release.version.clone(),
            release.state.clone(),
            told(release.baked_seconds),
            told(release.bake_seconds),
            release.staged_at.format("%Y-%m-%d %H:%M").to_string(),
            note(release).unwrap_or_default(),
        ]
    }));
    columns(&rows)
}

fn note(release: &Release) -> Option<String> {
    release
        .not_counting
        .clone()
        .or_else(|| release.reason.clone())
        .or_else(|| (release.state == "baking" && release.baked()).then(|| "It can be promoted.".to_owned()))
}

fn whole(release: &Release) -> String {
    let mut text = format!(
        "{} {}: baked {} of {}, staged {}\n",
        release.version,
        release.state,
        told(release.baked_seconds),
        told(release.bake_seconds),
        release.staged_at.to_rfc3339()
    );
    if let Some(digest) = &release.descriptor_sha256 {
        text.push_str(&format!("descriptor   {digest}\n"));
    }
    if let Some(at) = release.last_probe_at {
        let found = release.last_probe_failed.as_ref().map_or_else(
            || "passed".to_owned(),
            |failed| format!("failed at the step {} ({})", failed.step, failed.code),
        );
        text.push_str(&format!("last probe   {} {found}\n", at.to_rfc3339()));
    }
    if release.failing > 0 {
        text.push_str(&format!("failing      {} tenants\n", release.failing));
    }
    if let Some(note) = note(release) {
        text.push_str(&note);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_a_number_with_its_unit() {
        let read = [
            ("45s", 45),
            ("90m", 5400),
            ("24h", 86_400),
            ("2d", 172_800),
            ("0s", 0),
        ];
        for (text, expected) in read {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "24", "h", "1.5h", "-1h", "1w", "99999999999999999d", "1 h"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
