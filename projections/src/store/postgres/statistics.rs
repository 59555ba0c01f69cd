//! What the server knows of tables that grow from nothing.
//!
//! It plans by statistics that it gathers by itself, once a minute at most. Until then it takes a table for what it was, chooses an index that is
//! none the worse for a few rows, and keeps to it: a rebuild would look through all that a tenant has, for each event, for that minute.

use sqlx::Row as _;
use tracing::warn;

use crate::error::StoreError;
use crate::sql::postgres::Session;

/// Before which transaction of a session it is looked at first; then before twice as many, and so on.
const FIRST: u64 = 8;

/// The tables that are more than twice as large as they were when they were looked at last, by their pages of 8 KiB.
const OUTGROWN: &str = "SELECT format('%I', relname) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND pg_relation_size(oid) / 8192 > 32 + 2 * relpages::bigint";

/// Has the server gather its statistics anew where a table has outgrown them. It is help, not a condition: where it fails, feeding goes on.
pub(super) fn keep_up(session: &Session) {
    let nth = session.begins();
    if nth >= FIRST
        && nth.is_power_of_two()
        && let Err(cause) = gather(session)
    {
        warn!(%cause, "the statistics of the views could not be brought up to date");
    }
}

fn gather(session: &Session) -> Result<(), StoreError> {
    let rows = session.ask(OUTGROWN, vec![])?;
    let tables: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    if tables.is_empty() {
        return Ok(());
    }
    // A small sample will do, and who finds another at it has nothing to wait for.
    let tables = tables.join(", ");
    let gathered = session.run(&format!(
        "BEGIN; SET LOCAL default_statistics_target = 10; ANALYZE (SKIP_LOCKED) {tables}; COMMIT"
    ));
    if gathered.is_err() {
        session.roll_back();
    }
    gathered
}
