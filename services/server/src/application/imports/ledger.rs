//! An import's stream as its worker keeps it: the state in memory, so that a long import is not read again for every chunk.

use std::time::Duration;

use tally_domain::import::{Column, ImportEvent, ImportRefusal, ImportState, Verdict};
use tally_domain::{Context, Decision, StreamName};
use tally_event_log::{AppendError, EventLog, ExpectedRevision};
use tracing::warn;

use tally_commands::{encode, load};

/// The first pause after a failure of the log; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Why a worker goes no further.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// The import is over, or somebody else judges its rows.
    #[error("{0}")]
    Over(ImportRefusal),
    /// It cannot go on, and trying again would not help.
    #[error("{0:#}")]
    Broken(anyhow::Error),
}

/// Pauses between tries, growing.
pub struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Pauses {
    /// Waits after a failure, saying what failed.
    pub async fn wait(&mut self, what: &'static str, cause: &(dyn std::fmt::Display + Sync)) {
        warn!(%cause, pause = ?self.0, "{what} failed and is tried again");
        metrics::counter!(crate::metric::IMPORT_RETRIES).increment(1);
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

/// What an import's first event said.
#[derive(Clone, Debug)]
pub struct Started {
    /// SHA-256 of its file.
    pub sha256: String,
    /// How many rows it has.
    pub rows: u64,
    /// How its columns are read.
    pub columns: Vec<Column>,
    /// Whether it only tells what would happen.
    pub dry_run: bool,
    /// The envelope: who began it and by which command.
    pub context: Context,
}

/// An import's stream as far as this worker knows.
pub struct Ledger {
    stream: StreamName,
    revision: Option<u64>,
    /// The state.
    pub state: ImportState,
    /// Its beginning.
    pub started: Started,
    /// By whom and how it was cancelled, once it was.
    pub cancelled: Option<Context>,
    /// Tags of rows that became assets, or would have.
    pub tags: Vec<String>,
}

impl Ledger {
    /// Reads the stream, however long the log lets wait.
    ///
    /// # Errors
    /// [`Halt::Over`] when there is no such import.
    pub async fn open(log: &dyn EventLog, stream: StreamName) -> Result<Self, Halt> {
        let mut pauses = Pauses::default();
        let loaded = loop {
            match load::<ImportEvent>(log, &stream).await {
                Ok(loaded) => break loaded,
                Err(cause) => pauses.wait("reading an import", &cause).await,
            }
        };
        let begun = loaded.events.iter().find_map(|e| match &e.event {
            ImportEvent::Started {
                sha256,
                rows,
                columns,
                dry_run,
                ..
            } => Some(Started {
                sha256: sha256.clone(),
                rows: *rows,
                columns: columns.clone(),
                dry_run: *dry_run,
                context: e.context.clone(),
            }),
            _ => None,
        });
        let cancelled = loaded
            .events
            .iter()
            .find(|e| e.event == ImportEvent::CancelRequested {})
            .map(|e| e.context.clone());
        let started = begun.ok_or(Halt::Over(ImportRefusal::NotFound))?;
        let state = ImportState::fold(loaded.events.iter().map(|e| &e.event));
        let tags = loaded.events.iter().flat_map(|e| tags(&e.event)).collect();
        Ok(Self {
            stream,
            revision: loaded.revision(),
            state,
            started,
            cancelled,
            tags,
        })
    }

    /// Reads the stream anew: somebody else has written to it.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub async fn read_again(&mut self, log: &dyn EventLog) -> Result<(), Halt> {
        *self = Self::open(log, self.stream.clone()).await?;
        Ok(())
    }

    /// Appends what `decide` says of the state, however long the log lets wait. The same context appends the same only once.
    ///
    /// # Errors
    /// [`Halt::Over`] when the import ended meanwhile or another worker is on it.
    pub async fn record(
        &mut self,
        log: &dyn EventLog,
        context: &Context,
        decide: impl Fn(ImportState) -> Decision<ImportEvent, ImportRefusal>,
    ) -> Result<(), Halt> {
        let mut pauses = Pauses::default();
        loop {
            let events = decide(self.state).map_err(Halt::Over)?;
            if events.is_empty() {
                return Ok(());
            }
            let new = encode(&self.stream, context, &events).map_err(|cause| Halt::Broken(cause.into()))?;
            match log
                .append(&self.stream, ExpectedRevision::after(self.revision), new)
                .await
            {
                Ok(appended) => {
                    self.revision = Some(appended.last_revision);
                    self.state = events.iter().fold(self.state, ImportState::evolve);
                    return Ok(());
                }
                Err(AppendError::WrongExpectedRevision { .. }) => {
                    self.read_again(log).await?;
                }
                Err(AppendError::Unavailable(cause)) => pauses.wait("recording verdicts", &cause).await,
                Err(cause) => return Err(Halt::Broken(cause.into())),
            }
        }
    }
}

fn tags(event: &ImportEvent) -> Vec<String> {
    match event {
        ImportEvent::RowsJudged { rows } => rows
            .iter()
            .filter(|row| row.verdict != Verdict::Refused)
            .filter_map(|row| row.tag.clone())
            .collect(),
        _ => vec![],
    }
}
