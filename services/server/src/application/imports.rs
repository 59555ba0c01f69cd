//! Imports: a CSV file becomes assets as a job, and every row of it gets its verdict.
//!
//! The line is straight. [`start`] reads the headers and appends `Started`; a worker judges the rows in order, a chunk at a time, each
//! row by the ordinary command [`super::assets::register`]; the verdicts of a chunk are appended as one event, then the next chunk
//! begins; `Ended` is the last word. A row's command is named by import and row, so judging a chunk again after a crash yields
//! the same assets and the same verdicts, and the file is kept until the end, so that a restart can, or another node: [`resume`], [`tend`].
//!
//! In this room: `sheet` and `records` read a file, `columns` maps its headers, `row` turns cells into a wish, `judge` gives a row its
//! verdict, `worker` carries a job through, `store` keeps the files and knows who works on which. To read one more kind of header, see `columns`; to judge one
//! more thing about a row, see `row`.

mod columns;
mod judge;
mod ledger;
mod records;
mod row;
mod sheet;
mod store;
#[cfg(test)]
mod tests;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tally_commands::{CommandError, Done, Loaded, Origin, Unavailable, execute, load};
use tally_domain::import::{self, Column, ImportEvent, ImportRefusal, ImportState};
use tally_domain::{ImportId, StreamName, TenantId};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tracing::{error, info, warn};

pub use sheet::{MAX_BYTES, MAX_ROWS, Unreadable};

use self::sheet::Sheet;
use self::store::Store;
use crate::config::Config;
use crate::tally::Tally;

/// How many files are worked on at a time; further ones wait their turn, which bounds the memory that files take.
const AT_A_TIME: usize = 2;
/// How long a cancel waits for the chunk under way, and how often it looks whether that is over.
const CANCEL_PATIENCE: Duration = Duration::from_secs(10);
const CANCEL_LOOK: Duration = Duration::from_millis(100);
/// How often nodes look for imports that nobody works on: well within the silence after which a node's are free.
const TEND_EVERY: Duration = Duration::from_secs(3);

type Key = (TenantId, ImportId);

/// The imports that this process works on.
pub struct Imports {
    store: Box<dyn Store>,
    turns: Semaphore,
    /// Whether each is to stop.
    running: Mutex<HashMap<Key, watch::Sender<bool>>>,
    /// Where workers live: not on the threads that answer requests.
    runtime: Handle,
}

impl Imports {
    /// With files where the configuration says, and workers on the runtime that calls this.
    ///
    /// # Errors
    /// The files' place cannot be opened.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        Ok(Self {
            store: store::open(config).await?,
            turns: Semaphore::new(AT_A_TIME),
            running: Mutex::new(HashMap::new()),
            runtime: Handle::current(),
        })
    }

    fn begin(&self, key: Key) -> Option<watch::Receiver<bool>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(&key) {
            return None;
        }
        let (stop, stopped) = watch::channel(false);
        running.insert(key, stop);
        Some(stopped)
    }

    fn end(&self, key: Key) {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&key);
    }

    /// Whether this process may work on an import, and no other does.
    async fn claim(&self, import: ImportId) -> anyhow::Result<bool> {
        match self.store.claims() {
            Some(claims) => claims.claim(import).await,
            None => Ok(true),
        }
    }

    async fn release(&self, import: ImportId) {
        if let Some(claims) = self.store.claims() {
            claims.release(import).await;
        }
    }

    /// Wakes the worker of an import that is to stop.
    fn stop(&self, key: Key) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stop) = running.get(&key) {
            stop.send_replace(true);
        }
    }
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It cannot be read as a whole.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It has no rows, or the import could not be begun.
    #[error(transparent)]
    Command(#[from] CommandError<ImportRefusal>),
}

impl From<Unavailable> for StartError {
    fn from(failure: Unavailable) -> Self {
        Self::Command(failure.into())
    }
}

/// What is told of a file when its import begins.
struct Taken {
    sha256: String,
    rows: u64,
    columns: Vec<Column>,
}

/// Takes a file in and begins to judge its rows. The import's id comes from the command, so a retry begins nothing new.
///
/// # Errors
/// The file cannot be read as a whole ([`Unreadable`]) or has no rows; or see [`CommandError`].
pub async fn start(
    tally: &Arc<Tally>,
    origin: &Origin,
    file_name: Option<String>,
    dry_run: bool,
    bytes: Vec<u8>,
) -> Result<(ImportId, Done), StartError> {
    let (tally, origin) = (tally.clone(), origin.clone());
    let runtime = tally.imports.runtime.clone();
    // On a task of its own: a caller who hangs up must not leave an import behind that began and that nobody works on.
    let begun = runtime.spawn(async move { begin(&tally, &origin, file_name, dry_run, bytes).await });
    begun.await.map_err(Unavailable::new)?
}

