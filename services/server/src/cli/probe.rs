//! `tally probe`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use chrono::SecondsFormat;
use clap::{Args as ClapArgs, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tally_domain::release::ReleaseVersion;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::stopping::Stopping;
use super::{say, say_error};
use crate::config::{Settings, ops_access};
use crate::probe::{Client, ProbeKey, Report, Terms, check_address, generate, walk};

/// How long the operator's listener may take to take in a report.
const OPS_PATIENCE: Duration = Duration::from_secs(10);

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The Tally to probe: an https address, or http on this machine.
    #[arg(long, required = true)]
    url: Option<String>,
    /// The file with the probe's private key (PEM).
    #[arg(long, required = true)]
    key: Option<PathBuf>,
    /// The base URL that its descriptor must say, when it is reached by another address than that.
    #[arg(long)]
    base_url: Option<String>,
    /// A displaced secret must be refused at once: the server's grace is zero.
    #[arg(long)]
    no_grace: bool,
    /// How long each answer may take.
    #[arg(long, default_value = "10s")]
    timeout: Span,
    /// Prints JSON, a line for each walk.
    #[arg(long)]
    json: bool,
    /// Writes the outcome to a file for Prometheus' node exporter.
    #[arg(long)]
    textfile: Option<PathBuf>,
    /// The release that is probed.
    #[arg(long, requires = "report")]
    release: Option<String>,
    /// Tells the operator's listener what came of it, for the release's bake.
    #[arg(long, requires = "release")]
    report: bool,
    /// Where the operator's listener is, when it is not where the configuration says. The token is TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.
    #[arg(long, value_name = "URL")]
    ops: Option<String>,
    /// Goes on, a walk each time this has passed: 30s, 5m, 1h.
    #[arg(long)]
    every: Option<Span>,
    /// For how long to go on; until stopped when it is not said.
    #[arg(long = "for", requires = "every")]
    lasting: Option<Span>,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes a key pair: the private half for the probe, the public half for TALLY_PROBE_PUBLIC_KEY_FILE.
    Keygen {
        /// The folder to put it in.
        #[arg(long)]
        out: PathBuf,
    },
}

/// A span of time as people write it: `90s`, `5m`, `24h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span(Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "it is a number of s, m, h or d, such as 5m, of at least a second and at most 31 days".to_owned()
        };
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            _ => return Err(wrong()),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
        let seconds = number
            .checked_mul(unit)
            .filter(|seconds| (1..=31 * 86_400).contains(seconds));
        seconds.map(|s| Self(Duration::from_secs(s))).ok_or_else(wrong)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0.as_secs())
    }
}

/// Runs it. The exit code is 0 when every walk passed every step, 1 when one did not, 2 when it could not be done or told as asked.
pub async fn run(args: Args, config: Option<&Path>) -> ExitCode {
    let outcome = match &args.verb {
        Some(Verb::Keygen { out }) => keygen(out),
        None => probe(&args, config).await,
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(cause) => {
            say_error(&format!("tally: {cause:#}"));
            ExitCode::from(2)
        }
    }
}

fn keygen(folder: &Path) -> anyhow::Result<bool> {
    let files = generate(folder)?;
    say(&format!(
        "The probe's private key is in {}: keep it where the probe runs.\n\
         Its public key is in {}: name that file to Tally as TALLY_PROBE_PUBLIC_KEY_FILE.",
        files.private.display(),
        files.public.display()
    ))?;
    Ok(true)
}

async fn probe(args: &Args, config: Option<&Path>) -> anyhow::Result<bool> {
    let (Some(url), Some(key)) = (&args.url, &args.key) else {
        bail!("--url and --key are needed");
    };
    let key = ProbeKey::read(key)?;
    let client = Client::new(url, args.timeout.0)?;
    let ops = args
        .release
        .as_deref()
        .map(|release| Ops::new(args, release, config))
        .transpose()?;
    let terms = Terms {
        base_url: check_address(args.base_url.as_ref().unwrap_or(url))?,
        grace: !args.no_grace,
    };
    let Some(every) = args.every else {
        return finish(args, ops.as_ref(), &walk(&client, &key, &terms).await).await;
    };
    let mut stopping = Stopping::listen()?;
    let (mut ticks, began, mut passed) = (interval(every.0), Instant::now(), true);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stopping.asked() => return Ok(passed),
        }
        if args.lasting.is_some_and(|lasting| began.elapsed() > lasting.0) {
            return Ok(passed);
        }
        // A walk that has begun comes to its end, or it would leave its tenant installed.
        let report = walk(&client, &key, &terms).await;
        match finish(args, ops.as_ref(), &report).await {
            Ok(all_well) => passed &= all_well,
            // Probing goes on while nobody can be told: a gap in the bake must not become the end of it.
            Err(cause) => {
                say_error(&format!("tally: {cause:#}"));
                passed = false;
            }
        }
    }
}

