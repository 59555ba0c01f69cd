//! The connections of a process that are lent for one transaction.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tally_postgres::{Access, Target};

use super::io::Io;
use crate::error::StoreError;
use crate::sql::postgres::Session;

/// At most as many as the URL says; more borrowers wait for one to come back, for as long as the URL's patience.
pub(super) struct Sessions {
    io: Arc<Io>,
    target: Target,
    access: Access,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Session>,
    /// Those that are lent or being opened.
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

    /// Lends a session on which `begin` has been run.
    pub fn begin(&self, begin: &str) -> Result<Lent<'_>, StoreError> {
        self.asked(|session| session.run(begin)).map(|(lent, ())| lent)
    }

    /// Lends a session that was asked something, with its answer. One that broke while it lay idle, as all do when the server starts anew,
    /// is replaced.
    pub fn asked<T>(
        &self,
        ask: impl Fn(&Session) -> Result<T, StoreError>,
    ) -> Result<(Lent<'_>, T), StoreError> {
        loop {
            let lent = self.take()?;
            match ask(&lent) {
                Err(_) if lent.reused && lent.is_broken() => {}
                answer => return answer.map(|answer| (lent, answer)),
            }
        }
    }

    pub fn take(&self) -> Result<Lent<'_>, StoreError> {
        let idle = self.wait_for_one()?;
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

    /// An idle session, or none where a new one may be opened.
    fn wait_for_one(&self) -> Result<Option<Session>, StoreError> {
        let until = Instant::now() + self.target.patience;
        let mut state = self.state();
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
            let woken = self.returned.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn give_back(&self, session: Option<Session>) {
        let mut state = self.state();
        state.lent -= 1;
        state.idle.extend(session);
        self.returned.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that goes back to the pool if its borrower says that its transaction is over, and else is closed: it may be in the middle of one.
pub(super) struct Lent<'a> {
    /// Absent only while it is being dropped.
    session: Option<Session>,
    pool: &'a Sessions,
    reused: bool,
    done: Cell<bool>,
}

impl Lent<'_> {
    pub fn done(&self) {
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
        let whole = session.filter(|session| self.done.get() && !session.is_broken());
        self.pool.give_back(whole);
    }
}
