//! A schema to try the engine in, and nothing left of it afterwards.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::PostgresLog;
use super::location;
use crate::error::{Failure, OpenError};
use tally_domain::Clock;
use tally_postgres::Access;
use tally_postgres::Target;

/// A schema of a trial.
pub(crate) struct ScratchSchema {
    target: Target,
}

impl ScratchSchema {
    /// Makes it, with a log in it.
    pub(crate) async fn make(url: &str) -> Result<(Self, PostgresLog), OpenError> {
        let target = Target {
            schema: format!("tally_check_{}", Uuid::new_v4().simple()),
            ..location::parse(url)?
        };
        let log = PostgresLog::open_target(&target, Clock::system(), Duration::ZERO).await?;
        Ok((Self { target }, log))
    }

    /// Drops it, with everything in it.
    pub(crate) async fn remove(self) -> Result<(), OpenError> {
        let failed = |e| OpenError::Unavailable(Failure::new("dropping the schema of the trial", e));
        let mut connection = tally_postgres::connect(&self.target, Access::Write)
            .await
            .map_err(failed)?;
        let sql = AssertSqlSafe(format!("DROP SCHEMA {} CASCADE", self.target.schema));
        let dropped = sqlx::raw_sql(sql).execute(&mut connection).await;
        dropped.map(drop).map_err(failed)
    }
}
