//! Building the views anew in a schema beside the live one, and putting it in its place by its name.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use tally_domain::Position;
use tally_postgres::{Access, Target};

use super::lease::{rebuild_class, take};
use super::{SharedViews, ledger};
use crate::error::{StoreError, SwapError};
use crate::partition::Partition;
use crate::sql::Db;
use crate::sql::postgres::Session;
use crate::store::{Rebuild, Rebuilding, Swapped, differing, digest};

/// How long the lock of a process that is gone may still be held.
const LET_GO: Duration = Duration::from_secs(2);
/// How often to look in that time.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Views being built, by whoever holds the lock of it.
pub(crate) struct Rebuilt {
    pub views: SharedViews,
    holder: Session,
}

impl fmt::Display for Rebuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.views)
    }
}

impl Rebuilt {
    pub fn abandon(self) -> Result<(), StoreError> {
        let schema = &self.views.target.schema;
        let done = format!("DROP SCHEMA {schema} CASCADE; SELECT pg_advisory_unlock_all()");
        self.holder.run(&done)
    }
}

/// Where each partition of some views is: the lowest and the highest checkpoint of its views.
type Places = Vec<(Option<Position>, Option<Position>)>;

impl SharedViews {
    pub(crate) fn begin_rebuild(&self) -> Result<Rebuild, StoreError> {
        self.writable()?;
        let holder = self.io.connect(&self.target, Access::Write)?;
        // A swap compares and drops whole tables. The lock goes with the connection.
        holder.run("SET statement_timeout = 0")?;
        if !take_soon(&holder, rebuild_class(&self.target))? {
            return Err(StoreError::InUse {
                what: format!("a rebuild of {self}"),
            });
        }
        let target = Target {
            schema: format!("{}_rebuild", self.target.schema),
            ..self.target.clone()
        };
        holder.run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", target.schema))?;
        let views = Self::open_at(self.io.clone(), &self.database, target)?;
        Ok(Rebuild(Rebuilding::Postgres(Box::new(Rebuilt { views, holder }))))
    }

    pub(crate) fn swap(&self, rebuilt: Rebuilt) -> Result<Swapped, SwapError> {
        self.writable()?;
        let db = &rebuilt.holder;
        db.run(&format!("BEGIN; {}", self.target.lock()))
            .map_err(SwapError::from)?;
        let swapped = self.swap_locked(&rebuilt);
        match swapped {
            Ok(Ok(swapped)) => {
                // The lock is given up at once, not when the server notices that the connection is gone.
                db.run("COMMIT; SELECT pg_advisory_unlock_all()")?;
                Ok(swapped)
            }
            Ok(Err((at, live))) => {
                db.roll_back();
                let rebuilt = Box::new(Rebuild(Rebuilding::Postgres(Box::new(rebuilt))));
                Err(SwapError::Behind { rebuilt, at, live })
            }
            Err(error) => {
                db.roll_back();
                Err(error.into())
            }
        }
    }

    /// With all feeders waiting. Answers with where both stand when the rebuilt views are behind.
    #[allow(clippy::type_complexity, reason = "read in one place")]
    fn swap_locked(
        &self,
        rebuilt: &Rebuilt,
    ) -> Result<Result<Swapped, (Option<Position>, Option<Position>)>, StoreError> {
        let db = &rebuilt.holder;
        let (live, built) = (&self.target.schema, &rebuilt.views.target.schema);
        db.run(&format!("SET LOCAL search_path = {live}"))?;
        let live_places = places(db, &self.partitions)?;
        db.run(&format!("SET LOCAL search_path = {built}"))?;
        let built_places = places(db, &rebuilt.views.partitions)?;
        let at = built_places.iter().map(|(lowest, _)| *lowest).min().flatten();
        // Split another way, the partitions cannot be told one by one: the whole must not be behind any part.
        let furthest = live_places.iter().map(|(_, highest)| *highest).max().flatten();
        let one_by_one = built_places.len() == live_places.len();
        let behind = |(built, live): (&(_, _), &(_, _))| built.0 < live.1;
        let is_behind = if one_by_one {
            built_places.iter().zip(&live_places).any(behind)
        } else {
            at < furthest
        };
        if is_behind {
            return Ok(Err((at, furthest)));
        }
        let differing = if built_places == live_places {
            self.compare(rebuilt)?
        } else {
            vec![]
        };
        let old = format!("{live}_old");
        db.run(&format!(
            "ALTER SCHEMA {live} RENAME TO {old};
             ALTER SCHEMA {built} RENAME TO {live};
             DROP SCHEMA {old} CASCADE"
        ))?;
        Ok(Ok(Swapped {
            checkpoint: at,
            differing,
        }))
    }

    fn compare(&self, rebuilt: &Rebuilt) -> Result<Vec<String>, StoreError> {
        let db = &rebuilt.holder;
        let of = |schema: &str, partitions: &[Partition]| {
            db.run(&format!("SET LOCAL search_path = {schema}"))?;
            digest::digest(Db::Postgres(db), partitions)
        };
        let live = of(&self.target.schema, &self.partitions)?;
        let built = of(&rebuilt.views.target.schema, &rebuilt.views.partitions)?;
        Ok(differing(&live, &built))
    }
}

/// The lock of whoever rebuilds, also where the one before has just ended: the server takes a moment to notice.
fn take_soon(holder: &Session, class: i32) -> Result<bool, StoreError> {
    let until = Instant::now() + LET_GO;
    loop {
        if take(holder, class, 0)? {
            return Ok(true);
        }
        if Instant::now() > until {
            return Ok(false);
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn places(db: &Session, partitions: &[Partition]) -> Result<Places, StoreError> {
    let parts = ledger::statuses(Db::Postgres(db), partitions)?;
    let place = |partition: &Partition| {
        let of_it = parts.iter().filter(|part| part.partition == *partition);
        let running = of_it.clone().filter(|part| part.status.running());
        let lowest = running.map(|part| part.status.checkpoint).min().flatten();
        (lowest, of_it.map(|part| part.status.checkpoint).max().flatten())
    };
    Ok(partitions.iter().map(place).collect())
}
