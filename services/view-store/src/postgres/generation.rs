//! The schemas of this version's views and of others.

use sqlx::Row as _;

use super::locks::LockClass;
use super::shared::SharedViews;
use crate::error::StoreError;
use crate::sql::Statements;

/// The views of one set of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// The name of their schema.
    pub schema: String,
    /// Whether they are the views of this program.
    pub current: bool,
    /// How many partitions processes feed now.
    pub fed: u64,
}

impl SharedViews {
    /// All schemas of views, of this version and of others.
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the server cannot be reached.
    pub fn generations(&self) -> Result<Vec<Generation>, StoreError> {
        let base = format!("{}\\_%", self.database.base.schema.replace('_', "\\_"));
        let (session, rows) = self.sessions.lend_after(|session| {
            session.query(
                "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE $1
                 AND to_regclass(quote_ident(nspname) || '.partitioning') IS NOT NULL ORDER BY 1",
                vec![base.as_str().into()],
            )
        })?;
        let mut generations = Vec::new();
        for row in rows {
            let schema: String = row.try_get(0)?;
            let target = self.database.in_schema(schema.clone());
            generations.push(Generation {
                current: schema == self.target.schema,
                fed: LockClass::leases(&target).count(&session)?,
                schema,
            });
        }
        session.mark_done();
        Ok(generations)
    }

    /// Removes the schemas of other versions that no process feeds, and returns their names.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], or [`StoreError::Postgres`]; what was removed before stays
    /// removed.
    pub fn prune(&self) -> Result<Vec<String>, StoreError> {
        self.check_writable()?;
        let old = self
            .generations()?
            .into_iter()
            .filter(|generation| !generation.current && generation.fed == 0);
        let session = self.sessions.lend()?;
        session.limit_statements(None)?;
        let mut removed = Vec::new();
        for generation in old {
            session.run(&format!("DROP SCHEMA {} CASCADE", generation.schema))?;
            removed.push(generation.schema);
        }
        session.mark_done();
        Ok(removed)
    }
}
