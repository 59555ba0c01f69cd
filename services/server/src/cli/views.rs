//! `tally views`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use secrecy::ExposeSecret;
use tally_domain::Position;
use tally_event_log::{RawReader, open_raw};
use tally_view_store::{PartitionStatus, StoreError, ViewStatus, ViewStore};

use super::output::print_line;
use crate::config::Config;

/// The events by which a partition is behind are counted up to this number.
const LAG_LIMIT: usize = 10_000;

#[derive(Subcommand)]
pub enum ViewsVerb {
    /// Show each view: its version, the last position it has applied, and whether it has stopped.
    /// Where nodes share the views, also each partition. Servers may be running.
    Status,
    /// Rebuild all views from the log beside the live ones, compare both, and swap them in. For
    /// views in files, stop the server first; it rebuilds by itself when a view's version has
    /// changed. Views that nodes share are rebuilt while the nodes run.
    Rebuild {
        /// The number of partitions to feed at the same time, where nodes share the views.
        #[arg(long, default_value_t = 4)]
        workers: u16,
    },
    /// Where nodes share the views: remove views of other versions that no node feeds any more.
    Prune,
}

/// Carries out `tally views`.
pub async fn run(verb: ViewsVerb, config: Config) -> anyhow::Result<ExitCode> {
    match verb {
        ViewsVerb::Status => status(&config).await,
        ViewsVerb::Rebuild { workers } => rebuild(&config, workers).await,
        ViewsVerb::Prune => prune(&config).await,
    }
}

async fn status(config: &Config) -> anyhow::Result<ExitCode> {
    let views = crate::views::open_read_only(config).await?;
    let log = open_raw(config.log_url.expose_secret()).await?;
    let head = log.head().await?;
    print_line(&format!("log            head {}", position_text(head)))?;
    let reading = views.clone();
    let (views, partitions) = tokio::task::spawn_blocking(move || {
        Ok::<_, StoreError>((reading.status()?, reading.partition_status()?))
    })
    .await??;
    let healthy = print_views(&views)?;
    if partitions.len() > 1 {
        print_partitions(&*log, &partitions).await?;
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn position_text(at: Option<Position>) -> String {
    at.map_or("none".to_owned(), |at| at.to_string())
}

/// Prints a line for each view. True when all run.
fn print_views(views: &[ViewStatus]) -> anyhow::Result<bool> {
    let mut healthy = true;
    for view in views {
        healthy &= view.is_running();
        let at = position_text(view.checkpoint);
        let state = match &view.poisoned {
            Some(poison) => format!(
                "STOPPED at {} in {}: {}",
                poison.position, poison.stream, poison.cause
            ),
            None if view.is_running() => "running".to_owned(),
            None => "needs a rebuild".to_owned(),
        };
        print_line(&format!(
            "{:<20} v{} at {at}: {state}",
            view.view.as_str(),
            view.version
        ))?;
    }
    Ok(healthy)
}

/// Prints a line for each partition: its position, its lag in events, and whether a process feeds
/// it.
async fn print_partitions(log: &dyn RawReader, partitions: &[PartitionStatus]) -> anyhow::Result<()> {
    for part in partitions {
        let behind = match count_lag(log, part.checkpoint).await? {
            0 => "up to date".to_owned(),
            LAG_LIMIT => format!("at least {LAG_LIMIT} events behind"),
            events => format!("{events} events behind"),
        };
        let fed = if part.fed { "fed" } else { "not fed" };
        print_line(&format!(
            "partition {:<10} at {}: {behind}, {fed}",
            part.partition.to_string(),
            position_text(part.checkpoint)
        ))?;
    }
    Ok(())
}

/// The number of events after `at`, counted up to [`LAG_LIMIT`].
async fn count_lag(log: &dyn RawReader, at: Option<Position>) -> anyhow::Result<usize> {
    Ok(log.read_all(at, LAG_LIMIT).await?.len())
}

async fn prune(config: &Config) -> anyhow::Result<ExitCode> {
    if remove_unused(config).await?.is_empty() {
        print_line("there was nothing to remove")?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn remove_unused(config: &Config) -> anyhow::Result<Vec<String>> {
    let views = crate::views::open(config, Duration::ZERO).await?;
    let removed = tokio::task::spawn_blocking(move || remove_unused_views(&views)).await??;
    for schema in &removed {
        print_line(&format!("removed {schema}"))?;
    }
    Ok(removed)
}

/// Removes views of other versions that no node feeds, since what is erased is not removed from
/// them. Views in a file have no others.
pub(super) async fn remove_others(config: &Config) -> anyhow::Result<()> {
    if config.database_url.is_some() {
        remove_unused(config).await?;
    }
    Ok(())
}

fn remove_unused_views(views: &ViewStore) -> anyhow::Result<Vec<String>> {
    match views.shared_views() {
        Some(shared) => Ok(shared.prune()?),
        None => Ok(vec![]),
    }
}

async fn rebuild(config: &Config, workers: u16) -> anyhow::Result<ExitCode> {
    let views = match crate::views::open_for_rebuild(config, workers).await {
        Err(cause) if matches!(cause.downcast_ref(), Some(StoreError::InUse { .. })) => {
            anyhow::bail!("the views are in use; stop the server and run the command again")
        }
        opened => opened?,
    };
    // Servers may be running where nodes share the views, so the log is only read.
    let log = crate::assembly::open_log_read_only(config).await?;
    let head = log.head().await?.map_or("none".to_owned(), |at| at.to_string());
    let swapped = crate::views::rebuild(&*log, &views, |applied, at| {
        drop(print_line(&format!("{applied} events, at {at} of {head}")));
    });
    let swapped = swapped.await?;
    if swapped.differing.is_empty() {
        print_line("rebuilt; nothing differed from the views before")?;
    } else {
        print_line(&format!(
            "rebuilt; these tables differed from before: {}",
            swapped.differing.join(", ")
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
