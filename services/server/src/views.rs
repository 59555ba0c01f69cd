//! Opening the views, and building them from the log: at start when they are missing or old, and by
//! `tally views rebuild`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::ExposeSecret;
use tally_domain::{AnyEvent, Position, Recorded};
use tally_event_log::{Chain, Damage, LogReader, StoredEvent};
use tally_view_store::{Rebuild, SwapError, Swapped, ViewSet, ViewStore};
use tracing::{error, info, warn};

use crate::config::Config;
use crate::log_check::{Mismatch, to_refusal};
use crate::projector::Projected;

/// The number of events that are read and applied at a time.
const PAGE_SIZE: usize = 2048;

/// The views of the business and of the operator.
pub fn all_views() -> ViewSet {
    ViewSet::new(&[tally_projections::VIEWS, tally_operator::views::VIEWS])
}

/// Opens the views: the files of this node, or those that nodes share. It waits up to `wait` until
/// the database server of shared views answers.
///
/// # Errors
/// The views cannot be opened, or another process has them in use.
pub async fn open(config: &Config, wait: Duration) -> anyhow::Result<Arc<ViewStore>> {
    open_with(config, wait, 1).await
}

/// Opens the views with `workers` threads that feed partitions at the same time.
///
/// # Errors
/// As [`open`].
pub async fn open_for_rebuild(config: &Config, workers: u16) -> anyhow::Result<Arc<ViewStore>> {
    open_with(config, Duration::ZERO, workers).await
}

async fn open_with(config: &Config, wait: Duration, workers: u16) -> anyhow::Result<Arc<ViewStore>> {
    let config = config.clone();
    let open = move || match shared_database(&config, wait)? {
        Some(database) => Ok(Arc::new(ViewStore::open_in(
            &database.with_workers(workers),
            &all_views(),
        )?)),
        None => open_file(&config.data_dir.join("views.db")),
    };
    tokio::task::spawn_blocking(open).await?
}

fn open_file(path: &Path) -> anyhow::Result<Arc<ViewStore>> {
    let opened = ViewStore::open(path, &all_views()).with_context(|| {
        format!(
            "the views {} cannot be used. While no server runs, the file can be removed: views are built from \
             the log",
            path.display()
        )
    });
    Ok(Arc::new(opened?))
}

/// Opens the views for reading, while another process may feed them.
///
/// # Errors
/// The views cannot be opened, or they do not exist.
pub async fn open_read_only(config: &Config) -> anyhow::Result<Arc<ViewStore>> {
    let config = config.clone();
    let open = move || match shared_database(&config, Duration::ZERO)? {
        Some(database) => Ok(Arc::new(ViewStore::open_in_read_only(&database, &all_views())?)),
        None => Ok(Arc::new(ViewStore::open_read_only(
            &config.data_dir.join("views.db"),
            &all_views(),
        )?)),
    };
    tokio::task::spawn_blocking(open).await?
}

/// The database of shared views, if nodes share them.
fn shared_database(config: &Config, wait: Duration) -> anyhow::Result<Option<tally_view_store::Database>> {
    let Some(url) = &config.database_url else {
        return Ok(None);
    };
    let database = tally_view_store::Database::parse(url.expose_secret(), config.partitions)?;
    let database = database.with_generation(config.views_generation);
    Ok(Some(database.with_connect_timeout(wait)))
}

/// Rebuilds the views when one of them is missing, has another version, or was stopped by an event
/// that it could not apply.
///
/// # Errors
/// The log cannot be read, or the views cannot be written.
pub async fn rebuild_if_needed(log: &dyn LogReader, views: &ViewStore) -> anyhow::Result<()> {
    let stale = views.needs_rebuild()?;
    if stale.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = stale.iter().map(|view| view.as_str()).collect();
    warn!(views = names.join(", "), "building views from the log");
    let swapped = build(log, views, Strictness::Reports, |_, _| {}).await?;
    info!(checkpoint = ?swapped.checkpoint, "views built");
    Ok(())
}

/// Rebuilds all views beside the live ones and swaps them in. `progress` receives the number of
/// events applied so far and the position reached.
///
/// # Errors
/// The log cannot be read, an event of it was altered or is missing, the new views cannot be written,
/// or one of them stopped at an event. The live views then stay unchanged.
pub async fn rebuild(
    log: &dyn LogReader,
    views: &ViewStore,
    progress: impl FnMut(u64, Position),
) -> anyhow::Result<Swapped> {
    build(log, views, Strictness::Refuses, progress).await
}

/// What a build does about a log that was altered, and about views that stopped.
#[derive(Clone, Copy)]
enum Strictness {
    /// It reports them, since a server without views would serve no one.
    Reports,
    /// It swaps nothing in.
    Refuses,
    /// The same, and a log that lost its end is accepted.
    AcceptsShorter,
}

impl Strictness {
    fn check_gap(self, gap: Option<Position>) -> anyhow::Result<()> {
        match (self, gap) {
            (_, None) => Ok(()),
            (Self::Reports, Some(gap)) => {
                error!(position = %gap, "an event of the log is missing: see docs/deploy.md, An altered log");
                Ok(())
            }
            (Self::Refuses | Self::AcceptsShorter, Some(gap)) => anyhow::bail!(
                "the log was altered: no event stands at position {gap}. Nothing was swapped in, and the \
                 views are as before. tally log verify names all that was altered"
            ),
        }
    }

