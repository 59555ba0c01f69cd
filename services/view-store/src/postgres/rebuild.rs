//! Rebuilding the views in a schema beside the live one, and putting it in its place by its name.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use tally_domain::Position;
use tally_postgres::{Access, Session, Target};

use super::locks::LockClass;
use super::shared::SharedViews;
use crate::digest::digest_tables;
use crate::error::StoreError;
use crate::layout::Layout;
use crate::ledger;
use crate::sql::Db;
use crate::swap::{Behind, SwapAttempt, Swapped, differing_tables};

/// How long the lock of a process that has just ended may still be held.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);
/// The pause between two tries in that time.
const RELEASE_DELAY: Duration = Duration::from_millis(20);

/// Views that are being rebuilt by the process that holds the lock for it.
pub(crate) struct PostgresRebuild {
    pub views: SharedViews,
    holder: Session,
}

impl fmt::Display for PostgresRebuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.views)
    }
}

impl PostgresRebuild {
    pub fn abandon(self) -> Result<(), StoreError> {
        let schema = &self.views.target.schema;
        let abandon = format!("DROP SCHEMA {schema} CASCADE; SELECT pg_advisory_unlock_all()");
        Ok(self.holder.run(&abandon)?)
    }
}

/// The lowest and the highest checkpoint of the views in one partition.
#[derive(PartialEq)]
struct CheckpointRange {
    lowest: Option<Position>,
    highest: Option<Position>,
}

/// What a comparison of the rebuilt views with the live ones yields.
enum Comparison {
    /// The rebuilt views can take the place of the live ones.
    Ready(Swapped),
    Behind {
        at: Option<Position>,
        live: Option<Position>,
    },
}

impl SharedViews {
    pub(crate) fn begin_rebuild(&self) -> Result<PostgresRebuild, StoreError> {
        self.check_writable()?;
        let holder = self.runtime.connect(&self.target, Access::Write)?;
        // A swap compares and drops whole tables. The lock ends with the connection.
        holder.run("SET statement_timeout = 0")?;
        if !take_when_released(&holder, LockClass::rebuild(&self.target))? {
            return Err(StoreError::InUse {
                what: format!("a rebuild of {self}"),
            });
        }
        let target = Target {
            schema: format!("{}_rebuild", self.target.schema),
            ..self.target.clone()
        };
        holder.run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", target.schema))?;
        let views = Self::open_at(self.runtime.clone(), &self.database, &self.views, target)?;
        Ok(PostgresRebuild { views, holder })
    }

    pub(crate) fn swap(
        &self,
        rebuilt: PostgresRebuild,
        behind: Behind,
    ) -> Result<SwapAttempt<PostgresRebuild>, StoreError> {
        self.check_writable()?;
        let db = &rebuilt.holder;
        db.run(&format!("BEGIN; {}", self.target.lock()))?;
        match self.swap_locked(&rebuilt, behind) {
            Ok(Comparison::Ready(swapped)) => {
                // The lock is freed at once, not when the server notices the end of the connection.
                db.run("COMMIT; SELECT pg_advisory_unlock_all()")?;
                Ok(SwapAttempt::Swapped(swapped))
            }
            Ok(Comparison::Behind { at, live }) => {
                db.roll_back();
                Ok(SwapAttempt::Behind { rebuilt, at, live })
            }
            Err(error) => {
                db.roll_back();
                Err(error)
            }
        }
    }

    /// Compares and swaps while all feeders wait for the lock.
    fn swap_locked(&self, rebuilt: &PostgresRebuild, behind: Behind) -> Result<Comparison, StoreError> {
        let db = &rebuilt.holder;
        let (live, built) = (&self.target.schema, &rebuilt.views.target.schema);
        db.run(&format!("SET LOCAL search_path = {live}"))?;
        let live_ranges = read_ranges(db, self.layout())?;
        db.run(&format!("SET LOCAL search_path = {built}"))?;
        let built_ranges = read_ranges(db, rebuilt.views.layout())?;
        let at = built_ranges.iter().map(|range| range.lowest).min().flatten();
        let furthest = live_ranges.iter().map(|range| range.highest).max().flatten();
        if behind == Behind::Refused && is_behind(&built_ranges, &live_ranges, at < furthest) {
            return Ok(Comparison::Behind { at, live: furthest });
        }
        let differing = if built_ranges == live_ranges {
            self.compare_tables(rebuilt)?
        } else {
            vec![]
        };
        let old = format!("{live}_old");
        db.run(&format!(
            "ALTER SCHEMA {live} RENAME TO {old};
             ALTER SCHEMA {built} RENAME TO {live};
             DROP SCHEMA {old} CASCADE"
        ))?;
        Ok(Comparison::Ready(Swapped {
            checkpoint: at,
            differing,
        }))
    }

    fn compare_tables(&self, rebuilt: &PostgresRebuild) -> Result<Vec<String>, StoreError> {
        let db = &rebuilt.holder;
        let digest = |views: &Self| {
            db.run(&format!("SET LOCAL search_path = {}", views.target.schema))?;
            digest_tables(Db::postgres(db), views.layout())
        };
        Ok(differing_tables(&digest(self)?, &digest(&rebuilt.views)?))
    }
}

/// Whether any rebuilt partition is behind its live one. Views that are split another way cannot be
/// compared partition by partition: then no part of the whole may be behind any live part.
fn is_behind(built: &[CheckpointRange], live: &[CheckpointRange], whole_is_behind: bool) -> bool {
    if built.len() != live.len() {
        return whole_is_behind;
    }
    built
        .iter()
        .zip(live)
        .any(|(built, live)| built.lowest < live.highest)
}

/// Takes the lock for a rebuild. If the process before has just ended, the server needs a moment to
/// notice.
fn take_when_released(holder: &Session, class: LockClass) -> Result<bool, StoreError> {
    let until = Instant::now() + RELEASE_TIMEOUT;
    loop {
        if class.try_take(holder, 0)? {
            return Ok(true);
        }
        if Instant::now() > until {
            return Ok(false);
        }
        thread::sleep(RELEASE_DELAY);
    }
}

fn read_ranges(db: &Session, layout: Layout<'_>) -> Result<Vec<CheckpointRange>, StoreError> {
    let parts = ledger::read_parts(Db::postgres(db), layout)?;
    let range = |partition| {
        let of_partition = parts.iter().filter(|part| part.partition == partition);
        let running = of_partition.clone().filter(|part| part.status.is_running());
        CheckpointRange {
            lowest: running.map(|part| part.status.checkpoint).min().flatten(),
            highest: of_partition.map(|part| part.status.checkpoint).max().flatten(),
        }
    };
    Ok(layout.partitions.iter().copied().map(range).collect())
}
