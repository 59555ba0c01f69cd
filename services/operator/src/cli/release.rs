//! `tally release`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use tally_messages::{Language, Texts};

use super::client::{OpsClient, Reach};
use super::output::to_columns;
use crate::pages::shapes::{CommandTexts, Release, StageRelease};
use crate::settings::OpsAccess;

/// The options of `tally release`.
#[derive(Args)]
pub struct ReleaseArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    verb: ReleaseVerb,
}

#[derive(Subcommand)]
enum ReleaseVerb {
    /// Begins the bake of a release that is deployed already.
    Stage {
        /// The name of the release: a version or a commit.
        version: String,
        /// How long it has to bake, such as 24h, 90m or 2d. Default: as the server is configured.
        #[arg(long, value_parser = parse_seconds)]
        bake: Option<u64>,
        /// A file with the descriptor that it serves; its digest is recorded.
        #[arg(long, value_name = "FILE")]
        descriptor: Option<PathBuf>,
    },
    /// Shows one release, or the latest ones.
    Status {
        /// The version of the release.
        version: Option<String>,
    },
    /// Says that a release goes to everybody. Refused, with the reason, unless it has baked well.
    Promote {
        /// The version of the release.
        version: String,
    },
    /// Aborts a release.
    Abort {
        /// The version of the release.
        version: String,
        /// The reason.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Deserialize)]
struct ReleaseList {
    items: Vec<Release>,
}

/// Runs `tally release`.
///
/// # Errors
/// The listener cannot be reached, or another program answers there; or a given file cannot be
/// read.
pub async fn run(args: ReleaseArgs, access: OpsAccess) -> anyhow::Result<ExitCode> {
    let ops = OpsClient::new(&args.reach, access)?;
    match args.verb {
        ReleaseVerb::Stage {
            version,
            bake,
            descriptor,
        } => {
            let request = StageRelease {
                version,
                bake_seconds: bake,
                descriptor_sha256: descriptor.as_deref().map(digest_file).transpose()?,
            };
            ops.post(&["releases"], &request, details_text).await
        }
        ReleaseVerb::Status { version: None } => ops.get(&["releases"], list_text).await,
        ReleaseVerb::Status {
            version: Some(version),
        } => ops.get(&["releases", &version], details_text).await,
        ReleaseVerb::Promote { version } => {
            ops.post(
                &["releases", &version, "promote"],
                &CommandTexts::default(),
                details_text,
            )
            .await
        }
        ReleaseVerb::Abort { version, reason } => {
            let texts = CommandTexts {
                reason,
                ..CommandTexts::default()
            };
            ops.post(&["releases", &version, "abort"], &texts, details_text)
                .await
        }
    }
}

fn digest_file(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// Reads a duration such as `24h`, in seconds.
fn parse_seconds(text: &str) -> Result<u64, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let length = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("use a number and s, m, h or d, such as 24h".to_owned()),
    };
    let number: u64 = text[..text.len() - unit.len()]
        .parse()
        .map_err(|_| "the number is missing or too large".to_owned())?;
    number
        .checked_mul(length)
        .ok_or_else(|| "the duration is too long".to_owned())
}

fn duration_text(seconds: u64) -> String {
    Texts::of(Language::English).duration(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn list_text(releases: &ReleaseList) -> String {
    if releases.items.is_empty() {
        return "No release was staged yet. Stage one with: tally release stage VERSION".to_owned();
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
            duration_text(release.baked_seconds),
            duration_text(release.bake_seconds),
            release.staged_at.format("%Y-%m-%d %H:%M").to_string(),
            note_text(release).unwrap_or_default(),
        ]
    }));
    to_columns(&rows)
}

fn note_text(release: &Release) -> Option<String> {
    release
        .not_counting
        .clone()
        .or_else(|| release.reason.clone())
        .or_else(|| {
            (release.state == "baking" && release.has_baked()).then(|| "It can be promoted.".to_owned())
        })
}

fn details_text(release: &Release) -> String {
    let mut text = format!(
        "{} {}: baked {} of {}, staged {}\n",
        release.version,
        release.state,
        duration_text(release.baked_seconds),
        duration_text(release.bake_seconds),
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
    if let Some(note) = note_text(release) {
        text.push_str(&note);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_with_its_unit() {
        let read = [
            ("45s", 45),
            ("90m", 5400),
            ("24h", 86_400),
            ("2d", 172_800),
            ("0s", 0),
        ];
        for (text, expected) in read {
            assert_eq!(parse_seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "24", "h", "1.5h", "-1h", "1w", "99999999999999999d", "1 h"] {
            assert!(parse_seconds(text).is_err(), "{text}");
        }
    }
}
