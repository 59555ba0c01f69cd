//! Building views from the log: at start when they are missing or old, and by `tally views rebuild`.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "postgres")]
use secrecy::ExposeSecret;
use tally_domain::{AnyEvent, Position, Recorded};
use tally_event_log::EventLog;
use tally_projections::{Rebuild, SwapError, Swapped, ViewStore};
use tracing::{info, warn};

use crate::config::Config;
use crate::projector::Projected;

/// How many events are read and applied at a time.
const PAGE: usize = 2048;

/// Opens the views: the files of this node, or those that nodes share, for whose server it waits as long as `wait`.
///
/// # Errors
/// They cannot be opened or are in use.
pub async fn open(config: &Config, wait: Duration) -> anyhow::Result<Arc<ViewStore>> {
    open_with(config, wait, 1).await
}

/// The same with so many threads to feed partitions side by side.
///
/// # Errors
/// As [`open`].
pub async fn open_for_rebuild(config: &Config, workers: u16) -> anyhow::Result<Arc<ViewStore>> {
    open_with(config, Duration::ZERO, workers).await
}

#[cfg_attr(
    not(feature = "postgres"),
    allow(unused_variables, reason = "files are fed by one")
)]
async fn open_with(config: &Config, wait: Duration, workers: u16) -> anyhow::Result<Arc<ViewStore>> {
    let config = config.clone();
    let open = move || match database(&config, wait)? {
        #[cfg(feature = "postgres")]
        Some(database) => Ok(Arc::new(ViewStore::open_in(&database.with_workers(workers))?)),
        #[cfg(not(feature = "postgres"))]
        Some(never) => match never {},
        None => Ok(Arc::new(ViewStore::open(&config.data_dir.join("views.db"))?)),
    };
    tokio::task::spawn_blocking(open).await?
}

/// Opens the views for reading, beside whoever feeds them.
///
/// # Errors
/// They cannot be opened, or are not there.
pub async fn open_read_only(config: &Config) -> anyhow::Result<Arc<ViewStore>> {
    let config = config.clone();
    let open = move || match database(&config, Duration::ZERO)? {
        #[cfg(feature = "postgres")]
        Some(database) => Ok(Arc::new(ViewStore::open_in_read_only(&database)?)),
        #[cfg(not(feature = "postgres"))]
        Some(never) => match never {},
        None => Ok(Arc::new(ViewStore::open_read_only(
            &config.data_dir.join("views.db"),
        )?)),
    };
    tokio::task::spawn_blocking(open).await?
}

/// The database of shared views, if there is one.
///
/// # Errors
/// Its URL is not right.
#[cfg(feature = "postgres")]
pub fn database(config: &Config, wait: Duration) -> anyhow::Result<Option<tally_projections::Database>> {
    let parse = |shared: &crate::config::Shared| {
        tally_projections::Database::parse(shared.url.expose_secret(), shared.partitions)
            .map(|database| database.of_generation(shared.generation).waiting(wait))
    };
    Ok(config.shared.as_ref().map(parse).transpose()?)
}

#[cfg(not(feature = "postgres"))]
fn database(_: &Config, _: Duration) -> anyhow::Result<Option<std::convert::Infallible>> {
    Ok(None)
}

/// Rebuilds the views when one of them is missing, of another version, or stopped by an event it could not take.
///
/// # Errors
/// A store failed.
pub async fn rebuild_if_needed(log: &dyn EventLog, views: &ViewStore) -> anyhow::Result<()> {
    let stale = views.needs_rebuild()?;
    if stale.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = stale.iter().map(|view| view.as_str()).collect();
    warn!(views = names.join(", "), "building views from the log");
    let swapped = rebuild(log, views, |_, _| {}).await?;
    info!(checkpoint = ?swapped.checkpoint, "views built");
    Ok(())
}

/// Builds all views anew beside the live ones and swaps them in. `progress` gets the number of events applied so far and the
/// position reached.
///
/// # Errors
/// A store failed. The live views are then as they were.
pub async fn rebuild(
    log: &dyn EventLog,
    views: &ViewStore,
    mut progress: impl FnMut(u64, Position),
) -> anyhow::Result<Swapped> {
    let mut rebuilt = views.begin_rebuild()?;
    let mut applied = 0;
    loop {
        applied = feed(log, &rebuilt, applied, &mut progress).await?;
        match views.swap(rebuilt) {
            Ok(swapped) => return Ok(swapped),
            // Events came in meanwhile; take them too.
            Err(SwapError::Behind { rebuilt: behind, .. }) => rebuilt = *behind,
            Err(SwapError::Store(cause)) => return Err(cause.into()),
        }
    }
}

async fn feed(
    log: &dyn EventLog,
    rebuilt: &Rebuild,
    mut applied: u64,
    progress: &mut impl FnMut(u64, Position),
) -> anyhow::Result<u64> {
    let mut at = rebuilt.checkpoint()?;
    loop {
        let page = log.read_all(at, PAGE).await?;
        let Some(last) = page.last().map(|e| e.position) else {
            return Ok(applied);
        };
        let count = page.len() as u64;
        let decoded = page
            .into_iter()
            .map(|stored| crate::events::codec().decode(stored));
        let events: Vec<Recorded<AnyEvent>> = decoded.collect::<Result<_, _>>()?;
        rebuilt.apply(&events)?;
        applied += count;
        at = Some(last);
        progress(applied, last);
    }
}

/// How often views that nodes share are waited for before a node asks itself whether they are good enough.
const TRIES: u32 = 3;
/// So many events may views lack that nobody feeds, and a node serves them nevertheless: old answers are better than none.
const FEW: usize = 10_000;

/// Waits until the views show `head`, saying so now and then: however long that takes where they are this node's own. Those that nodes share
/// may lack a little while no projector runs; views that are being built are waited for.
///
/// # Errors
/// The log failed.
pub async fn wait(
    config: &Config,
    log: &dyn EventLog,
    projected: &Projected,
    head: Position,
) -> anyhow::Result<()> {
    for tried in 1.. {
        if projected.wait_for(None, head).await.is_ok() {
            return Ok(());
        }
        let reached = projected.reached();
        info!(?reached, %head, "the views are catching up");
        if config.shared.is_some() && tried >= TRIES && log.read_all(reached, FEW).await?.len() < FEW {
            warn!(?reached, %head, "the views are not fed; they are served as they are");
            return Ok(());
        }
    }
    Ok(())
}
