//! The connections of a process, lent for one transaction each.
//!
//! The pool of the driver does not fit here: it sends a ping with every connection that is
//! returned, and returns it by a task of its own, which would be one more round trip for each read.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{Condvar, Mutex};
use tally_postgres::{Access, Target};

use super::io::Io;
use crate::error::StoreError;
use crate::sql::Session;

/// At most as many sessions as the URL allows. Further borrowers wait for one to be returned, at
/// most for the timeout of the URL.
pub(super) struct Sessions {
    io: Arc<Io>,
    target: Target,
    access: Access,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Session>,
    /// How many are lent or being opened.
    lent: u32,
}

impl Sessions {
    pub fn new(io: Arc<Io>, target: Target, access: Access) -> Self {
        Self {
            io,
            target,
            access,
            state: Mutex::new(State {
                idle: Vec::new(),
                lent: 0,
            }),
            returned: Condvar::new(),
        }
    }

    /// Lends a session on which the statement `begin` has run.
    pub fn begin(&self, begin: &str) -> Result<Lent<'_>, StoreError> {
        self.lend_after(|session| session.run(begin))
            .map(|(lent, ())| lent)
    }

    /// Lends a session after `act`, with its result. A session that broke while it was idle, as all
    /// do when the server restarts, is replaced.
    pub fn lend_after<T>(
        &self,
        act: impl Fn(&Session) -> Result<T, StoreError>,
    ) -> Result<(Lent<'_>, T), StoreError> {
        loop {
            let lent = self.take()?;
            match act(&lent) {
                Err(_) if lent.reused && lent.is_broken() => {}
                result => return result.map(|result| (lent, result)),
            }
        }
    }

    /// Lends a session, which may have broken while it was idle.
    pub fn take(&self) -> Result<Lent<'_>, StoreError> {
        let idle = self.wait_for_idle()?;
        let reused = idle.is_some();
        let session = match idle {
            Some(session) => Ok(session),
            None => self.io.connect(&self.target, self.access),
        };
        match session {
            Ok(session) => Ok(Lent {
                session: Some(session),
                pool: self,
                reused,
                done: Cell::new(false),
            }),
            Err(error) => {
                self.give_back(None);
                Err(error)
            }
        }
    }

    /// An idle session, or `None` if a new one may be opened.
    fn wait_for_idle(&self) -> Result<Option<Session>, StoreError> {
        let until = Instant::now() + self.target.timeout;
        let mut state = self.state.lock();
        loop {
            if let Some(session) = state.idle.pop() {
                state.lent += 1;
                return Ok(Some(session));
            }
            if state.lent < self.target.connections {
                state.lent += 1;
                return Ok(None);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(sqlx::Error::PoolTimedOut.into());
            }
            self.returned.wait_for(&mut state, left);
        }
    }

    fn give_back(&self, session: Option<Session>) {
        let mut state = self.state.lock();
        state.lent -= 1;
        state.idle.extend(session);
        self.returned.notify_one();
    }
}

/// A session that returns to the pool if its borrower marks its transaction as done. Otherwise it
/// is closed, since it may be in the middle of one.
pub(super) struct Lent<'a> {
    /// Absent only while it is being dropped.
    session: Option<Session>,
    pool: &'a Sessions,
    reused: bool,
    done: Cell<bool>,
}

impl Lent<'_> {
    /// Marks the transaction as done.
    pub fn mark_done(&self) {
        self.done.set(true);
    }
}

impl Deref for Lent<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        match &self.session {
            Some(session) => session,
            None => unreachable!("a session is lent until it is dropped"),
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let session = self.session.take();
        let usable = session.filter(|session| self.done.get() && !session.is_broken());
        self.pool.give_back(usable);
    }
}
