//! `tally views`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use secrecy::ExposeSecret;
use tally_domain::Position;
use tally_event_log::{LogReader, open_read_only};
use tally_projections::{PartitionStatus, StoreError, ViewStatus, ViewStore};

use super::say;
use crate::config::Config;

/// So far the events that a partition is behind are counted.
const MANY: usize = 10_000;

#[derive(Subcommand)]
pub enum Verb {
    /// Shows each view: its version, how far it is, and whether it is stopped; and each partition where nodes share the views. Works beside
    /// running servers.
    Status,
    /// Builds all views anew from the log beside the live ones, compares, and swaps them in. Views in files need the server to be stopped;
    /// it rebuilds by itself when a view's version changed. Views that nodes share are rebuilt while these go on.
    Rebuild {
        /// How many partitions are fed side by side, where nodes share the views.
        #[arg(long, default_value_t = 4)]
        workers: u16,
    },
    /// Removes views of other versions that nobody feeds any more, where nodes share the views.
    Prune,
}

/// Runs one of them.
pub async fn run(verb: Verb, config: Config) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Status => status(&config).await,
        Verb::Rebuild { workers } => rebuild(&config, workers).await,
        Verb::Prune => prune(&config).await,
    }
}

async fn status(config: &Config) -> anyhow::Result<ExitCode> {
    let views = crate::views::open_read_only(config).await?;
    let log = open_read_only(config.log_url.expose_secret()).await?;
    let head = log.head().await?;
    say(&format!("log            head {}", place(head)))?;
    let asked = views.clone();
    let (views, partitions) = tokio::task::spawn_blocking(move || {
        Ok::<_, StoreError>((asked.status()?, asked.partition_status()?))
    })
    .await??;
    let healthy = tell_views(&views)?;
    if partitions.len() > 1 {
        tell_partitions(&*log, &partitions).await?;
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn place(at: Option<Position>) -> String {
    at.map_or("none".to_owned(), |at| at.to_string())
}

/// A line for each view. Whether all run.
fn tell_views(views: &[ViewStatus]) -> anyhow::Result<bool> {
    let mut healthy = true;
    for view in views {
        healthy &= view.running();
        let at = place(view.checkpoint);
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
    Ok(healthy)
}

/// A line for each partition: how far it is, by how many events it is behind, and whether a process feeds it.
async fn tell_partitions(log: &dyn LogReader, partitions: &[PartitionStatus]) -> anyhow::Result<()> {
    for part in partitions {
        let behind = match lag(log, part.checkpoint).await? {
            0 => "up to date".to_owned(),
            MANY => format!("{MANY} events behind or more"),
            events => format!("{events} events behind"),
        };
        let fed = if part.fed { "fed" } else { "fed by nobody" };
        say(&format!(
            "partition {:<10} at {}: {behind}, {fed}",
            part.partition.to_string(),
            place(part.checkpoint)
        ))?;
    }
    Ok(())
}

/// How many events come after `at`, counted no further than [`MANY`].
async fn lag(log: &dyn LogReader, at: Option<Position>) -> anyhow::Result<usize> {
    Ok(log.read_all(at, MANY).await?.len())
}

async fn prune(config: &Config) -> anyhow::Result<ExitCode> {
    let views = crate::views::open(config, Duration::ZERO).await?;
    let removed = tokio::task::spawn_blocking(move || pruned(&views)).await??;
    if removed.is_empty() {
        say("there was nothing to remove")?;
    }
    for schema in removed {
        say(&format!("removed {schema}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "postgres")]
fn pruned(views: &ViewStore) -> anyhow::Result<Vec<String>> {
    match views.shared() {
        Some(shared) => Ok(shared.prune()?),
        None => Ok(vec![]),
    }
}

#[cfg(not(feature = "postgres"))]
fn pruned(_: &ViewStore) -> anyhow::Result<Vec<String>> {
    Ok(vec![])
}

async fn rebuild(config: &Config, workers: u16) -> anyhow::Result<ExitCode> {
    let views = match crate::views::open_for_rebuild(config, workers).await {
        Err(cause) if matches!(cause.downcast_ref(), Some(StoreError::InUse { .. })) => {
            anyhow::bail!("the views are in use: stop the server first")
        }
        opened => opened?,
    };
    // Beside servers where nodes share the views: the log is only read.
    let log = open_read_only(config.log_url.expose_secret()).await?;
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
