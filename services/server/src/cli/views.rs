//! `tally views`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use secrecy::ExposeSecret;
use tally_domain::Position;
use tally_event_log::{RawReader, open_raw};
use tally_operator::commands::log::record_acceptance;
use tally_operator::domain::log::Shortening;
use tally_view_store::{PartitionStatus, StoreError, Swapped, ViewStatus, ViewStore};

use super::output::print_line;
use super::stores::open_for_writing;
use crate::config::Config;
use crate::log_check::{Mismatch, find_mismatch, to_refusal};

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
        /// Rebuild them although the log lacks events that the views have applied, as after a
        /// restored backup. What only the views still show is given up for good; this is recorded
        /// in the log. Stop every server first.
        #[arg(long)]
        accept_shorter_log: bool,
    },
    /// Where nodes share the views: remove views of other versions that no node feeds any more.
    Prune,
}

/// Carries out `tally views`.
pub async fn run(verb: ViewsVerb, config: Config) -> anyhow::Result<ExitCode> {
    match verb {
        ViewsVerb::Status => status(&config).await,
        ViewsVerb::Rebuild {
            workers,
            accept_shorter_log,
        } => rebuild(&config, workers, accept_shorter_log).await,
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

async fn rebuild(config: &Config, workers: u16, accepts_shorter: bool) -> anyhow::Result<ExitCode> {
    let views = match crate::views::open_for_rebuild(config, workers).await {
        Err(cause) if matches!(cause.downcast_ref(), Some(StoreError::InUse { .. })) => {
            anyhow::bail!("the views are in use; stop the server and run the command again")
        }
        opened => opened?,
    };
    // Servers may be running where nodes share the views, so the log is only read.
    let log = crate::assembly::open_log_read_only(config).await?;
    let swapped = match find_mismatch(&*log, &views).await? {
        Some(mismatch) if accepts_shorter => {
            drop(log);
            rebuild_backwards(config, &views, &mismatch).await?
        }
        Some(mismatch) => return Err(to_refusal(&mismatch)),
        None => {
            let head = position_text(log.head().await?);
            crate::views::rebuild(&*log, &views, print_progress(head)).await?
        }
    };
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

/// Records that the log is accepted as it is, and rebuilds the views from it.
async fn rebuild_backwards(
    config: &Config,
    views: &ViewStore,
    mismatch: &Mismatch,
) -> anyhow::Result<Swapped> {
    let (_, log) = open_for_writing(config).await?;
    let shortening = Shortening {
        views: mismatch.views.to_string(),
        log: mismatch.log.map(|at| at.to_string()),
    };
    record_acceptance(&*log, &shortening).await?;
    print_line(&format!("accepted: {mismatch}"))?;
    let head = position_text(log.head().await?);
    crate::views::rebuild_backwards(&*log, views, print_progress(head)).await
}

fn print_progress(head: String) -> impl FnMut(u64, Position) {
    move |applied, at| drop(print_line(&format!("{applied} events, at {at} of {head}")))
}
