//! Building views from the log: at start when they are missing or old, and by `tally views rebuild`.

use tally_domain::{Event, Position, Recorded};
use tally_event_log::{EventLog, codec};
use tally_projections::{Rebuild, SwapError, Swapped, ViewStore};
use tracing::{info, warn};

use crate::projector::Projected;

/// How many events are read and applied at a time.
const PAGE: usize = 2048;

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
        let events: Vec<Recorded<Event>> = page.into_iter().map(codec::decode).collect::<Result<_, _>>()?;
        rebuilt.apply(&events)?;
        applied += count;
        at = Some(last);
        progress(applied, last);
    }
}

/// Waits until the views show `head`, however long that takes, saying so now and then.
pub async fn wait(projected: &Projected, head: Position) {
    while projected.wait_for(head).await.is_err() {
        info!(reached = ?projected.reached(), %head, "the views are catching up");
    }
}
