//! A job carried through: from its file to its last verdict.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tally_commands::Registrar;
use tally_domain::import::{self, ImportOutcome, ImportState, RowJudged, finish};
use tally_domain::value::Tag;
use tally_domain::{Actor, Clock, CommandId, Context, ImportId, StreamName, TenantId, Via};
use tally_event_log::LogWriter;
use tokio::sync::{Semaphore, watch};
use tracing::{debug, error, info, warn};
use uuid::Uuid;

use crate::files::FileStore;
use crate::halt::Halt;
use crate::judge::{FirstRows, Judge, RowNumbers, find_first_rows};
use crate::ledger::{Ledger, Started};
use crate::retry::Retry;
use crate::row::Layout;
use crate::sheet::{Row, Sheet};

/// How many files are worked on at a time; further ones wait their turn, which bounds the memory
/// that files take.
const AT_A_TIME: usize = 2;
/// How many rows get their verdict in one event, and how far a cancelled import goes on at most.
const CHUNK: usize = 50;
/// How often a file that the store does not give is read again, before its import fails.
const READS: u32 = 20;

/// Whether the worker is to stop.
type Stopped = watch::Receiver<bool>;

/// One import of one tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImportKey {
    pub tenant: TenantId,
    pub import: ImportId,
}

impl ImportKey {
    pub fn stream(self) -> StreamName {
        StreamName::import(self.tenant, self.import)
    }
}

/// What all workers of this process share.
pub struct Shared {
    pub log: Arc<dyn LogWriter>,
    pub registrar: Arc<Registrar>,
    pub files: Box<dyn FileStore>,
    pub clock: Clock,
    turns: Semaphore,
}

impl Shared {
    pub fn new(
        log: Arc<dyn LogWriter>,
        registrar: Arc<Registrar>,
        files: Box<dyn FileStore>,
        clock: Clock,
    ) -> Self {
        let turns = Semaphore::new(AT_A_TIME);
        Self {
            log,
            registrar,
            files,
            clock,
            turns,
        }
    }

    /// Whether this process may work on an import, since no other does.
    async fn try_lock(&self, import: ImportId) -> anyhow::Result<bool> {
        match self.files.locks() {
            Some(locks) => locks.try_lock(import).await,
            None => Ok(true),
        }
    }

    /// Lets another process work on an import.
    pub async fn unlock(&self, import: ImportId) {
        if let Some(locks) = self.files.locks() {
            locks.unlock(import).await;
        }
    }
}

/// Judges what is left of an import, then ends it; unless another node does.
pub async fn run(shared: Arc<Shared>, key: ImportKey, mut stopped: Stopped) {
    let ImportKey { tenant, import } = key;
    let mut asked_to_stop = stopped.clone();
    // A worker that only has to stop does not wait for a turn.
    let _turn = tokio::select! {
        turn = shared.turns.acquire() => turn.ok(),
        _ = asked_to_stop.wait_for(|stop| *stop) => None,
    };
    drop(asked_to_stop);
    match shared.try_lock(import).await {
        Ok(true) => {}
        Ok(false) => return debug!(%tenant, %import, "another node works on an import"),
        Err(cause) => return warn!(%tenant, %import, %cause, "an import is not taken up yet"),
    }
    match carry_through(&shared, key, &mut stopped).await {
        Ok(outcome) => info!(%tenant, %import, ?outcome, "an import ended"),
        Err(Halt::Ended(refusal)) => {
            info!(%tenant, %import, %refusal, "another worker goes on with an import");
        }
        Err(Halt::Broken(cause)) => {
            error!(%tenant, %import, cause = format!("{cause:#}"), "an import could not be ended");
        }
    }
    shared.unlock(import).await;
}

async fn carry_through(
    shared: &Shared,
    key: ImportKey,
    stopped: &mut Stopped,
) -> Result<ImportOutcome, Halt> {
    let ImportKey { tenant, import } = key;
    let mut ledger = Ledger::open(&*shared.log, key.stream()).await?;
    let outcome = match judge_rest(shared, key, &mut ledger, stopped).await {
        Ok(outcome) => outcome,
        Err(Halt::Broken(cause)) => {
            error!(%tenant, %import, cause = format!("{cause:#}"), "an import failed");
            ImportOutcome::Failed
        }
        Err(halt) => return Err(halt),
    };
    let context = last_context(key, &ledger, outcome);
    ledger
        .record(&*shared.log, &context, move |state| finish(state, outcome))
        .await?;
    let refused = ledger.state.counts().unwrap_or_default().refused;
    // The refused rows of a file can be downloaded for a while.
    if refused == 0
        && let Err(cause) = shared.files.remove(import, &ledger.started.sha256).await
    {
        // A later start sweeps it.
        error!(%import, %cause, "the file of an ended import could not be removed");
    }
    Ok(outcome)
}

/// The envelope of the last event: it names who caused the end.
fn last_context(key: ImportKey, ledger: &Ledger, outcome: ImportOutcome) -> Context {
    match (outcome, &ledger.cancelled) {
        (ImportOutcome::Cancelled, Some(by)) => Context {
            actor: by.actor,
            correlation: by.correlation,
            request: by.request.clone(),
            ..own_context(key, &ledger.started, "cancelled")
        },
        (ImportOutcome::Failed, _) => Context {
            actor: Actor::without_person(Via::App),
            ..own_context(key, &ledger.started, "failed")
        },
        (ImportOutcome::Finished | ImportOutcome::Cancelled, _) => own_context(key, &ledger.started, "ended"),
    }
}

