//! The schema of views: making what is missing, and how many ways its tenants are split.

use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tally_postgres::{Session, Target};

use crate::error::StoreError;
use crate::layout::Layout;
use crate::ledger;
use crate::partition::Partition;
use crate::sql::{Db, Statements};
use crate::view::ViewSet;

/// Makes what is missing, and returns how many ways tenants are split, which is decided when the
/// views are made. Nodes that start together do this one after the other.
pub(super) fn prepare(
    session: &Session,
    target: &Target,
    views: &ViewSet,
    partitions: u16,
) -> Result<u16, StoreError> {
    let schema = &target.schema;
    session.run(&format!("BEGIN; {}", target.lock()))?;
    let existing = session.query(
        "SELECT count(*) FROM pg_namespace WHERE nspname = $1",
        vec![schema.as_str().into()],
    )?;
    // A role may own its schema without being allowed to make one.
    if read_count(&existing)? == 0 {
        session.run(&format!("CREATE SCHEMA {schema}"))?;
    }
    session.run("CREATE TABLE IF NOT EXISTS partitioning (tenants bigint NOT NULL)")?;
    let split = match read_split(session)? {
        Some(split) => split,
        None => {
            session.run(&format!("INSERT INTO partitioning VALUES ({partitions})"))?;
            partitions
        }
    };
    ledger::prepare(Db::postgres(session), Layout::new(views, &Partition::all(split)))?;
    session.run("COMMIT")?;
    if split != partitions {
        tracing::warn!(
            %target,
            split,
            configured = partitions,
            "tenants stay split as they were when the views were made; a new generation splits them again"
        );
    }
    Ok(split)
}

/// How many ways tenants are split in the schema of `session`; `None` if there are no views.
pub(super) fn read_split(session: &Session) -> Result<Option<u16>, StoreError> {
    let existing = session.query(
        "SELECT count(*) WHERE to_regclass('partitioning') IS NOT NULL",
        vec![],
    )?;
    if read_count(&existing)? == 0 {
        return Ok(None);
    }
    let rows = session.query("SELECT tenants FROM partitioning", vec![])?;
    let split = rows.first().map(|row| row.try_get::<i64, _>(0)).transpose()?;
    Ok(split.and_then(|split| u16::try_from(split).ok()))
}

/// The number in the only row of a statement that counts.
pub(super) fn read_count(rows: &[PgRow]) -> Result<u64, StoreError> {
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
    Ok(count.unsigned_abs())
}
