//! `tally log`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use tally_domain::Position;
use tally_event_log::copy::{self, Copied};
use tally_event_log::verification::{self, Finding, Reporter};
use tally_event_log::{Scratch, check_engine, contract};
use uuid::Uuid;

use super::output::print_line;

/// The time between two lines of a copy's progress.
const PROGRESS_PERIOD: Duration = Duration::from_secs(5);
/// The number of damaged events that are named.
const FINDINGS_SHOWN: u64 = 1000;

#[derive(Subcommand)]
pub enum LogVerb {
    /// Check that an engine keeps the contract of an event log. In a PostgreSQL database the check
    /// makes a schema of its own and drops it afterwards. On a KurrentDB cluster it appends to
    /// streams with a prefix of its own, and also tries a client that is redirected, dropped or
    /// interrupted. On other engines it appends to streams of its own. Nothing can be deleted from
    /// a log or a cluster, so choose one that may keep a few thousand test events.
    Check {
        /// The log: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, `kurrentdb://USER@HOST,HOST` or
        /// `memory:`. Pass a password in PGPASSWORD or ~/.pgpass rather than here.
        #[arg(long)]
        log: SecretString,
    },
    /// Copy a log to another file, database or engine: ids, revisions, times, contexts and order
    /// stay. At the end both are compared. The source is only read and may be in use; the target
    /// must not be. After an interruption the same command continues.
    Copy {
        /// The log to copy.
        #[arg(long)]
        from: SecretString,
        /// The target: an empty log, or one with the beginning of the same log.
        #[arg(long)]
        to: SecretString,
        /// Only compare; write nothing.
        #[arg(long)]
        verify_only: bool,
    },
    /// Check every event of a log against its digest, and that none is missing: events that were
    /// altered, moved, exchanged, removed or given another time are named. It needs no keys, and the
    /// log may be in use. Exit code 1: something is wrong.
    Verify {
        /// The log to verify.
        #[arg(long)]
        log: SecretString,
        /// Check up to this position only, as an earlier line `verified` has it: while no event up to
        /// there was changed or removed, the digest is that of the same line.
        #[arg(long, value_parser = parse_position)]
        up_to: Option<Position>,
    },
}

/// Carries out `tally log`.
pub async fn run(verb: LogVerb) -> anyhow::Result<ExitCode> {
    match verb {
        LogVerb::Check { log } => check(&log).await,
        LogVerb::Copy {
            from,
            to,
            verify_only: false,
        } => copy_log(&from, &to).await,
        LogVerb::Copy { from, to, .. } => compare_logs(&from, &to).await,
        LogVerb::Verify { log, up_to } => verify_log(&log, up_to).await,
    }
}

async fn check(url: &SecretString) -> anyhow::Result<ExitCode> {
    let scratch_log = Scratch::open(url.expose_secret()).await?;
    let scratch = format!("contract-check-{}", Uuid::new_v4());
    let mut print = |property: &str, result: Result<(), String>| {
        let line = match result {
            Ok(()) => format!("kept    {property}"),
            Err(why) => format!("BROKEN  {property}: {why}"),
        };
        drop(print_line(&line));
    };
    let contract = contract::check(&*scratch_log.log, &scratch, &mut print).await;
    scratch_log.remove().await?;
    let engine = check_engine(url.expose_secret(), &mut print).await?;
    let (passed, broken) = (contract.passed + engine.passed, contract.broken + engine.broken);
    print_line(&format!("{passed} kept, {broken} broken"))?;
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn copy_log(from: &SecretString, to: &SecretString) -> anyhow::Result<ExitCode> {
    let mut last_line = Instant::now();
    let mut progress = |events: u64| {
        if last_line.elapsed() >= PROGRESS_PERIOD {
            drop(print_line(&format!("{events} events")));
            last_line = Instant::now();
        }
    };
    let copied = copy::copy(from.expose_secret(), to.expose_secret(), &mut progress).await?;
    let more = copied.events - copied.before;
    print_line(&format!(
        "{more} events copied, {} were there before",
        copied.before
    ))?;
    print_comparison(&copied)
}

/// Prints what a verification finds, at most [`FINDINGS_SHOWN`] lines of it.
struct PrintFindings {
    shown: u64,
    last_line: Instant,
}

impl Reporter for PrintFindings {
    fn note_finding(&mut self, finding: &Finding) {
        if self.shown < FINDINGS_SHOWN {
            drop(print_line(&format!("DAMAGED  {finding}")));
        }
        self.shown += 1;
    }

    fn note_progress(&mut self, events: u64) {
        if self.last_line.elapsed() >= PROGRESS_PERIOD {
            drop(print_line(&format!("{events} events")));
            self.last_line = Instant::now();
        }
    }
}

async fn verify_log(url: &SecretString, up_to: Option<Position>) -> anyhow::Result<ExitCode> {
    let mut report = PrintFindings {
        shown: 0,
        last_line: Instant::now(),
    };
    let verified = verification::verify_log(url.expose_secret(), up_to, &mut report).await?;
    let end = verified.up_to.map_or("none".to_owned(), |at| at.to_string());
    let (events, digest) = (verified.events, verified.digest);
    print_line(&format!(
        "verified {events} events up to position {end}, digest {digest}"
    ))?;
    if verified.findings == 0 {
        print_line("nothing was altered")?;
        return Ok(ExitCode::SUCCESS);
    }
    print_line(&format!("{} damaged", verified.findings))?;
    Ok(ExitCode::FAILURE)
}

/// A position as it is printed: `17`, or `17/12` with a cluster's second half.
fn parse_position(text: &str) -> Result<Position, String> {
    let (commit, prepare) = text.split_once('/').unwrap_or((text, text));
    match (commit.parse(), prepare.parse()) {
        (Ok(commit), Ok(prepare)) => Ok(Position { commit, prepare }),
        _ => Err("write a position as it is printed, such as 17 or 17/12".to_owned()),
    }
}

async fn compare_logs(from: &SecretString, to: &SecretString) -> anyhow::Result<ExitCode> {
    print_comparison(&copy::verify(from.expose_secret(), to.expose_secret()).await?)
}

/// A target that lacks the source's end is equal so far, but not a copy yet: exit code 1.
fn print_comparison(copied: &Copied) -> anyhow::Result<ExitCode> {
    let at = |position: Option<_>| position.map_or("none".to_owned(), |at: Position| at.to_string());
    print_line(&format!(
        "equal: {} events, up to position {} of {} in the source",
        copied.events,
        at(copied.up_to),
        at(copied.head)
    ))?;
    print_line(&format!("digest {}", copied.digest))?;
    if copied.up_to < copied.head {
        print_line("the target lacks the events that follow in the source: run the copy again")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