/// Tells of a walk, everywhere it is to be told.
async fn finish(args: &Args, ops: Option<&Ops>, report: &Report) -> anyhow::Result<bool> {
    if args.json {
        say(&report.json().to_string())?;
    } else {
        say(&report.table())?;
    }
    let written = args
        .textfile
        .as_ref()
        .map(|path| report.write_metrics(path))
        .transpose();
    if let Some(ops) = ops {
        ops.tell(report).await?;
    }
    written?;
    Ok(report.failed().is_none())
}

/// The operator's listener, which is told how a release does.
struct Ops {
    client: reqwest::Client,
    address: String,
    token: Option<SecretString>,
    release: ReleaseVersion,
}

impl Ops {
    fn new(args: &Args, release: &str, config: Option<&Path>) -> anyhow::Result<Self> {
        let access = ops_access(&Settings::read(config, std::env::vars())?)?;
        // The listener is near; a proxy for the world beyond has no business with the token.
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(OPS_PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            address: check_address(args.ops.as_deref().unwrap_or(&access.url))?,
            token: access.token,
            release: ReleaseVersion::parse(release)
                .ok_or_else(|| anyhow!("--release is 1 to 64 letters, digits, and . - _ +"))?,
        })
    }

    async fn tell(&self, report: &Report) -> anyhow::Result<()> {
        let failed = report
            .failed()
            .map(|(step, failure)| json!({ "step": step.as_str(), "code": failure.code }));
        let mut body = json!({
            "release": self.release.to_string(),
            "at": report.ended().to_rfc3339_opts(SecondsFormat::Millis, true),
        });
        if let Some(failed) = failed {
            body["failed"] = failed;
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
            .with_context(|| format!("the operator's listener {} could not be told", self.address))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let said: Value = answer.json().await.unwrap_or_default();
        bail!("{}", refused(&self.address, status, &said))
    }
}

/// What the listener said, or that it is not one.
fn refused(address: &str, status: reqwest::StatusCode, said: &Value) -> String {
    let part = |name: &str| said.get(name).and_then(Value::as_str);
    match (part("code"), part("detail"), part("remedy")) {
        (Some(code), Some(detail), Some(remedy)) if code != "not_found" => {
            format!("the probe was not taken into the release: {code}: {detail} {remedy}")
        }
        _ if status == reqwest::StatusCode::NOT_FOUND => format!(
            "{address} takes no reports of probes: --ops names the operator's listener (TALLY_OPS_LISTEN), not the public one"
        ),
        _ => format!("{address} answered {status} to the report of the probe"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        let seconds = |text: &str| text.parse::<Span>().ok().map(|span| span.0.as_secs());
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!((seconds("24h"), seconds("1d")), (Some(86_400), Some(86_400)));
        for wrong in [
            "",
            "5",
            "m",
            "0s",
            "-1s",
            "32d",
            "5 m",
            "99999999999999999999h",
            "5µ",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_listener_that_knows_no_probes_is_called_what_it_is() {
        let status = reqwest::StatusCode::NOT_FOUND;
        let said = json!({ "code": "not_found", "detail": "There is no such address.", "remedy": "Look." });
        assert!(refused("http://127.0.0.1:8080", status, &said).contains("TALLY_OPS_LISTEN"));
        let said =
            json!({ "code": "release.not_found", "detail": "It was never staged.", "remedy": "Stage it." });
        assert!(
            refused("http://127.0.0.1:8081", status, &said)
                .contains("release.not_found: It was never staged. Stage it.")
        );
    }
}
