//! Where the views of a program are: one schema for each set of view versions.

use std::time::Duration;

use sha2::{Digest, Sha256};
use tally_postgres::{BadUrl, CommitAnswer, Defaults, Target};

use crate::view::ViewSet;

/// A crash of the server may lose the last commits: the log still has their events and delivers
/// them again.
/// Every query has its index; the planner is kept from scanning a table that was small when its
/// statistics were last gathered, and from planning a page again for each limit, which takes longer
/// than reading it.
const DEFAULTS: Defaults = Defaults {
    schema: "tally_views",
    commits: CommitAnswer::Early,
    settings: "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;",
};

/// Raised when the tables that belong to no view change.
const LAYOUT: u32 = 2;

/// The generation of views for which the operator gave no number.
const FIRST: u16 = 1;

/// The largest number of partitions for tenants.
const MAX_PARTITIONS: u16 = 1024;

/// A database for views, and how they are fed.
#[derive(Clone, Debug)]
pub struct Database {
    pub(super) base: Target,
    pub(super) partitions: u16,
    generation: u16,
    pub(super) workers: u16,
    pub(super) connect_timeout: Duration,
}

impl Database {
    /// The views at `url` (`postgres://USER@HOST/DATABASE`, with the parameters `schema`,
    /// `connections` and `timeout` where the defaults do not fit), in schemas whose names begin
    /// with `tally_views`. They are made with tenants split into `partitions` (1 to 1024).
    ///
    /// # Errors
    /// [`BadUrl`] with what is wrong with the URL.
    pub fn parse(url: &str, partitions: u16) -> Result<Self, BadUrl> {
        Ok(Self {
            base: Target::parse(url, DEFAULTS)?,
            partitions: partitions.clamp(1, MAX_PARTITIONS),
            generation: FIRST,
            workers: 1,
            connect_timeout: Duration::ZERO,
        })
    }

    /// The same views of another generation, built again beside those that are there.
    #[must_use]
    pub fn with_generation(self, generation: u16) -> Self {
        Self { generation, ..self }
    }

    /// With this many threads for feeding without a lease, such as a rebuild.
    #[must_use]
    pub fn with_workers(self, workers: u16) -> Self {
        Self { workers, ..self }
    }

    /// With this much time for a server that cannot be reached yet when the views are opened.
    #[must_use]
    pub fn with_connect_timeout(self, connect_timeout: Duration) -> Self {
        Self {
            connect_timeout,
            ..self
        }
    }

    /// The schema of `views`.
    pub(super) fn target(&self, views: &ViewSet) -> Target {
        let fingerprint = fingerprint(views, self.generation);
        self.in_schema(format!("{}_{fingerprint}", self.base.schema))
    }

    pub(super) fn in_schema(&self, schema: String) -> Target {
        Target {
            schema,
            ..self.base.clone()
        }
    }
}

/// A digest of the names and versions of all views, and of the generation.
fn fingerprint(views: &ViewSet, generation: u16) -> String {
    let mut lines = vec![format!("layout {LAYOUT}")];
    lines.extend(
        views
            .iter()
            .map(|view| format!("{} {}", view.name(), view.version())),
    );
    lines.extend((generation != FIRST).then(|| format!("generation {generation}")));
    let digest = Sha256::digest(lines.join("\n"));
    hex::encode(&digest[..4])
}
