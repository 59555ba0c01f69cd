//! Whether the log is the one that the views were built from, with all that they have applied: a log
//! that was restored from a backup, or whose write-ahead log was damaged, may lack its end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tally_domain::Position;
use tally_event_log::LogReader;
use tally_operator::log_health::LogHealth;
use tally_view_store::{LogPoint, ViewStore};
use tracing::{error, info, warn};

/// The time between two checks while the server runs.
const INTERVAL: Duration = Duration::from_secs(5);
/// The pause before a mismatch is looked for again: a server that has just lost its lead may still
/// answer with an older end of the log.
const PAUSE: Duration = Duration::from_secs(1);

/// What the operator can do about it.
const ADVICE: &str = "Restore the log that belongs to the views. If this log is all that is left, stop every \
                      server and run `tally views rebuild --accept-shorter-log`: what only the views still \
                      show is then given up";

/// The log lacks an event that the views have applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The position of that event.
    pub views: Position,
    /// The end of the log.
    pub log: Option<Position>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let views = self.views;
        match self.log {
            None => write!(
                f,
                "the views have applied events up to position {views}, and the log is empty"
            ),
            Some(log) if log < views => write!(
                f,
                "the views have applied events up to position {views}, and the log ends at position {log}: it \
                 lost its end, or is another log"
            ),
            Some(log) => write!(
                f,
                "the log ends at position {log}, and at position {views} it does not have the event that the \
                 views have applied there: it lost its end and went on, or is another log"
            ),
        }
    }
}

/// Compares the views' checkpoints with the log: the positions, and the events that stand there.
///
/// # Errors
/// The log or the views cannot be read.
pub async fn find_mismatch(log: &dyn LogReader, views: &Arc<ViewStore>) -> anyhow::Result<Option<Mismatch>> {
    // Read before the log's end, which is then never behind them by itself.
    let points = read_points(views).await?;
    let Some(highest) = points.last() else {
        return Ok(None);
    };
    let head = log.head().await?;
    let mismatch = |point: &LogPoint| Mismatch {
        views: point.position,
        log: head,
    };
    if head < Some(highest.position) {
        return Ok(Some(mismatch(highest)));
    }
    for point in &points {
        if point.event.is_some() && log.find_at(point.position).await? != point.event {
            return Ok(Some(mismatch(point)));
        }
    }
    Ok(None)
}

/// The last events that the parts of the views have applied, each once, in the order of the log.
async fn read_points(views: &Arc<ViewStore>) -> anyhow::Result<Vec<LogPoint>> {
    let views = views.clone();
    let points = tokio::task::spawn_blocking(move || views.log_points());
    let mut points = points.await??;
    points.sort_unstable();
    points.dedup();
    Ok(points)
}

/// Refuses views that have applied what the log does not have.
///
/// # Errors
/// There is a mismatch, or the log or the views cannot be read.
pub async fn require_match(log: &dyn LogReader, views: &Arc<ViewStore>) -> anyhow::Result<()> {
    if find_mismatch(log, views).await?.is_none() {
        return Ok(());
    }
    tokio::time::sleep(PAUSE).await;
    match find_mismatch(log, views).await? {
        None => Ok(()),
        Some(mismatch) => Err(to_refusal(&mismatch)),
    }
}

/// The refusal to go on, with what the operator can do.
pub fn to_refusal(mismatch: &Mismatch) -> anyhow::Error {
    anyhow::anyhow!("{mismatch}. {ADVICE}")
}

/// Compares log and views every few seconds, until the views are dropped. After a mismatch nothing
/// is appended, until there is none any more.
pub fn watch(log: &Arc<dyn LogReader>, views: &Arc<ViewStore>, health: &Arc<LogHealth>) {
    let (log, views, health) = (Arc::downgrade(log), Arc::downgrade(views), Arc::downgrade(health));
    tokio::spawn(async move {
        let mut was_seen = false;
        loop {
            tokio::time::sleep(INTERVAL).await;
            let (Some(log), Some(views), Some(health)) = (log.upgrade(), views.upgrade(), health.upgrade())
            else {
                return;
            };
            was_seen = check(&*log, &views, &health, was_seen).await;
        }
    });
}

/// One check. A mismatch counts when it is seen twice; returns whether one was seen.
pub async fn check(log: &dyn LogReader, views: &Arc<ViewStore>, health: &LogHealth, was_seen: bool) -> bool {
    match find_mismatch(log, views).await {
        Ok(None) => {
            if health.set_mismatch(None) {
                info!("the log has all that the views have applied");
            }
            false
        }
        Ok(Some(mismatch)) => {
            if was_seen {
                error!(%mismatch, "{ADVICE}");
                health.set_mismatch(Some(mismatch.to_string()));
            }
            true
        }
        Err(cause) => {
            warn!(
                cause = format!("{cause:#}"),
                "the log could not be compared with the views"
            );
            was_seen
        }
    }
}
