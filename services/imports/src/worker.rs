//! A job carried through: from its file to its last verdict.

use std::sync::{Arc, Mutex};

use anyhow::{Context as _, ensure};
use sha2::{Digest, Sha256};
use tally_domain::import::{self, ImportOutcome, ImportState, finish};
use tally_domain::{Actor, CommandId, Context, StreamName, Via};
use tokio::sync::watch;
use tracing::{debug, error, info, warn};
use uuid::Uuid;

use super::Key;
use super::judge::{FirstRows, Judge, first_rows};
use super::ledger::{Halt, Ledger, Pauses, Started};
use super::row::Layout;
use super::sheet::{Row, Sheet};
use crate::tally::Tally;

/// How many rows get their verdict in one event, and how far a cancelled import goes on at most.
const CHUNK: usize = 50;

/// Whether to stop.
type Stopped = watch::Receiver<bool>;

/// How often a file that the store does not give is asked for, before its import fails.
const READS: u32 = 20;

/// Judges what is left of an import, then ends it; unless another node does.
pub async fn run(tally: Arc<Tally>, key: Key, mut stopped: Stopped) {
    let (tenant, import) = key;
    let mut wanted = stopped.clone();
    // Who only has to stop does not wait for a turn.
    let _turn = tokio::select! {
        turn = tally.imports.turns.acquire() => turn.ok(),
        _ = wanted.wait_for(|wanted| *wanted) => None,
    };
    drop(wanted);
    match tally.imports.claim(import).await {
        Ok(true) => {}
        Ok(false) => return debug!(%tenant, %import, "another node works on an import"),
        Err(cause) => return warn!(%tenant, %import, %cause, "an import is not taken up yet"),
    }
    match carried_through(&tally, key, &mut stopped).await {
        Ok(outcome) => info!(%tenant, %import, ?outcome, "an import ended"),
        Err(Halt::Over(refusal)) => {
            info!(%tenant, %import, %refusal, "an import is not this worker's any more");
        }
        Err(Halt::Broken(cause)) => {
            error!(%tenant, %import, cause = format!("{cause:#}"), "an import could not be ended");
        }
    }
    tally.imports.release(import).await;
}

async fn carried_through(tally: &Arc<Tally>, key: Key, stopped: &mut Stopped) -> Result<ImportOutcome, Halt> {
    let (tenant, import) = key;
    let mut ledger = Ledger::open(&*tally.log, StreamName::import(tenant, import)).await?;
    let outcome = match judged(tally, key, &mut ledger, stopped).await {
        Ok(outcome) => outcome,
        Err(Halt::Broken(cause)) => {
            error!(%tenant, %import, cause = format!("{cause:#}"), "an import failed");
            ImportOutcome::Failed
        }
        Err(over) => return Err(over),
    };
    let context = last_context(key, &ledger, outcome);
    ledger
        .record(&*tally.log, &context, move |state| finish(state, outcome))
        .await?;
    if let Err(cause) = tally.imports.store.remove(import, &ledger.started.sha256).await {
        // A later start sweeps it.
        error!(%import, %cause, "the file of an ended import could not be removed");
    }
    Ok(outcome)
}

/// The envelope of the last event: by whose will it came.
fn last_context(key: Key, ledger: &Ledger, outcome: ImportOutcome) -> Context {
    match (outcome, &ledger.cancelled) {
        (ImportOutcome::Cancelled, Some(by)) => Context {
            actor: by.actor.clone(),
            correlation: by.correlation,
            request: by.request.clone(),
            ..own_context(key, &ledger.started, "cancelled")
        },
        (ImportOutcome::Failed, _) => Context {
            actor: Actor::nobody(Via::App),
            ..own_context(key, &ledger.started, "failed")
        },
        _ => own_context(key, &ledger.started, "ended"),
    }
}

