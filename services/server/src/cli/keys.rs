//! `tally keys`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};

use super::output::print_line;

#[derive(Subcommand)]
pub enum KeysVerb {
    /// Copy the data keys of a `keys.db` into a PostgreSQL database. They stay wrapped by the same
    /// master key. The copy can be repeated; a key that was destroyed on either side stays
    /// destroyed.
    Copy {
        /// The file to copy from: `keys.db` of a data directory.
        #[arg(long)]
        from: PathBuf,
        /// The database: `postgres://USER@HOST/DATABASE`. Pass a password in
        /// PGPASSWORD or ~/.pgpass rather than here.
        #[arg(long)]
        to: SecretString,
    },
}

/// Carries out `tally keys`.
pub async fn run(verb: KeysVerb) -> anyhow::Result<ExitCode> {
    let KeysVerb::Copy { from, to } = verb;
    let keys = tally_vault::copy_keys(&from, to.expose_secret()).await?;
    print_line(&format!(
        "the database now has {keys} keys, including destroyed ones"
    ))?;
    Ok(ExitCode::SUCCESS)
}