async fn begin(
    tally: &Arc<Tally>,
    origin: &Origin,
    file_name: Option<String>,
    dry_run: bool,
    bytes: Vec<u8>,
) -> Result<(ImportId, Done), StartError> {
    let import = ImportId(origin.command.derive("import"));
    let stream = StreamName::import(origin.tenant, import);
    let known = load::<ImportEvent>(&*tally.log, &stream)
        .await?
        .revision()
        .is_some();
    let (taken, bytes) = blocking(move || Ok::<_, StartError>((take(import, &bytes)?, bytes))).await??;
    if !known {
        let kept = tally.imports.store.keep(import, &taken.sha256, bytes).await;
        kept.map_err(Unavailable::new)?;
    }
    let context = origin.context();
    let done = execute::<ImportEvent, _>(&*tally.log, &stream, &context, None, |loaded| {
        let (name, columns) = (file_name.clone(), taken.columns.clone());
        let (state, sha256) = (folded(loaded), taken.sha256.clone());
        Ok(import::start(state, name, sha256, taken.rows, columns, dry_run)?)
    });
    let done = done.await?;
    if done.appended > 0 {
        work_on(tally, (origin.tenant, import));
    }
    Ok((import, done))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unavailable> {
    tokio::task::spawn_blocking(work).await.map_err(Unavailable::new)
}

/// Reads what is told of a file.
fn take(import: ImportId, bytes: &[u8]) -> Result<Taken, StartError> {
    let sheet = Sheet::open(bytes)?;
    let survey = sheet.survey()?;
    let sha256 = hex::encode(Sha256::digest(bytes));
    let columns = columns::mapped(sheet.headers());
    if survey.rows == 0 {
        return Err(CommandError::from(ImportRefusal::NoRows).into());
    }
    info!(%import, rows = survey.rows, blank_lines = survey.blank_lines, columns = columns.len(), "a file was read");
    Ok(Taken {
        sha256,
        rows: survey.rows,
        columns,
    })
}

/// Takes up what a restart interrupted, and lets go of files that no import needs.
///
/// # Errors
/// The views cannot be read. Files that cannot be removed are only logged.
pub async fn resume(tally: &Arc<Tally>) -> anyhow::Result<()> {
    let running = running(tally).await?;
    let ids: Vec<ImportId> = running.iter().map(|(_, import)| *import).collect();
    let count = ids.len();
    match tally.imports.store.sweep(ids).await {
        Ok(removed) => info!(running = count, removed, "imports taken up again"),
        Err(cause) => warn!(%cause, "files of ended imports could not be removed"),
    }
    running.into_iter().for_each(|key| work_on(tally, key));
    Ok(())
}

/// Where nodes share imports, takes up what another node left, and shows the others that this one lives. It ends with the app.
pub fn tend(tally: &Arc<Tally>) {
    if tally.imports.store.claims().is_none() {
        return;
    }
    let weak = Arc::downgrade(tally);
    tally.imports.runtime.spawn(async move {
        let mut ticks = interval(TEND_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(tally) = weak.upgrade() else { return };
            if let Some(claims) = tally.imports.store.claims() {
                claims.keep().await;
            }
            match running(&tally).await {
                Ok(running) => running.into_iter().for_each(|key| work_on(&tally, key)),
                Err(cause) => warn!(%cause, "imports that nobody works on cannot be looked for"),
            }
        }
    });
}

/// What is under way, as far as the views know.
async fn running(tally: &Arc<Tally>) -> anyhow::Result<Vec<Key>> {
    let views = tally.views.clone();
    Ok(tokio::task::spawn_blocking(move || views.imports().running()).await??)
}

/// Sets a worker on an import, unless one is on it.
fn work_on(tally: &Arc<Tally>, key: Key) {
    let Some(stopped) = tally.imports.begin(key) else {
        return;
    };
    let tally = tally.clone();
    let runtime = tally.imports.runtime.clone();
    runtime.spawn(async move {
        let job = worker::run(tally.clone(), key, stopped);
        if let Err(cause) = tokio::spawn(job).await {
            error!(tenant = %key.0, import = %key.1, %cause, "an import's worker broke; the next start takes it up again");
            tally.imports.release(key.1).await;
        }
        tally.imports.end(key);
    });
}

/// Stops an import before its next chunk, whichever node works on it. Rows judged by then stay. While the chunk under way takes longer than ten
/// seconds the answer is that of an import still running, and it stops after that chunk.
///
/// # Errors
/// There is no such import, it ended another way, or see [`CommandError`].
pub async fn cancel(
    tally: &Arc<Tally>,
    origin: &Origin,
    import: ImportId,
) -> Result<Done, CommandError<ImportRefusal>> {
    let (key, stream) = ((origin.tenant, import), StreamName::import(origin.tenant, import));
    let asked = execute::<ImportEvent, _>(&*tally.log, &stream, &origin.context(), None, |loaded| {
        Ok(import::cancel(folded(loaded))?)
    })
    .await?;
    let deadline = Instant::now() + CANCEL_PATIENCE;
    loop {
        let loaded = load::<ImportEvent>(&*tally.log, &stream).await?;
        if !folded(&loaded).is_under_way() || Instant::now() >= deadline {
            return Ok(Done {
                appended: asked.appended,
                ..loaded.as_done().unwrap_or(asked)
            });
        }
        // The worker itself ends the import, so that no row of its chunk goes without a verdict. Where there is none this one has only to end it.
        work_on(tally, key);
        tally.imports.stop(key);
        sleep(CANCEL_LOOK).await;
    }
}

fn folded(loaded: &Loaded<ImportEvent>) -> ImportState {
    ImportState::fold(loaded.events.iter().map(|recorded| &recorded.event))
}
