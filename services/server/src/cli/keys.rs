//! `tally keys`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use tally_operator::commands::keys;
use tally_operator::domain::keys::Rotation;
use tally_vault::{KeysStatus, Vault, VaultError};
use tokio::task::spawn_blocking;

use super::output::print_line;
use super::stores::{open_existing_keys, open_for_writing};
use crate::config::{Config, Settings};

#[derive(Subcommand)]
pub enum KeysVerb {
    /// Show how many keys are wrapped by which master key and how many were destroyed, and whether
    /// another master key than the current one is still needed. Servers may be running.
    Status,
    /// Wrap every key by the current master key again that is wrapped by `TALLY_OTHER_MASTER_KEY`.
    /// It can be interrupted and repeated, and is recorded in the log. Servers on a shared log may
    /// be running; with a log in a file, stop the server first.
    Rotate,
    /// Copy all keys of a `keys.db` into a PostgreSQL database. They stay wrapped by the same
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
pub async fn run(verb: KeysVerb, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    match verb {
        KeysVerb::Status => print_status(&read_config(file)?).await?,
        KeysVerb::Rotate => rotate(&read_config(file)?).await?,
        KeysVerb::Copy { from, to } => copy(&from, &to).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read_config(file: Option<&Path>) -> anyhow::Result<Config> {
    Ok(Config::check(&Settings::read(file, std::env::vars())?)?)
}

async fn copy(from: &Path, to: &SecretString) -> anyhow::Result<()> {
    let keys = tally_vault::copy_keys(from, to.expose_secret()).await?;
    print_line(&format!(
        "the database now has {keys} keys, including destroyed ones"
    ))?;
    Ok(())
}

async fn print_status(config: &Config) -> anyhow::Result<()> {
    let vault = open_existing_keys(config).await?;
    let status = ask(&vault, Vault::keys_status).await?;
    for line in describe(&status) {
        print_line(&line)?;
    }
    Ok(())
}

async fn rotate(config: &Config) -> anyhow::Result<()> {
    let (vault, log) = open_for_writing(config).await?;
    let status = ask(&vault, Vault::keys_status).await?;
    let rotation = Rotation {
        from: older_master_keys(&status),
        to: status.current,
    };
    ask(&vault, Vault::check_rewrap).await?;
    keys::record_start(&*log, &rotation).await?;
    let rewrapped = ask(&vault, Vault::rewrap).await?;
    keys::record_end(&*log, rewrapped).await?;
    print_line(&format!(
        "{rewrapped} keys are wrapped again, and all are under {}",
        rotation.to
    ))?;
    Ok(())
}

/// Asks the key store, on a thread that may block.
async fn ask<T: Send + 'static>(
    vault: &Vault,
    call: fn(&Vault) -> Result<T, VaultError>,
) -> anyhow::Result<T> {
    let vault = vault.clone();
    Ok(spawn_blocking(move || call(&vault)).await??)
}

fn older_master_keys(status: &KeysStatus) -> Vec<String> {
    let named = status.counts.iter().filter_map(|count| count.kek_id.clone());
    let mut older: Vec<String> = named.filter(|kek_id| *kek_id != status.current).collect();
    older.sort_unstable();
    older.dedup();
    older
}

fn describe(status: &KeysStatus) -> Vec<String> {
    let mut lines = vec![format!("current master key: {}", status.current)];
    lines.extend(status.counts.iter().map(|count| match &count.kek_id {
        Some(kek_id) => format!("{:<10} {:>9} under {kek_id}", count.table, count.keys),
        None => format!("{:<10} {:>9} destroyed", count.table, count.keys),
    }));
    lines.push(match status.behind() {
        0 => "No key is under another master key. An older one may be retired, unless a backup of the \
              keys that is still needed is under it."
            .to_owned(),
        behind => format!(
            "{behind} keys are under other master keys, which may not be retired: run tally keys rotate"
        ),
    });
    lines
}

#[cfg(test)]
mod tests {
    use tally_vault::KeyCount;

    use super::*;

    fn count(table: &'static str, kek_id: Option<&str>, keys: u64) -> KeyCount {
        let kek_id = kek_id.map(str::to_owned);
        KeyCount { table, kek_id, keys }
    }

    #[test]
    fn the_status_says_whether_an_older_master_key_is_still_needed() {
        let mut status = KeysStatus {
            current: "local-2".to_owned(),
            counts: vec![
                count("data_keys", Some("local-1"), 3),
                count("data_keys", Some("local-2"), 4),
                count("people", Some("local-1"), 5),
                count("people", None, 6),
            ],
        };
        assert_eq!(older_master_keys(&status), ["local-1"]);
        let lines = describe(&status);
        assert_eq!(lines[1], "data_keys          3 under local-1");
        assert_eq!(lines[4], "people             6 destroyed");
        assert!(lines[5].starts_with("8 keys are under other master keys"));
        status
            .counts
            .retain(|count| count.kek_id.as_deref() != Some("local-1"));
        assert!(describe(&status)[3].starts_with("No key is under another master key."));
    }
}
