//! An import's stream as its worker keeps it: the state in memory, so that a long import is not
//! read again for every chunk.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use tally_commands::{Loaded, encode, load};
use tally_domain::import::{Column, ImportEvent, ImportRefusal, ImportState, Reading, Verdict};
use tally_domain::value::Tag;
use tally_domain::{Context, Decision, StreamName};
use tally_event_log::{AppendError, ExpectedRevision, LogReader, LogWriter};

use crate::choices::Choices;
use crate::halt::Halt;
use crate::retry::Retry;
use crate::row::Layout;
use crate::sheet::Sheet;

/// What an import's first event said.
#[derive(Clone, Debug)]
pub struct Started {
    pub sha256: String,
    pub rows: u64,
    pub columns: Vec<Column>,
    pub reading: Option<Reading>,
    pub dry_run: bool,
    /// When it was recorded. The ids of its assets begin with it.
    pub at: DateTime<Utc>,
    /// The envelope: who began it and by which command.
    pub context: Context,
}

impl Started {
    /// Opens the file as it was read when the import began.
    pub fn open_sheet(&self, bytes: &[u8]) -> anyhow::Result<Sheet> {
        let choices = match &self.reading {
            Some(reading) => Choices::from_reading(reading).context("the recorded reading is unknown")?,
            None => Choices::default(),
        };
        Ok(Sheet::open_as(bytes, &choices)?)
    }

    /// How the columns of the file are read.
    pub fn layout_of(&self, sheet: &Sheet) -> anyhow::Result<Layout> {
        let day_order = self.reading.as_ref().and_then(|reading| reading.day_order);
        let layout = Layout::new(sheet, &self.columns, day_order);
        layout.context("the recorded columns cannot be read")
    }
}

/// An import's stream as far as this worker knows.
pub struct Ledger {
    stream: StreamName,
    revision: Option<u64>,
    pub state: ImportState,
    pub started: Started,
    /// The envelope of the request to cancel it, once there is one.
    pub cancelled: Option<Context>,
    /// Tags of rows that became assets, or would have.
    pub tags: Vec<Tag>,
}

impl Ledger {
    /// Reads the stream. A log that fails is waited for.
    ///
    /// # Errors
    /// [`Halt::Ended`] when there is no such import; [`Halt::Broken`] when its tenant was erased.
    pub async fn open(log: &dyn LogReader, stream: StreamName) -> Result<Self, Halt> {
        let mut retry = Retry::default();
        let loaded = loop {
            match load::<ImportEvent>(log, &stream).await {
                Ok(loaded) => break loaded,
                Err(cause) => retry.wait_unless_erased("reading an import", cause).await?,
            }
        };
        let started = find_start(&loaded).ok_or(Halt::Ended(ImportRefusal::NotFound))?;
        let mut events = loaded.events.iter();
        let cancelled = events.find(|e| e.event == ImportEvent::CancelRequested {});
        Ok(Self {
            stream,
            revision: loaded.revision(),
            state: ImportState::fold(loaded.events.iter().map(|e| &e.event)),
            started,
            cancelled: cancelled.map(|e| e.context.clone()),
            tags: loaded.events.iter().flat_map(|e| judged_tags(&e.event)).collect(),
        })
    }

    /// Reads the stream again, after another process has written to it.
    ///
    /// # Errors
    /// [`Halt::Ended`] when there is no such import any more.
    pub async fn reload(&mut self, log: &dyn LogReader) -> Result<(), Halt> {
        *self = Self::open(log, self.stream.clone()).await?;
        Ok(())
    }

    /// Appends what `decide` says of the state. A log that fails is waited for; the same context
    /// appends the same only once.
    ///
    /// # Errors
    /// [`Halt::Ended`] when the import ended meanwhile or another worker is on it; [`Halt::Broken`]
    /// when the log refuses the events for good.
    pub async fn record(
        &mut self,
        log: &dyn LogWriter,
        context: &Context,
        decide: impl Fn(ImportState) -> Decision<ImportEvent, ImportRefusal>,
    ) -> Result<(), Halt> {
        let mut retry = Retry::default();
        loop {
            let events = decide(self.state).map_err(Halt::Ended)?;
            if events.is_empty() {
                return Ok(());
            }
            let new = encode(&self.stream, context, &events);
            let new = new.map_err(|cause| Halt::Broken(cause.into()))?;
            let expected = ExpectedRevision::after(self.revision);
            match log.append(&self.stream, expected, new).await {
                Ok(appended) => {
                    self.revision = Some(appended.last_revision);
                    self.state = events.iter().fold(self.state, ImportState::evolve);
                    return Ok(());
                }
                Err(AppendError::WrongExpectedRevision { .. }) => self.reload(log).await?,
                Err(AppendError::Unavailable(cause)) => retry.wait("recording verdicts", &cause).await,
                Err(cause) => return Err(Halt::Broken(cause.into())),
            }
        }
    }
}

/// What the first event said, if there is one.
pub fn find_start(loaded: &Loaded<ImportEvent>) -> Option<Started> {
    loaded.events.iter().find_map(|e| match &e.event {
        ImportEvent::Started {
            sha256,
            rows,
            columns,
            reading,
            dry_run,
            ..
        } => Some(Started {
            sha256: sha256.clone(),
            rows: *rows,
            columns: columns.clone(),
            reading: reading.clone(),
            dry_run: *dry_run,
            at: e.recorded_at,
            context: e.context.clone(),
        }),
        ImportEvent::RowsJudged { .. } | ImportEvent::CancelRequested {} | ImportEvent::Ended { .. } => None,
    })
}

fn judged_tags(event: &ImportEvent) -> Vec<Tag> {
    let ImportEvent::RowsJudged { rows } = event else {
        return vec![];
    };
    rows.iter()
        .filter(|row| row.verdict != Verdict::Refused)
        .filter_map(|row| Tag::parse(row.tag.as_deref()?))
        .collect()
}
