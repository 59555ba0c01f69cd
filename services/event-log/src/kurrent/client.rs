//! A supervisor of the client. The client does not outlive what a cluster does: when the leader
//! dies it never looks for the new one, and after one failed discovery it answers nothing any more.
//! So whatever fails for the network's or a node's sake is asked again of another client, after a
//! pause that grows.
//!
//! Version 1.2 of it leaves Nagle's algorithm on: a call by itself takes 40 ms longer than it need,
//! for so long Linux puts an acknowledgement off. Calls side by side do not wait for one another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eventstore::Client;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::cause::find_cause;
use super::target::Target;
use super::trouble::Trouble;

/// How soon a failed try is followed by another at the longest, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// The time between two searches for the cause of failures.
const SEARCH_EVERY: Duration = Duration::from_secs(10);

/// A client in a runtime of its own, which ends with it. The client's own task would go on for
/// ever, and its connections with it.
pub(super) struct Connection {
    client: Client,
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Connection {
    fn make(target: &Target) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("kurrentdb")
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        let handle = runtime.handle().clone();
        let client = Client::with_runtime_handle(handle.clone(), target.settings.clone());
        match client {
            Ok(client) => Ok(Self {
                client,
                runtime: Some(runtime),
                handle,
            }),
            Err(error) => {
                runtime.shutdown_background();
                Err(error.to_string())
            }
        }
    }

    /// Carries out `task` in the runtime of the client. It ends when the set is dropped.
    pub(super) fn spawn<T, F>(&self, task: impl FnOnce(Client) -> F) -> JoinSet<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let mut tasks = JoinSet::new();
        tasks.spawn_on(task(self.client.clone()), &self.handle);
        tasks
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The client that is in use, whichever it is at the moment.
pub(super) struct Supervisor {
    target: Target,
    current: Mutex<Option<Arc<Connection>>>,
    /// Counts how often an answer came only after a failure: the cluster may have another leader.
    moves: watch::Sender<u64>,
    /// When the cause of a failure was last looked for.
    last_search: parking_lot::Mutex<Option<Instant>>,
}

impl Supervisor {
    pub(super) fn new(target: Target) -> Self {
        Self {
            target,
            current: Mutex::new(None),
            moves: watch::Sender::new(0),
            last_search: parking_lot::Mutex::default(),
        }
    }

