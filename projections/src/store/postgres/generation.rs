//! The schemas of views: one for each set of view versions there has been.

use std::time::Duration;

use sea_query::Value;
use sha2::{Digest, Sha256};
use sqlx::Row as _;
use tally_postgres::{BadUrl, Defaults, Target};

use super::{SharedViews, ledger};
use crate::error::StoreError;
use crate::partition::Partition;
use crate::sql::Db;
use crate::sql::postgres::Session;
use crate::view::ViewName;

/// A power cut may undo the last commits: the log still has their events, and they are delivered again. Every query has its index; the planner
/// is kept from scanning a table that was small when it last looked.
const DEFAULTS: Defaults = Defaults {
    schema: "tally_views",
    settings: "SET synchronous_commit = off; SET enable_seqscan = off;",
};

/// To be raised when the tables that are no view's change.
const LAYOUT: u32 = 1;

/// The number of the views of who gives none.
const FIRST: u16 = 1;

/// The most partitions that tenants can be split into.
const MAX_PARTITIONS: u16 = 1024;

/// Where views are, and how they are to be fed.
#[derive(Clone, Debug)]
pub struct Database {
    target: Target,
    pub(super) partitions: u16,
    number: u16,
    pub(super) workers: u16,
    pub(super) wait: Duration,
}

impl Database {
    /// The views at `url` (`postgres://USER@HOST/DATABASE`, with `schema`, `connections` and `timeout` where the defaults do not do): in schemas
    /// whose names begin with `tally_views`, made with tenants split into `partitions` (1 to 1024).
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn parse(url: &str, partitions: u16) -> Result<Self, BadUrl> {
        Ok(Self {
            target: Target::parse(url, DEFAULTS)?,
            partitions: partitions.clamp(1, MAX_PARTITIONS),
            number: FIRST,
            workers: 1,
            wait: Duration::ZERO,
        })
    }

    /// The views of another number, beside those that are there: the same views, built anew.
    #[must_use]
    pub fn of_generation(self, number: u16) -> Self {
        Self { number, ..self }
    }

    /// With as many threads for what is fed without a lease, such as a rebuild.
    #[must_use]
    pub fn with_workers(self, workers: u16) -> Self {
        Self { workers, ..self }
    }

    /// With so much patience when it is opened, for a server that cannot be reached yet.
    #[must_use]
    pub fn waiting(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The schema of this program's views.
    pub(super) fn target(&self) -> Target {
        let schema = format!("{}_{}", self.target.schema, fingerprint(self.number));
        Target {
            schema,
            ..self.target.clone()
        }
    }
}

/// What the names and versions of all views come to, and the number that the operator gave them.
fn fingerprint(number: u16) -> String {
    let mut versions = vec![format!("layout {LAYOUT}")];
    versions.extend(ViewName::ALL.map(|view| format!("{} {}", view.as_str(), view.view().version())));
    versions.extend((number != FIRST).then(|| format!("generation {number}")));
    let digest = Sha256::digest(versions.join("\n"));
    hex::encode(&digest[..4])
}

/// The views of a set of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// The schema they are in.
    pub schema: String,
    /// Whether they are this program's.
    pub current: bool,
    /// How many partitions processes feed at the moment.
    pub fed: u64,
}

/// Makes what is missing, and says how many ways tenants are split: as they were when the views were made. Nodes that start together do it one
/// after the other.
pub(super) fn prepare(session: &Session, target: &Target, partitions: u16) -> Result<u16, StoreError> {
    let schema = &target.schema;
    session.run(&format!("BEGIN; {}", target.lock()))?;
    let there = session.ask(
        "SELECT count(*) FROM pg_namespace WHERE nspname = $1",
        vec![schema.as_str().into()],
    )?;
    // Asked first: a role may own its schema and not be allowed to make one.
    if count(&there)? == 0 {
        session.run(&format!("CREATE SCHEMA {schema}"))?;
    }
    session.run("CREATE TABLE IF NOT EXISTS partitioning (tenants bigint NOT NULL)")?;
    let split = match split(session)? {
        Some(split) => split,
        None => {
            session.run(&format!("INSERT INTO partitioning VALUES ({partitions})"))?;
            partitions
        }
    };
    ledger::prepare(Db::Postgres(session), &Partition::all(split))?;
    session.run("COMMIT")?;
    if split != partitions {
        tracing::warn!(%target, split, wanted = partitions, "tenants stay split as the views were made; a rebuild splits them anew");
    }
    Ok(split)
}

/// How many ways tenants are split in the schema of `session`; `None` where there are no views.
pub(super) fn split(session: &Session) -> Result<Option<u16>, StoreError> {
    let there = session.ask(
        "SELECT count(*) WHERE to_regclass('partitioning') IS NOT NULL",
        vec![],
    )?;
    if count(&there)? == 0 {
        return Ok(None);
    }
    let rows = session.ask("SELECT tenants FROM partitioning", vec![])?;
    let split = rows.first().map(|row| row.try_get::<i64, _>(0)).transpose()?;
    Ok(split.and_then(|split| u16::try_from(split).ok()))
}

fn count(rows: &[sqlx::postgres::PgRow]) -> Result<u64, StoreError> {
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
    Ok(count.unsigned_abs())
}

impl SharedViews {
    /// All schemas of views, of this and of other versions.
    ///
    /// # Errors
    /// The store failed.
    pub fn generations(&self) -> Result<Vec<Generation>, StoreError> {
        let session = self.sessions.take()?;
        let base = format!("{}\\_%", self.database.target.schema.replace('_', "\\_"));
        let rows = session.ask(
            "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE $1
             AND to_regclass(quote_ident(nspname) || '.partitioning') IS NOT NULL ORDER BY 1",
            vec![base.into()],
        )?;
        let mut generations = Vec::new();
        for row in rows {
            let schema: String = row.try_get(0)?;
            let leases = Target {
                schema: schema.clone(),
                ..self.target.clone()
            };
            let fed = session.ask(
                super::lease::COUNT,
                vec![i64::from(super::lease::class(&leases)).into()],
            )?;
            generations.push(Generation {
                current: schema == self.target.schema,
                fed: count(&fed)?,
                schema,
            });
        }
        session.done();
        Ok(generations)
    }

    /// Removes the schemas of other versions that nobody feeds, and says which they were.
    ///
    /// # Errors
    /// The store failed; what was removed before is gone.
    pub fn prune(&self) -> Result<Vec<String>, StoreError> {
        self.writable()?;
        let old = self
            .generations()?
            .into_iter()
            .filter(|generation| !generation.current && generation.fed == 0);
        let session = self.sessions.take()?;
        let mut removed = Vec::new();
        for generation in old {
            session.run(&format!("DROP SCHEMA {} CASCADE", generation.schema))?;
            removed.push(generation.schema);
        }
        session.done();
        Ok(removed)
    }

    /// The number of feeding processes that may be counted on: those that have joined.
    ///
    /// # Errors
    /// The store failed.
    pub fn members(&self) -> Result<u64, StoreError> {
        let session = self.sessions.take()?;
        let class: Value = i64::from(super::lease::member_class(&self.target)).into();
        let members = count(&session.ask(super::lease::COUNT, vec![class])?)?;
        session.done();
        Ok(members)
    }
}