/// Judges all rows without a verdict, or up to where the import is cancelled.
async fn judge_rest(
    shared: &Shared,
    key: ImportKey,
    ledger: &mut Ledger,
    stopped: &mut Stopped,
) -> Result<ImportOutcome, Halt> {
    let done = match ledger.state {
        ImportState::Running(counts) | ImportState::Stopping(counts) => counts.judged_rows(),
        ImportState::Absent | ImportState::Ended(..) => return Ok(ImportOutcome::Finished),
    };
    let prepared = match read_file(shared, key, ledger.started.clone()).await {
        Err(cause) if matches!(ledger.state, ImportState::Stopping(_)) => {
            let cause = format!("{cause:#}");
            warn!(import = %key.import, cause, "the file of a cancelled import is gone");
            return Ok(ImportOutcome::Cancelled);
        }
        prepared => prepared.map_err(Halt::Broken)?,
    };
    let judge = prepared.judge(shared, key, ledger.tags.drain(..));
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    let mut rows = prepared.sheet.rows().skip(done);
    // A worker before this one may have died, or hang, in the middle of the next chunk.
    let mut is_first = true;
    loop {
        let mut chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(ImportOutcome::Finished);
        }
        if *stopped.borrow() {
            ledger.reload(&*shared.log).await?;
        }
        if matches!(ledger.state, ImportState::Stopping(_)) {
            let begun = if is_first {
                judge.fence_rest(&chunk).await?
            } else {
                0
            };
            chunk.truncate(begun);
            if chunk.is_empty() {
                return Ok(ImportOutcome::Cancelled);
            }
        }
        let verdicts = if std::mem::take(&mut is_first) {
            let registered = judge.find_registered(&chunk).await?;
            judge.judge_chunk(&chunk, &registered).await?
        } else {
            judge.judge_chunk(&chunk, &RowNumbers::new()).await?
        };
        record_chunk(shared, key, ledger, verdicts).await?;
    }
}

async fn record_chunk(
    shared: &Shared,
    key: ImportKey,
    ledger: &mut Ledger,
    verdicts: Vec<RowJudged>,
) -> Result<(), Halt> {
    let begin = verdicts.first().map_or(0, |verdict| verdict.row);
    let context = own_context(key, &ledger.started, &format!("judged/{begin}"));
    let decide = |state| import::judge(state, verdicts.clone());
    ledger.record(&*shared.log, &context, decide).await
}

/// The envelope of an event that the worker itself writes. Its command is named by import and
/// `purpose`, so a try after a crash is recognised.
fn own_context(key: ImportKey, started: &Started, purpose: &str) -> Context {
    let actor = Actor {
        person: started.context.actor.person,
        via: Via::Import,
    };
    let command = CommandId(Uuid::new_v5(&key.import.0, purpose.as_bytes()));
    let context = Context::new(Some(key.tenant), actor, command);
    Context {
        correlation: started.context.correlation,
        request: started.context.request.clone(),
        ..context
    }
}

/// A file, ready to be judged.
struct PreparedFile {
    sheet: Sheet,
    layout: Layout,
    first: FirstRows,
    started: Started,
}

impl PreparedFile {
    fn judge<'a>(&'a self, shared: &'a Shared, key: ImportKey, tags: impl Iterator<Item = Tag>) -> Judge<'a> {
        Judge {
            log: &*shared.log,
            registrar: &shared.registrar,
            clock: &shared.clock,
            tenant: key.tenant,
            import: key.import,
            started: &self.started,
            layout: &self.layout,
            first: &self.first,
            tried: Mutex::new(tags.map(|tag| tag.normal_form()).collect()),
        }
    }
}

/// Reads the kept file again and checks that it is what was taken in.
async fn read_file(shared: &Shared, key: ImportKey, started: Started) -> anyhow::Result<PreparedFile> {
    let bytes = read_kept(shared, key.import, &started.sha256).await?;
    tokio::task::spawn_blocking(move || prepare(&bytes, started)).await?
}

/// The kept bytes. A store that fails is waited for, up to [`READS`] tries.
async fn read_kept(shared: &Shared, import: ImportId, sha256: &str) -> anyhow::Result<Vec<u8>> {
    let (mut retry, mut reads) = (Retry::default(), 1);
    loop {
        match shared.files.read(import, sha256).await {
            Ok(bytes) => return bytes.context("the file of the import is gone"),
            Err(cause) if reads == READS => {
                return Err(cause.context("the file of the import cannot be read"));
            }
            Err(cause) => retry.wait("reading the file of an import", &cause).await,
        }
        reads += 1;
    }
}

fn prepare(bytes: &[u8], started: Started) -> anyhow::Result<PreparedFile> {
    ensure!(
        hex::encode(Sha256::digest(bytes)) == started.sha256,
        "the file of the import is not the one taken in"
    );
    let sheet = started.open_sheet(bytes)?;
    ensure!(
        sheet.count_rows()?.rows == started.rows,
        "the file of the import is read differently now"
    );
    let layout = started.layout_of(&sheet)?;
    let first = find_first_rows(&sheet, &layout);
    Ok(PreparedFile {
        sheet,
        layout,
        first,
        started,
    })
}
