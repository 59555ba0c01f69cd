//! A job carried through: from its file to its last verdict.

use std::sync::{Arc, Mutex};

use anyhow::{Context as _, ensure};
use sha2::{Digest, Sha256};
use tally_domain::import::{self, ImportOutcome, ImportState, finish};
use tally_domain::{Actor, CommandId, Context, ImportId, StreamName, Via};
use tokio::sync::watch;
use tracing::{error, info};
use uuid::Uuid;

use super::Key;
use super::judge::{FirstRows, Judge, first_rows};
use super::ledger::{Halt, Ledger, Started};
use super::row::Layout;
use super::sheet::{Row, Sheet};
use crate::tally::Tally;

/// How many rows get their verdict in one event, and how far a cancelled import goes on at most.
const CHUNK: usize = 50;

/// By whose will to stop, once somebody wants it.
type Stopped = watch::Receiver<Option<Context>>;

/// Judges what is left of an import, then ends it.
pub async fn run(tally: Arc<Tally>, key: Key, mut stopped: Stopped) {
    let (tenant, import) = key;
    let mut wanted = stopped.clone();
    // Who only has to stop does not wait for a turn.
    let _turn = tokio::select! {
        turn = tally.imports.turns.acquire() => turn.ok(),
        _ = wanted.wait_for(Option::is_some) => None,
    };
    drop(wanted);
    match carried_through(&tally, key, &mut stopped).await {
        Ok(outcome) => info!(%tenant, %import, ?outcome, "an import ended"),
        Err(Halt::Over(refusal)) => {
            info!(%tenant, %import, %refusal, "an import is not this worker's any more");
        }
        Err(Halt::Broken(cause)) => {
            error!(%tenant, %import, cause = format!("{cause:#}"), "an import could not be ended");
        }
    }
}

async fn carried_through(tally: &Arc<Tally>, key: Key, stopped: &mut Stopped) -> Result<ImportOutcome, Halt> {
    let (tenant, import) = key;
    let mut ledger = Ledger::open(&*tally.log, StreamName::import(tenant, import)).await?;
    let judged = judged(tally, key, &mut ledger, stopped).await;
    let (outcome, context) = match judged {
        Ok(None) => (
            ImportOutcome::Finished,
            own_context(key, &ledger.started, "ended"),
        ),
        Ok(Some(by)) => (ImportOutcome::Cancelled, by),
        Err(Halt::Broken(cause)) => {
            error!(%tenant, %import, cause = format!("{cause:#}"), "an import failed");
            let actor = Actor::nobody(Via::App);
            (
                ImportOutcome::Failed,
                Context {
                    actor,
                    ..own_context(key, &ledger.started, "failed")
                },
            )
        }
        Err(over) => return Err(over),
    };
    ledger
        .record(&*tally.log, &context, move |state| finish(state, outcome))
        .await?;
    let (files, sha256) = (tally.clone(), ledger.started.sha256.clone());
    let removed = tokio::task::spawn_blocking(move || files.imports.files.remove(import, &sha256)).await;
    if let Ok(Err(cause)) = removed {
        // The next start sweeps it.
        error!(%import, %cause, "the file of an ended import could not be removed");
    }
    Ok(outcome)
}

/// Judges all pending rows. Says by whose will it stopped before the end, if so.
async fn judged(
    tally: &Arc<Tally>,
    key: Key,
    ledger: &mut Ledger,
    stopped: &mut Stopped,
) -> Result<Option<Context>, Halt> {
    let by = stopped.borrow().clone();
    if by.is_some() {
        return Ok(by);
    }
    let done = match ledger.state {
        ImportState::Running(counts) => counts.judged_rows(),
        ImportState::Absent | ImportState::Ended(..) => return Ok(None),
    };
    let prepared = prepared(tally, key, ledger.started.clone())
        .await
        .map_err(Halt::Broken)?;
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
    loop {
        let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
        let by = stopped.borrow().clone();
        if chunk.is_empty() || by.is_some() {
            return Ok(by.filter(|_| !chunk.is_empty()));
        }
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

async fn prepared(tally: &Arc<Tally>, key: Key, started: Started) -> anyhow::Result<Prepared> {
    let tally = tally.clone();
    tokio::task::spawn_blocking(move || prepare(&tally, key.1, started)).await?
}

/// Reads the kept file again and checks that it is what was taken in.
fn prepare(tally: &Tally, import: ImportId, started: Started) -> anyhow::Result<Prepared> {
    let bytes = tally
        .imports
        .files
        .read(import, &started.sha256)
        .context("the file of the import cannot be read")?;
    ensure!(
        hex::encode(Sha256::digest(&bytes)) == started.sha256,
        "the file of the import is not the one taken in"
    );
    let sheet = Sheet::open(&bytes)?;
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
