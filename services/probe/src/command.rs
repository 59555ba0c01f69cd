//! `tally probe`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use futures_util::future::BoxFuture;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Now;
use super::address::ServerAddress;
use super::client::Client;
use super::key::{ProbeKey, generate_key_pair};
use super::listener::{OperatorAccess, OperatorListener};
use super::report::WalkReport;
use super::span::TimeSpan;
use super::walk::{Expectations, walk};

/// What `tally probe` takes.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ProbeArguments {
    #[command(subcommand)]
    verb: Option<ProbeVerb>,
    /// The Tally to probe: an https address, or http on this machine.
    #[arg(long, required = true)]
    url: Option<String>,
    /// The file with the probe's private key (PEM).
    #[arg(long, required = true)]
    key: Option<PathBuf>,
    /// The base URL in its descriptor, if it differs from the address that is probed.
    #[arg(long)]
    base_url: Option<String>,
    /// Expect a replaced secret to be refused at once: the server's grace period is zero.
    #[arg(long)]
    no_grace: bool,
    /// The longest time that each answer may take.
    #[arg(long, default_value = "10s")]
    timeout: TimeSpan,
    /// Print JSON, one line for each walk.
    #[arg(long)]
    json: bool,
    /// Write the result to a file for Prometheus' node exporter.
    #[arg(long)]
    textfile: Option<PathBuf>,
    /// The release that is probed.
    #[arg(long, requires = "report")]
    release: Option<String>,
    /// Report the result to the operator's listener, for the release's bake.
    #[arg(long, requires = "release")]
    report: bool,
    /// The operator's listener, if it differs from the configuration. The token is TALLY_OPS_TOKEN
    /// or TALLY_OPS_TOKEN_FILE.
    #[arg(long, value_name = "URL")]
    ops: Option<String>,
    /// Repeat the walk with this delay: 30s, 5m, 1h.
    #[arg(long)]
    every: Option<TimeSpan>,
    /// The time after which to stop repeating. Without it, repeat until stopped.
    #[arg(long = "for", requires = "every")]
    lasting: Option<TimeSpan>,
}

#[derive(Subcommand)]
enum ProbeVerb {
    /// Make a key pair: the private half for the probe, the public half for
    /// TALLY_PROBE_PUBLIC_KEY_FILE.
    Keygen {
        /// The folder to put it in.
        #[arg(long)]
        out: PathBuf,
    },
}

/// Carries the command out.
///
/// `access` reads how to reach the operator's listener; it is called only when a report is to be
/// sent. `listen_for_stop` begins to listen for the request to stop; it is called only when walks
/// are repeated.
///
/// Exit code 0: every walk passed every step. 1: a step failed. 2: a walk or its report was not
/// possible.
pub async fn run(
    arguments: ProbeArguments,
    now: Now,
    access: impl FnOnce() -> anyhow::Result<OperatorAccess>,
    listen_for_stop: impl FnOnce() -> io::Result<BoxFuture<'static, ()>>,
) -> ExitCode {
    let result = match &arguments.verb {
        Some(ProbeVerb::Keygen { out }) => make_keys(out),
        None => probe(&arguments, &now, access, listen_for_stop).await,
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(cause) => {
            print_error(&cause);
            ExitCode::from(2)
        }
    }
}

fn make_keys(folder: &Path) -> anyhow::Result<bool> {
    let files = generate_key_pair(folder)?;
    print_line(&format!(
        "The probe's private key is in {}: keep it on the machine that runs the probe.\n\
         Its public key is in {}: set TALLY_PROBE_PUBLIC_KEY_FILE to that file for Tally.",
        files.private.display(),
        files.public.display()
    ))?;
    Ok(true)
}

/// What one run of the command works with.
struct Run<'a> {
    arguments: &'a ProbeArguments,
    client: Client,
    key: ProbeKey,
    expectations: Expectations,
    listener: Option<OperatorListener>,
    now: &'a Now,
}

async fn probe(
    arguments: &ProbeArguments,
    now: &Now,
    access: impl FnOnce() -> anyhow::Result<OperatorAccess>,
    listen_for_stop: impl FnOnce() -> io::Result<BoxFuture<'static, ()>>,
) -> anyhow::Result<bool> {
    let run = Run::prepare(arguments, now, access)?;
    match arguments.every {
        None => run.walk_once().await,
        Some(every) => run.repeat(every, listen_for_stop()?).await,
    }
}

impl<'a> Run<'a> {
    fn prepare(
        arguments: &'a ProbeArguments,
        now: &'a Now,
        access: impl FnOnce() -> anyhow::Result<OperatorAccess>,
    ) -> anyhow::Result<Self> {
        let (Some(url), Some(key)) = (&arguments.url, &arguments.key) else {
            bail!("--url and --key are needed");
        };
        let base_url: ServerAddress = arguments.base_url.as_ref().unwrap_or(url).parse()?;
        let key = ProbeKey::read(key)?;
        let client = Client::new(url, arguments.timeout.0)?;
        let listener = match &arguments.release {
            Some(release) => Some(open_listener(arguments, release, access)?),
            None => None,
        };
        Ok(Self {
            arguments,
            client,
            key,
            expectations: Expectations {
                base_url: base_url.to_string(),
                has_grace_period: !arguments.no_grace,
            },
            listener,
            now,
        })
    }

    /// Walks once and reports it. True when every step passed.
    async fn walk_once(&self) -> anyhow::Result<bool> {
        let report = walk(&self.client, &self.key, &self.expectations, self.now).await;
        self.publish(&report).await?;
        Ok(report.failed_step().is_none())
    }

    async fn repeat(&self, every: TimeSpan, stop: BoxFuture<'static, ()>) -> anyhow::Result<bool> {
        let mut stop = pin!(stop);
        let (mut ticks, began, mut all_passed) = (interval(every.0), Instant::now(), true);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = &mut stop => return Ok(all_passed),
            }
            let is_over = |lasting: TimeSpan| began.elapsed() > lasting.0;
            if self.arguments.lasting.is_some_and(is_over) {
                return Ok(all_passed);
            }
            // A walk that has begun is finished, or its tenant would stay installed.
            match self.walk_once().await {
                Ok(passed) => all_passed &= passed,
                // A report that was not accepted must not end the probing of a release's bake.
                Err(cause) => {
                    print_error(&cause);
                    all_passed = false;
                }
            }
        }
    }

    /// Prints a report, writes it to the file and sends it to the listener, as far as requested.
    async fn publish(&self, report: &WalkReport) -> anyhow::Result<()> {
        if self.arguments.json {
            print_line(&report.to_json().to_string())?;
        } else {
            print_line(&report.to_table())?;
        }
        // A file that cannot be written does not keep the report from the listener.
        let written = match &self.arguments.textfile {
            Some(path) => report.write_metrics(path),
            None => Ok(()),
        };
        if let Some(listener) = &self.listener {
            listener.send_report(report).await?;
        }
        written
    }
}

fn open_listener(
    arguments: &ProbeArguments,
    release: &str,
    access: impl FnOnce() -> anyhow::Result<OperatorAccess>,
) -> anyhow::Result<OperatorListener> {
    let configured = access()?;
    let access = OperatorAccess {
        url: arguments.ops.clone().unwrap_or(configured.url),
        token: configured.token,
    };
    OperatorListener::new(access, release)
}

fn print_line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

fn print_error(cause: &anyhow::Error) {
    // When even this fails there is no place left to report it.
    drop(writeln!(io::stderr().lock(), "tally: {cause:#}"));
}
