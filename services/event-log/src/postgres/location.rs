//! Where a log lives in a database, and what its connections are set to.

use std::time::Duration;

use sqlx::PgConnection;
use tally_postgres::{BadUrl, CommitAnswer, Defaults, Target};

use crate::error::{Failure, OpenError};

/// Every query here has its index. The planner is kept from scanning a table that was small when it
/// last looked, and from planning a group's statements again each time, for lists of unknown length:
/// that took longer than the statements, under the lock for which all nodes wait.
const DEFAULTS: Defaults = Defaults {
    schema: "tally_log",
    commits: CommitAnswer::OnDisk,
    settings: "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;",
};

/// The place at `url`.
pub(super) fn parse(url: &str) -> Result<Target, OpenError> {
    Target::parse(url, DEFAULTS).map_err(|BadUrl { why }| OpenError::BadUrl { why })
}

/// Connects for writing, and while the server cannot be reached tries again for as long as `wait`.
pub(super) async fn connect(target: &Target, wait: Duration) -> Result<PgConnection, OpenError> {
    let connected = tally_postgres::connect_within(target, wait).await;
    connected.map_err(|cause| OpenError::Unavailable(Failure::new("connecting", cause)))
}