    fn check_event(self, damage: &Damage) -> anyhow::Result<()> {
        match self {
            Self::Reports => {
                error!(%damage, "an event of the log was altered: see docs/deploy.md, An altered log");
                Ok(())
            }
            Self::Refuses | Self::AcceptsShorter => anyhow::bail!(
                "the log was altered: {damage}. Nothing was swapped in, and the views are as before. tally \
                 log verify names all that was altered"
            ),
        }
    }

    fn check_views(self, rebuilt: &Rebuild) -> anyhow::Result<()> {
        match self {
            Self::Reports => Ok(()),
            Self::Refuses | Self::AcceptsShorter => refuse_stopped(rebuilt),
        }
    }

    fn swap(self, views: &ViewStore, rebuilt: Rebuild) -> Result<Swapped, SwapError> {
        match self {
            Self::Reports | Self::Refuses => views.swap(rebuilt),
            Self::AcceptsShorter => views.swap_backwards(rebuilt),
        }
    }
}

/// The same from a log that lacks what the views have applied, which an operator has accepted.
///
/// # Errors
/// As [`rebuild`].
pub async fn rebuild_backwards(
    log: &dyn LogReader,
    views: &ViewStore,
    progress: impl FnMut(u64, Position),
) -> anyhow::Result<Swapped> {
    build(log, views, Strictness::AcceptsShorter, progress).await
}

/// Views that stopped would replace some that may be complete.
fn refuse_stopped(rebuilt: &Rebuild) -> anyhow::Result<()> {
    for view in rebuilt.status()? {
        if let Some(at) = view.poisoned {
            anyhow::bail!(
                "the rebuilt view {} stopped at position {} in {}: {}. Nothing was swapped in, and the views \
                 are as before. Restore what this event needs, such as its tenant's key, or use the version \
                 of Tally that can apply it; then run the command again",
                view.view.as_str(),
                at.position,
                at.stream,
                at.cause
            );
        }
    }
    Ok(())
}

/// Builds all views and swaps them in.
async fn build(
    log: &dyn LogReader,
    views: &ViewStore,
    strictness: Strictness,
    mut progress: impl FnMut(u64, Position),
) -> anyhow::Result<Swapped> {
    strictness.check_gap(log.find_gap().await?)?;
    let mut rebuilt = views.begin_rebuild()?;
    let (mut chain, mut applied) = (Chain::default(), 0);
    loop {
        let mut check = |event: &StoredEvent| match chain.check(event) {
            Ok(()) => Ok(()),
            Err(damage) => strictness.check_event(&damage),
        };
        let reached = apply_log(log, &rebuilt, applied, &mut check, &mut progress).await;
        let reached = reached.and_then(|applied| strictness.check_views(&rebuilt).map(|()| applied));
        match reached {
            Ok(reached) => applied = reached,
            Err(objection) => {
                rebuilt.abandon()?;
                return Err(objection);
            }
        }
        match strictness.swap(views, rebuilt) {
            Ok(swapped) => return Ok(swapped),
            // More events were appended during the rebuild; apply them too.
            Err(SwapError::Behind {
                rebuilt: behind,
                at,
                live,
            }) => {
                let head = log.head().await?;
                if let Some(views) = live.filter(|_| head <= at) {
                    behind.abandon()?;
                    return Err(to_refusal(&Mismatch { views, log: head }));
                }
                rebuilt = *behind;
            }
            Err(SwapError::Store(cause)) => return Err(cause.into()),
        }
    }
}

async fn apply_log(
    log: &dyn LogReader,
    rebuilt: &Rebuild,
    mut applied: u64,
    check: &mut (dyn FnMut(&StoredEvent) -> anyhow::Result<()> + Send),
    progress: &mut impl FnMut(u64, Position),
) -> anyhow::Result<u64> {
    let mut at = rebuilt.checkpoint()?;
    loop {
        let page = log.read_all(at, PAGE_SIZE).await?;
        let Some(last) = page.last().map(|e| e.position) else {
            return Ok(applied);
        };
        let count = page.len() as u64;
        page.iter().try_for_each(&mut *check)?;
        let decoded = page
            .into_iter()
            .map(|stored| crate::events::codec().decode_any(stored));
        let events: Vec<Recorded<AnyEvent>> = decoded.collect();
        rebuilt.apply(&events)?;
        applied += count;
        at = Some(last);
        progress(applied, last);
    }
}

/// The number of timeouts after which a node checks whether stale shared views are good enough.
const TIMEOUTS: u32 = 3;
/// The greatest lag, in events, at which a node serves views that no projector feeds: old answers
/// are better than none.
const TOLERATED_LAG: usize = 10_000;

/// Waits until the views show `head`, and logs that it waits. For views of its own a node waits
/// without limit. Views that nodes share may lag a little while no projector runs; a rebuild is
/// waited for.
///
/// # Errors
/// The log cannot be read.
pub async fn wait_until_current(
    config: &Config,
    log: &dyn LogReader,
    projected: &Projected,
    head: Position,
) -> anyhow::Result<()> {
    for timeouts in 1.. {
        if projected.wait_for(None, head).await.is_ok() {
            return Ok(());
        }
        let reached = projected.reached();
        info!(?reached, %head, "the views are catching up");
        if config.database_url.is_some()
            && timeouts >= TIMEOUTS
            && log.read_all(reached, TOLERATED_LAG).await?.len() < TOLERATED_LAG
        {
            warn!(?reached, %head, "no projector feeds the views; serving them as they are");
            return Ok(());
        }
    }
    Ok(())
}
