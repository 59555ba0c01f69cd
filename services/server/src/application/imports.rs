//! Imports: a CSV file becomes assets as a job, and every row of it gets its verdict.
//!
//! The line is straight. [`start`] reads the headers and appends `Started`; a worker judges the rows in order, a chunk at a time, each
//! row by the ordinary command [`super::assets::register`]; the verdicts of a chunk are appended as one event, then the next chunk
//! begins; `Ended` is the last word. A row's command is named by import and row, so judging a chunk again after a crash yields
//! the same assets and the same verdicts, and the file is kept until the end, so that [`resume`] can.
//!
//! In this room: `sheet` and `records` read a file, `columns` maps its headers, `row` turns cells into a wish, `judge` gives a row its
//! verdict, `worker` carries a job through, `store` keeps the files. To read one more kind of header, see `columns`; to judge one
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
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tally_domain::import::{self, Column, ImportEvent, ImportOutcome, ImportRefusal, ImportState};
use tally_domain::{Context, ImportId, StreamName, TenantId};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tracing::{error, info, warn};

pub use sheet::{MAX_BYTES, MAX_ROWS, Unreadable};

use self::sheet::Sheet;
use self::store::Files;
use super::Origin;
use super::execute::{CommandError, Done, execute, load};
use crate::tally::Tally;

/// How many files are worked on at a time; further ones wait their turn, which bounds the memory that files take.
const AT_A_TIME: usize = 2;
/// How long a cancel waits for the chunk under way.
const CANCEL_PATIENCE: Duration = Duration::from_secs(10);

type Key = (TenantId, ImportId);

/// The imports that this process works on.
pub struct Imports {
    files: Files,
    turns: Semaphore,
    /// By whose will each is to stop, once it is.
    running: Mutex<HashMap<Key, watch::Sender<Option<Context>>>>,
    /// Where workers live: not on the threads that answer requests.
    runtime: Handle,
}

impl Imports {
    /// With files below `data_dir`, and workers on the runtime that calls this.
    pub fn new(data_dir: &Path) -> Self {
        Self {
            files: Files::below(data_dir),
            turns: Semaphore::new(AT_A_TIME),
            running: Mutex::new(HashMap::new()),
            runtime: Handle::current(),
        }
    }

    fn begin(&self, key: Key) -> Option<watch::Receiver<Option<Context>>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(&key) {
            return None;
        }
        let (stop, stopped) = watch::channel(None);
        running.insert(key, stop);
        Some(stopped)
    }

    fn end(&self, key: Key) {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&key);
    }

    fn stopper(&self, key: Key) -> Option<watch::Sender<Option<Context>>> {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned()
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
) -> Result<(ImportId, Done), CommandError> {
    let (tally, origin) = (tally.clone(), origin.clone());
    let runtime = tally.imports.runtime.clone();
    // On a task of its own: a caller who hangs up must not leave an import behind that began and that nobody works on.
    let begun = runtime.spawn(async move { begin(&tally, &origin, file_name, dry_run, bytes).await });
    begun.await.map_err(CommandError::failed)?
}

async fn begin(
    tally: &Arc<Tally>,
    origin: &Origin,
    file_name: Option<String>,
    dry_run: bool,
    bytes: Vec<u8>,
) -> Result<(ImportId, Done), CommandError> {
    let import = ImportId(origin.command.derive("import"));
    let stream = StreamName::import(origin.tenant, import);
    let known = load::<ImportEvent>(&*tally.log, &stream)
        .await?
        .revision()
        .is_some();
    let worker = tally.clone();
    let taken = blocking(move || take(&worker, import, &bytes, known)).await??;
    let context = origin.context();
    let done = execute::<ImportEvent>(&*tally.log, &stream, &context, None, |loaded| {
        let state = ImportState::fold(loaded.events.iter().map(|e| &e.event));
        let (name, columns) = (file_name.clone(), taken.columns.clone());
        import::start(state, name, taken.sha256.clone(), taken.rows, columns, dry_run)
            .map_err(CommandError::refused)
    });
    let done = done.await?;
    if done.appended > 0 {
        work_on(tally, (origin.tenant, import));
    }
    Ok((import, done))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CommandError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(CommandError::failed)
}

/// Reads what is told of a file, and keeps it unless its import is `known` already.
fn take(tally: &Tally, import: ImportId, bytes: &[u8], known: bool) -> Result<Taken, CommandError> {
    let sheet = Sheet::open(bytes).map_err(CommandError::refused)?;
    let survey = sheet.survey().map_err(CommandError::refused)?;
    let sha256 = hex::encode(Sha256::digest(bytes));
    let columns = columns::mapped(sheet.headers());
    if survey.rows == 0 {
        return Err(CommandError::refused(ImportRefusal::NoRows));
    }
    if !known {
        tally
            .imports
            .files
            .keep(import, &sha256, bytes)
            .map_err(CommandError::failed)?;
    }
    info!(%import, rows = survey.rows, blank_lines = survey.blank_lines, columns = columns.len(), "a file was read");
    Ok(Taken {
        sha256,
        rows: survey.rows,
        columns,
    })
}

/// Takes up what a restart interrupted, as far as the file is with this node, and lets go of files that no import needs. Another node has the
/// files of what it works on.
///
/// # Errors
/// The views cannot be read. Files that cannot be removed are only logged.
pub fn resume(tally: &Arc<Tally>) -> anyhow::Result<()> {
    let running = tally.views.imports().running()?;
    let ids: Vec<ImportId> = running.iter().map(|(_, import)| *import).collect();
    match tally.imports.files.sweep(&ids) {
        Ok(removed) => info!(running = ids.len(), removed, "imports taken up again"),
        Err(cause) => warn!(%cause, "files of ended imports could not be removed"),
    }
    for key in running {
        if tally.config.shared.is_none() || tally.imports.files.has(key.1) {
            work_on(tally, key);
        }
    }
    Ok(())
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
        }
        tally.imports.end(key);
    });
}

/// Stops an import before its next chunk. Rows judged by then stay. While the chunk under way takes longer than ten seconds the answer
/// is that of an import still running, and it stops after that chunk.
///
/// # Errors
/// There is no such import, it ended another way, or see [`CommandError`].
pub async fn cancel(tally: &Tally, origin: &Origin, import: ImportId) -> Result<Done, CommandError> {
    let stream = StreamName::import(origin.tenant, import);
    if let Some(stop) = tally.imports.stopper((origin.tenant, import)) {
        stop.send_replace(Some(origin.context()));
        // The worker itself ends the import, so that no row of its chunk goes without a verdict.
        if tokio::time::timeout(CANCEL_PATIENCE, stop.closed())
            .await
            .is_err()
        {
            return still_running(tally, &stream).await;
        }
    }
    execute::<ImportEvent>(&*tally.log, &stream, &origin.context(), None, |loaded| {
        let state = ImportState::fold(loaded.events.iter().map(|e| &e.event));
        import::finish(state, ImportOutcome::Cancelled).map_err(CommandError::refused)
    })
    .await
}

async fn still_running(tally: &Tally, stream: &StreamName) -> Result<Done, CommandError> {
    let loaded = load::<ImportEvent>(&*tally.log, stream).await?;
    let last = loaded
        .events
        .last()
        .ok_or_else(|| CommandError::refused(ImportRefusal::NotFound))?;
    Ok(Done {
        revision: last.revision,
        position: last.position,
        appended: 0,
    })
}
