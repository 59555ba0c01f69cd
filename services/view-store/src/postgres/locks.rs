//! Advisory locks, which the server frees when their connection ends, however it ends.

use sea_query::Value;
use sha2::{Digest, Sha256};
use sqlx::Row as _;
use tally_postgres::{Session, Target};

use super::schema::read_count;
use crate::error::StoreError;
use crate::sql::Statements;

const TRY: &str = "SELECT pg_try_advisory_lock($1::int, $2::int)";
const COUNT: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND classid = $1::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
const LIST: &str =
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND classid = $1::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// The first half of the locks for one purpose in one schema.
#[derive(Clone, Copy)]
pub(super) struct LockClass(i32);

impl LockClass {
    /// The locks of partitions, held by the processes that feed them.
    pub fn leases(target: &Target) -> Self {
        Self::from_text(&format!("leases of {}", target.schema))
    }

    /// The locks of the processes that feed.
    pub fn members(target: &Target) -> Self {
        Self::from_text(&format!("members of {}", target.schema))
    }

    /// The lock of the process that rebuilds.
    pub fn rebuild(target: &Target) -> Self {
        Self::from_text(&format!("rebuild of {}", target.schema))
    }

    fn from_text(text: &str) -> Self {
        let digest = Sha256::digest(text);
        // Without the sign, since the server shows classes as unsigned numbers.
        Self(i32::from_be_bytes([
            digest[0] & 0x7F,
            digest[1],
            digest[2],
            digest[3],
        ]))
    }

    /// Takes the lock `object` on `session` if it is free.
    pub fn try_take(self, session: &Session, object: i64) -> Result<bool, StoreError> {
        let rows = session.query(TRY, vec![self.value(), object.into()])?;
        Ok(rows.first().map_or(Ok(false), |row| row.try_get(0))?)
    }

    /// How many locks of this class are held.
    pub fn count(self, session: &Session) -> Result<u64, StoreError> {
        read_count(&session.query(COUNT, vec![self.value()])?)
    }

    /// The objects whose locks of this class are held.
    pub fn list(self, session: &Session) -> Result<Vec<i64>, StoreError> {
        let rows = session.query(LIST, vec![self.value()])?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    fn value(self) -> Value {
        i64::from(self.0).into()
    }
}