/// Judges all pending rows, or as many as are wanted.
async fn judged(
    tally: &Arc<Tally>,
    key: Key,
    ledger: &mut Ledger,
    stopped: &mut Stopped,
) -> Result<ImportOutcome, Halt> {
    let done = match ledger.state {
        ImportState::Running(counts) | ImportState::Stopping(counts) => counts.judged_rows(),
        ImportState::Absent | ImportState::Ended(..) => return Ok(ImportOutcome::Finished),
    };
    let prepared = match prepared(tally, key, ledger.started.clone()).await {
        Err(cause) if matches!(ledger.state, ImportState::Stopping(_)) => {
            warn!(import = %key.1, cause = format!("{cause:#}"), "a cancelled import's file is not there to be looked at");
            return Ok(ImportOutcome::Cancelled);
        }
        prepared => prepared.map_err(Halt::Broken)?,
    };
    let judge = Judge {
        log: &*tally.log,
        numbers: &tally.numbers,
        tenant: key.0,
        import: key.1,
        started: &prepared.started,
        layout: &prepared.layout,
        first: &prepared.first,
        tried: Mutex::new(
            ledger
                .tags
                .drain(..)
                .map(|tag| tag.to_ascii_lowercase())
                .collect(),
        ),
    };
    let mut rows = prepared
        .sheet
        .rows()
        .skip(usize::try_from(done).unwrap_or(usize::MAX));
    // A worker before this one may have died, or hang, in the middle of the next chunk.
    let mut begun_by_another = true;
    loop {
        let mut chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(ImportOutcome::Finished);
        }
        if *stopped.borrow() {
            ledger.read_again(&*tally.log).await?;
        }
        if matches!(ledger.state, ImportState::Stopping(_)) {
            let begun = if begun_by_another {
                judge.settle(&chunk).await?
            } else {
                0
            };
            chunk.truncate(begun);
            if chunk.is_empty() {
                return Ok(ImportOutcome::Cancelled);
            }
        }
        begun_by_another = false;
        let verdicts = judge.chunk(&chunk).await?;
        let begin = verdicts.first().map_or(0, |verdict| verdict.row);
        let context = own_context(key, &prepared.started, &format!("judged/{begin}"));
        ledger
            .record(&*tally.log, &context, |state| {
                import::judge(state, verdicts.clone())
            })
            .await?;
    }
}

/// The envelope of an event that the worker itself writes. Its command is named by import and `purpose`, so a try after a crash is
/// recognised.
fn own_context((tenant, import): Key, started: &Started, purpose: &str) -> Context {
    let actor = Actor {
        account: started.context.actor.account.clone(),
        via: Via::Import,
    };
    let command = CommandId(Uuid::new_v5(&import.0, purpose.as_bytes()));
    let context = Context::new(Some(tenant), actor, command);
    Context {
        correlation: started.context.correlation,
        request: started.context.request.clone(),
        ..context
    }
}

/// What judging needs of a file.
struct Prepared {
    sheet: Sheet,
    layout: Layout,
    first: FirstRows,
    started: Started,
}

/// Reads the kept file again and checks that it is what was taken in.
async fn prepared(tally: &Arc<Tally>, key: Key, started: Started) -> anyhow::Result<Prepared> {
    let bytes = kept(tally, key, &started.sha256).await?;
    tokio::task::spawn_blocking(move || prepare(&bytes, started)).await?
}

/// The file, however long its store lets wait within reason.
async fn kept(tally: &Tally, (_, import): Key, sha256: &str) -> anyhow::Result<Vec<u8>> {
    let (mut pauses, mut reads) = (Pauses::default(), 1);
    loop {
        match tally.imports.store.read(import, sha256).await {
            Ok(read) => return read.context("the file of the import is gone"),
            Err(cause) if reads == READS => {
                return Err(cause.context("the file of the import cannot be read"));
            }
            Err(cause) => pauses.wait("reading the file of an import", &cause).await,
        }
        reads += 1;
    }
}

fn prepare(bytes: &[u8], started: Started) -> anyhow::Result<Prepared> {
    ensure!(
        hex::encode(Sha256::digest(bytes)) == started.sha256,
        "the file of the import is not the one taken in"
    );
    let sheet = Sheet::open(bytes)?;
    ensure!(
        sheet.survey()?.rows == started.rows,
        "the file of the import is read differently now"
    );
    let layout = Layout::of(&started.columns).context("the recorded columns cannot be read")?;
    let first = first_rows(&sheet, &layout);
    Ok(Prepared {
        sheet,
        layout,
        first,
        started,
    })
}
