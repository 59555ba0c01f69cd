//! Transactions that feed.

use tally_postgres::{Session, Target};

use super::statistics::{TransactionCount, keep_current};
use crate::error::{Fault, StoreError};
use crate::feed::Writer;
use crate::sql::Db;

/// Writes on a session of the pool or of a lease.
pub(super) struct SessionWriter<'a> {
    pub session: &'a Session,
    pub target: &'a Target,
    pub begun: &'a TransactionCount,
}

impl Writer for SessionWriter<'_> {
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        keep_current(self.session, self.begun);
        // Shared among feeders; a swap takes the lock exclusively.
        let begin = format!("BEGIN; {}", self.target.lock_shared());
        self.session.run(&begin).map_err(StoreError::from)?;
        match act(Db::postgres(self.session)) {
            Ok(()) => {
                let schema = &self.target.schema;
                let commit = format!("NOTIFY {schema}; COMMIT");
                Ok(self.session.run(&commit).map_err(StoreError::from)?)
            }
            Err(fault) => {
                self.session.roll_back();
                Err(fault)
            }
        }
    }
}
