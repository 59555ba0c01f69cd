//! `tally log`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use tally_event_log::copy::{self, Copied};
use tally_event_log::{Scratch, check_engine, contract};
use uuid::Uuid;

use super::say;

/// How often a copy says how far it is.
const SAY_EVERY: Duration = Duration::from_secs(5);

#[derive(Subcommand)]
pub enum Verb {
    /// Checks that an engine keeps the contract of an event log. In a PostgreSQL database it makes a schema for the trial and drops it
    /// afterwards. On a KurrentDB cluster it appends to streams with prefixes of its own, and tries besides what becomes of a client that is
    /// sent on, thrown away or interrupted. Elsewhere it appends to streams of its own beside what is there. Nothing can be deleted from a
    /// log or a cluster, so point it at one that may keep a few thousand test events.
    Check {
        /// The log: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, `kurrentdb://USER@HOST,HOST` or `memory:`. A password is better given by
        /// PGPASSWORD or ~/.pgpass.
        #[arg(long)]
        log: SecretString,
    },
    /// Copies a log to another place or engine, with ids, revisions, times, contexts and order kept, and compares both at the end. The source
    /// is only read and may be in use; the target may not. Interrupted, it goes on where it was when it is asked again.
    Copy {
        /// The log to copy.
        #[arg(long)]
        from: SecretString,
        /// Where to: an empty place, or one with the beginning of the same log.
        #[arg(long)]
        to: SecretString,
        /// Only compares, and writes nothing.
        #[arg(long)]
        verify_only: bool,
    },
}

/// Runs one of them.
pub async fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Check { log } => check(&log).await,
        Verb::Copy {
            from,
            to,
            verify_only: false,
        } => copied(&from, &to).await,
        Verb::Copy { from, to, .. } => compared(&from, &to).await,
    }
}

async fn check(url: &SecretString) -> anyhow::Result<ExitCode> {
    let place = Scratch::open(url.expose_secret()).await?;
    let scratch = format!("contract-check-{}", Uuid::new_v4());
    let mut print = |property: &str, outcome: Result<(), String>| {
        let line = match outcome {
            Ok(()) => format!("kept    {property}"),
            Err(why) => format!("BROKEN  {property}: {why}"),
        };
        drop(say(&line));
    };
    let contract = contract::check(&*place.log, &scratch, &mut print).await;
    place.remove().await?;
    let besides = check_engine(url.expose_secret(), &mut print).await?;
    let (kept, broken) = (contract.kept + besides.kept, contract.broken + besides.broken);
    say(&format!("{kept} kept, {broken} broken"))?;
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn copied(from: &SecretString, to: &SecretString) -> anyhow::Result<ExitCode> {
    let mut said = Instant::now();
    let mut progress = |events: u64| {
        if said.elapsed() >= SAY_EVERY {
            drop(say(&format!("{events} events")));
            said = Instant::now();
        }
    };
    let copied = copy::copy(from.expose_secret(), to.expose_secret(), &mut progress).await?;
    let more = copied.events - copied.before;
    say(&format!(
        "{more} events copied, {} were there before",
        copied.before
    ))?;
    tell(&copied)
}

async fn compared(from: &SecretString, to: &SecretString) -> anyhow::Result<ExitCode> {
    tell(&copy::verify(from.expose_secret(), to.expose_secret()).await?)
}

/// A target that lacks the source's end is no failure of a comparison, but it is no copy yet either.
fn tell(copied: &Copied) -> anyhow::Result<ExitCode> {
    let at =
        |position: Option<_>| position.map_or("none".to_owned(), |at: tally_domain::Position| at.to_string());
    say(&format!(
        "equal: {} events, up to position {} of {} in the source",
        copied.events,
        at(copied.up_to),
        at(copied.head)
    ))?;
    say(&format!("digest {}", copied.digest))?;
    if copied.up_to < copied.head {
        say("the target lacks what follows in the source: copy again")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
