//! `tally log`.

use std::process::ExitCode;

use clap::Subcommand;
use tally_event_log::{Options, contract, open};
use uuid::Uuid;

use super::say;

#[derive(Subcommand)]
pub enum Verb {
    /// Checks that an engine keeps the contract of an event log, in streams of its own beside what is there. Appends what it needs; nothing
    /// can be deleted from a log, so point it at a log that may keep a few thousand test events.
    Check {
        /// The log: `sqlite:PATH` or `memory:`.
        #[arg(long)]
        log: String,
    },
}

/// Runs one of them.
pub async fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    let Verb::Check { log } = verb;
    let log = open(&log, Options::default()).await?;
    let scratch = format!("contract-check-{}", Uuid::new_v4());
    let mut print = |property: &str, outcome: Result<(), String>| {
        let line = match outcome {
            Ok(()) => format!("kept    {property}"),
            Err(why) => format!("BROKEN  {property}: {why}"),
        };
        drop(say(&line));
    };
    let summary = contract::check(&*log, &scratch, &mut print).await;
    say(&format!("{} kept, {} broken", summary.kept, summary.broken))?;
    Ok(if summary.broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
