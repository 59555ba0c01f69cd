//! Transactions that feed.

use tally_postgres::Target;

use super::statistics;
use crate::error::Fault;
use crate::feed::Writer;
use crate::sql::{Db, Session};

/// Writes on a session of the pool or of a lease.
pub(super) struct SessionWriter<'a> {
    pub session: &'a Session,
    pub target: &'a Target,
}

impl Writer for SessionWriter<'_> {
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        statistics::keep_current(self.session);
        // Shared among feeders; a swap takes the lock exclusively.
        self.session
            .run(&format!("BEGIN; {}", self.target.lock_shared()))?;
        match act(Db::postgres(self.session)) {
            Ok(()) => {
                let schema = &self.target.schema;
                Ok(self.session.run(&format!("NOTIFY {schema}; COMMIT"))?)
            }
            Err(fault) => {
                self.session.roll_back();
                Err(fault)
            }
        }
    }
}
