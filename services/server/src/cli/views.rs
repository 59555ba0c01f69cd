//! `tally views`.

use std::process::ExitCode;

use clap::Subcommand;
use secrecy::ExposeSecret;
use tally_event_log::{Options, open, open_read_only};
use tally_projections::{StoreError, ViewStore};

use super::say;
use crate::config::Config;

#[derive(Subcommand)]
pub enum Verb {
    /// Shows each view: its version, how far it is, and whether it is stopped. Works beside a running server.
    Status,
    /// Builds all views anew from the log beside the live ones, compares, and swaps them in. The server must be stopped; it rebuilds by
    /// itself when a view's version changed.
    Rebuild,
}

/// Runs one of them.
pub async fn run(verb: Verb, config: Config) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Status => status(&config).await,
        Verb::Rebuild => rebuild(&config).await,
    }
}

async fn status(config: &Config) -> anyhow::Result<ExitCode> {
    let views = ViewStore::open_read_only(&config.data_dir.join("views.db"))?;
    let head = open_read_only(config.log_url.expose_secret())
        .await?
        .head()
        .await?;
    say(&format!(
        "log            head {}",
        head.map_or("none".to_owned(), |at| at.to_string())
    ))?;
    let mut healthy = true;
    for view in views.status()? {
        healthy &= view.running();
        let at = view.checkpoint.map_or("none".to_owned(), |at| at.to_string());
        let standing = match &view.poisoned {
            Some(poison) => format!(
                "STOPPED at {} in {}: {}",
                poison.position, poison.stream, poison.cause
            ),
            None if view.running() => "running".to_owned(),
            None => "needs a rebuild".to_owned(),
        };
        say(&format!(
            "{:<20} v{} at {at}: {standing}",
            view.view.as_str(),
            view.version
        ))?;
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn rebuild(config: &Config) -> anyhow::Result<ExitCode> {
    let views = match ViewStore::open(&config.data_dir.join("views.db")) {
        Err(StoreError::InUse { .. }) => anyhow::bail!("the views are in use: stop the server first"),
        opened => opened?,
    };
    let log = open(config.log_url.expose_secret(), Options::default()).await?;
    let head = log.head().await?.map_or("none".to_owned(), |at| at.to_string());
    let swapped = crate::views::rebuild(&*log, &views, |applied, at| {
        drop(say(&format!("{applied} events, at {at} of {head}")));
    });
    let swapped = swapped.await?;
    if swapped.differing.is_empty() {
        say("rebuilt; nothing differed from the views before")?;
    } else {
        say(&format!(
            "rebuilt; these tables differed from before: {}",
            swapped.differing.join(", ")
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
