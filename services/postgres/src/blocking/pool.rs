//! Sessions of a process, lent for one piece of work each.
//!
//! The driver's own pool does not fit where each round trip counts: it sends a ping with every
//! connection that is returned, whatever its options are, and returns it by a task of its own.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use sqlx::{Error, PgConnection};
use tokio::sync::{Semaphore, watch};

use super::{BlockingRuntime, Session, wait_on};
use crate::connect::{Access, connect, in_time};
use crate::target::Target;

/// How many calls of [`BlockingPool::ask`] may be under way. One more is refused: the server hangs
/// then, and longer waiting would only hold up more callers.
const MAX_CALLS: usize = 256;

/// At most as many sessions as the URL allows. Further borrowers wait for one to be returned, at
/// most for the timeout of the URL.
pub struct BlockingPool {
    runtime: Arc<BlockingRuntime>,
    target: Target,
    access: Access,
    state: Mutex<State>,
    returned: Condvar,
    /// How many sessions were opened.
    opened: watch::Sender<u64>,
    calls: Semaphore,
}

struct State {
    idle: Vec<Session>,
    /// How many are lent or being opened.
    lent: u32,
}

impl BlockingPool {
    /// A pool at `target`, whose sessions are opened as they are needed.
    pub fn new(runtime: Arc<BlockingRuntime>, target: Target, access: Access) -> Self {
        Self {
            runtime,
            target,
            access,
            state: Mutex::new(State {
                idle: Vec::new(),
                lent: 0,
            }),
            returned: Condvar::new(),
            opened: watch::Sender::new(0),
            calls: Semaphore::new(MAX_CALLS),
        }
    }

    /// How many sessions were opened, counted before each is lent for the first time.
    pub fn count_opened(&self) -> watch::Receiver<u64> {
        self.opened.subscribe()
    }

    /// Lends a session, which may have broken while it was idle.
    ///
    /// # Errors
    /// All sessions are lent for as long as the timeout, or a new one cannot be opened.
    pub fn lend(&self) -> Result<Lent<'_>, Error> {
        self.lend_until(Instant::now() + self.target.timeout)
    }

    /// Lends a session on which the statements `begin` have run.
    ///
    /// # Errors
    /// As [`Self::lend`], and those of the statements.
    pub fn begin(&self, begin: &str) -> Result<Lent<'_>, Error> {
        self.lend_after(|session| session.run(begin))
            .map(|(lent, ())| lent)
    }

    /// Lends a session after `act`, with its result. A session that broke while it was idle, as all
    /// do when the server restarts, is replaced, and `act` is repeated.
    ///
    /// # Errors
    /// As [`Self::lend`], and those of `act`.
    pub fn lend_after<T, E: From<Error>>(
        &self,
        act: impl Fn(&Session) -> Result<T, E>,
    ) -> Result<(Lent<'_>, T), E> {
        loop {
            let lent = self.lend()?;
            match act(&lent) {
                Err(_) if lent.reused && lent.is_broken() => {}
                result => return result.map(|result| (lent, result)),
            }
        }
    }

    /// Runs `work`, which is not repeated, on a session that was checked before, and blocks until
    /// it is done, for at most the timeout of the URL.
    ///
    /// # Errors
    /// Those of `work`; [`Error::PoolTimedOut`] or [`Error::Io`] if it takes too long, or if too
    /// many calls are under way.
    pub fn ask<T>(&self, work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>) -> Result<T, Error> {
        self.ask_within(self.target.timeout, work)
    }

    /// The same with another timeout.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn ask_within<T>(
        &self,
        timeout: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let too_many = |_| Error::Io(std::io::Error::other("too many calls are under way"));
        let _permit = self.calls.try_acquire().map_err(too_many)?;
        let deadline = Instant::now() + timeout;
        let lent = self.lend_checked(deadline)?;
        let result = lent.wait_within(time_until(deadline), work);
        if result.is_ok() {
            lent.mark_done();
        }
        result
    }

    /// Lends a session that answers.
    fn lend_checked(&self, deadline: Instant) -> Result<Lent<'_>, Error> {
        loop {
            let lent = self.lend_until(deadline)?;
            match lent.ping(time_until(deadline)) {
                Ok(()) => return Ok(lent),
                Err(_) if lent.reused && !time_until(deadline).is_zero() => {}
                Err(cause) => return Err(cause),
            }
        }
    }

    fn lend_until(&self, deadline: Instant) -> Result<Lent<'_>, Error> {
        let idle = self.wait_for_idle(deadline)?;
        let reused = idle.is_some();
        match idle.map_or_else(|| self.open(deadline), Ok) {
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

    fn open(&self, deadline: Instant) -> Result<Session, Error> {
        let connecting = in_time(time_until(deadline), connect(&self.target, self.access));
        let connection = wait_on(self.runtime.handle(), connecting)?;
        self.opened.send_modify(|opened| *opened += 1);
        let runtime = self.runtime.handle().clone();
        Ok(Session::new(runtime, connection, self.target.timeout))
    }

    /// An idle session, or `None` if a new one may be opened.
    fn wait_for_idle(&self, deadline: Instant) -> Result<Option<Session>, Error> {
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
            if Instant::now() >= deadline {
                return Err(Error::PoolTimedOut);
            }
            self.returned.wait_until(&mut state, deadline);
        }
    }

    fn give_back(&self, session: Option<Session>) {
        let mut state = self.state.lock();
        state.lent -= 1;
        state.idle.extend(session);
        self.returned.notify_one();
    }
}

fn time_until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// A session that returns to the pool if its borrower marks its work as done. Otherwise it is
/// closed, since it may be in the middle of a transaction.
pub struct Lent<'a> {
    /// Absent only while it is being dropped.
    session: Option<Session>,
    pool: &'a BlockingPool,
    reused: bool,
    done: Cell<bool>,
}

impl Lent<'_> {
    /// Marks the work as done.
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