    /// Changes when the cluster answers again after a failure. What stays open with a node that led
    /// before may be silent from then on.
    pub(super) fn follow_moves(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// Asks until there is an answer, or time is up. An error is one that repeating does not help,
    /// or the last of all tries.
    pub(super) async fn ask<T, F>(
        &self,
        doing: &'static str,
        question: impl Fn(Client) -> F,
    ) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: Future<Output = eventstore::Result<T>> + Send + 'static,
    {
        self.ask_for(doing, self.target.timeout, question).await
    }

    /// The same with a timeout of its own.
    pub(super) async fn ask_for<T, F>(
        &self,
        doing: &'static str,
        timeout: Duration,
        question: impl Fn(Client) -> F,
    ) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: Future<Output = eventstore::Result<T>> + Send + 'static,
    {
        let mut tries = Tries::new(timeout);
        let mut has_failed = false;
        loop {
            let trouble = match self.once(&question, tries.moved).await {
                Ok(answer) => {
                    if has_failed {
                        self.moves.send_modify(|moves| *moves += 1);
                    }
                    return Ok(answer);
                }
                Err(trouble) => trouble,
            };
            has_failed = true;
            if !matches!(trouble, Trouble::Moved | Trouble::Passing(_)) || tries.are_over() {
                return Err(trouble);
            }
            let why = trouble.to_text();
            tracing::warn!(log = %self.target, doing, why, "the log did not answer; it is asked again");
            self.report_cause();
            tries.pause(&trouble).await;
        }
    }

    /// Asks as [`Self::ask_for`] does when a log is opened: it ends at once for a cause that waiting
    /// cannot cure, and each cause is named.
    pub(super) async fn open<T, F>(
        &self,
        doing: &'static str,
        timeout: Duration,
        question: impl Fn(Client) -> F,
    ) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: Future<Output = eventstore::Result<T>> + Send + 'static,
    {
        let mut tries = Tries::new(timeout);
        loop {
            let trouble = match self.once(&question, tries.moved).await {
                Ok(answer) => return Ok(answer),
                Err(trouble @ (Trouble::Moved | Trouble::Passing(_))) => trouble,
                Err(lasting) => return Err(lasting),
            };
            let cause = find_cause(&self.target).await;
            let why = cause
                .as_ref()
                .map_or_else(|| trouble.to_text(), ToString::to_string);
            if tries.are_over() || cause.is_some_and(|cause| cause.is_lasting()) {
                return Err(Trouble::Passing(why));
            }
            tracing::warn!(log = %self.target, doing, why, "the log did not answer; it is asked again");
            tries.pause(&trouble).await;
        }
    }

    /// Looks for the cause of a failure beside the calls that wait, and logs it.
    fn report_cause(&self) {
        let mut last_search = self.last_search.lock();
        if last_search.is_some_and(|at| at.elapsed() < SEARCH_EVERY) {
            return;
        }
        *last_search = Some(Instant::now());
        let target = self.target.clone();
        tokio::spawn(async move {
            if let Some(cause) = find_cause(&target).await {
                tracing::error!(log = %target, %cause, "the log is not reached");
            }
        });
    }

    /// Follows a node that refers to another one once. When it refers again, or nothing answers,
    /// the client is replaced.
    async fn once<T, F>(&self, question: impl Fn(Client) -> F, moved: bool) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: Future<Output = eventstore::Result<T>> + Send + 'static,
    {
        let connection = self.connection().await?;
        let mut call = connection.spawn(question);
        let answer = match tokio::time::timeout(self.target.deadline(), call.join_next()).await {
            Ok(Some(Ok(answer))) => answer.map_err(Trouble::of),
            Ok(_) => Err(Trouble::Passing("the client broke down".to_owned())),
            Err(_) => Err(Trouble::Passing("no answer in time".to_owned())),
        };
        match &answer {
            Err(Trouble::Passing(_)) => self.leave(&connection).await,
            Err(Trouble::Moved) if moved => self.leave(&connection).await,
            _ => {}
        }
        answer
    }

    /// The client in use; a new one when there is none.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>, Trouble> {
        let mut current = self.current.lock().await;
        if let Some(connection) = &*current {
            return Ok(Arc::clone(connection));
        }
        let target = self.target.clone();
        let made = tokio::task::spawn_blocking(move || Connection::make(&target)).await;
        let made = made.unwrap_or_else(|_| Err("the client cannot read its certificates".to_owned()));
        let connection = Arc::new(made.map_err(Trouble::Passing)?);
        *current = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// Gives `broken` up, unless that was done already. A call that still waits for its answer
    /// keeps it until then.
    pub(super) async fn leave(&self, broken: &Arc<Connection>) {
        let mut current = self.current.lock().await;
        if current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, broken))
        {
            *current = None;
        }
    }
}

/// How long something was tried, and the pauses in between.
pub(super) struct Tries {
    end: Instant,
    longest: Duration,
    moved: bool,
}

impl Tries {
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            end: Instant::now() + timeout,
            longest: BACK_OFF.0,
            moved: false,
        }
    }

    pub(super) fn are_over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Waits for a random part of a time that doubles, so that nodes that failed together do not
    /// come back together.
    pub(super) async fn pause(&mut self, trouble: &Trouble) {
        let thousandths = u32::try_from(Uuid::new_v4().as_u128() % 1000).unwrap_or(0);
        tokio::time::sleep(self.longest * thousandths / 1000).await;
        self.longest = (self.longest * 2).min(BACK_OFF.1);
        self.moved = matches!(trouble, Trouble::Moved);
    }
}
