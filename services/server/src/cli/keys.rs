//! `tally keys`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};

use super::say;

#[derive(Subcommand)]
pub enum Verb {
    /// Copies the data keys of a `keys.db` into a PostgreSQL database, wrapped as they are: the same master key opens them there. It can be
    /// done again, and what was destroyed on either side stays destroyed.
    Copy {
        /// The file.
        #[arg(long)]
        from: PathBuf,
        /// The database: `postgres://USER@HOST/DATABASE`. A password is better given by PGPASSWORD or ~/.pgpass.
        #[arg(long)]
        to: SecretString,
    },
}

/// Runs one of them.
pub async fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    let Verb::Copy { from, to } = verb;
    let keys = tally_vault::copy_keys(&from, to.expose_secret()).await?;
    say(&format!("{keys} keys are there, destroyed ones counted"))?;
    Ok(ExitCode::SUCCESS)
}
