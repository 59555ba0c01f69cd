//! The server's statistics of tables that grow from nothing.
//!
//! The server plans by statistics that it gathers at most once a minute. Until then it plans for an
//! empty table and may choose an index that is good enough for a few rows only: during that minute
//! a rebuild would read everything that a tenant has for each event.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::Row as _;
use tally_postgres::Session;
use tracing::warn;

use crate::error::StoreError;
use crate::sql::Statements;

/// The transaction of a store before which table sizes are first checked; then before twice as many
/// transactions, and so on.
const FIRST_CHECK: u64 = 8;

/// The tables that are more than twice as large as when their statistics were gathered, by their
/// pages of 8 KiB.
const OUTGROWN: &str = "SELECT format('%I', relname) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND pg_relation_size(oid) / 8192 > 32 + 2 * relpages::bigint";

/// How many transactions a store has begun to feed its views.
#[derive(Default)]
pub(super) struct TransactionCount(AtomicU64);

/// Lets the server gather statistics again for tables that have outgrown them. Feeding continues if
/// this fails.
pub(super) fn keep_current(session: &Session, begun: &TransactionCount) {
    let nth = begun.0.fetch_add(1, Ordering::Relaxed) + 1;
    if nth >= FIRST_CHECK
        && nth.is_power_of_two()
        && let Err(cause) = gather_statistics(session)
    {
        warn!(%cause, "the statistics of the views could not be brought up to date");
    }
}

fn gather_statistics(session: &Session) -> Result<(), StoreError> {
    let rows = session.query(OUTGROWN, vec![])?;
    let tables: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    if tables.is_empty() {
        return Ok(());
    }
    // A small sample is enough, and a table that another session analyses is skipped.
    let tables = tables.join(", ");
    let gathered = session.run(&format!(
        "BEGIN; SET LOCAL default_statistics_target = 10; ANALYZE (SKIP_LOCKED) {tables}; COMMIT"
    ));
    if gathered.is_err() {
        session.roll_back();
    }
    Ok(gathered?)
}
