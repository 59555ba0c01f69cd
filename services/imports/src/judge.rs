//! A row's verdict.

use std::collections::{HashMap, HashSet};

use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use parking_lot::Mutex;
use tally_commands::assets::{AssetError, Registration, find_tag, load_state, refuse_tag, register};
use tally_commands::{CommandError, Origin, Registrar, Unavailable, claims, prevent_registration};
use tally_domain::asset::{AssetCommand, AssetRefusal, AssetState, Tag, decide, extend_schema};
use tally_domain::claim::Claim;
use tally_domain::import::{RowJudged, Verdict};
use tally_domain::{Actor, AssetId, Clock, CommandId, ImportId, TenantId, Via};
use tally_event_log::LogWriter;
use uuid::Uuid;

use crate::finding;
use crate::halt::Halt;
use crate::ledger::Started;
use crate::retry::Retry;
use crate::row::{Layout, RowError, RowFault, RowRequest};
use crate::sheet::{Row, Sheet};
use crate::warning::RowWarning;

/// How many rows are registered at once.
const AT_ONCE: usize = 16;

/// The rows that are the first with their tag, by the tag as compared.
pub type FirstRows = HashMap<String, u64>;

/// Rows of a file, by their numbers.
pub type RowNumbers = HashSet<u64>;

/// Finds the first row of each tag.
pub fn find_first_rows(sheet: &Sheet, layout: &Layout) -> FirstRows {
    let mut first = FirstRows::new();
    for row in sheet.rows() {
        if let Some(tag) = layout.tag_of(&row) {
            first.entry(tag.normal_form()).or_insert(row.row);
        }
    }
    first
}

/// The command by which a row becomes an asset: the same whenever the row is judged.
pub fn row_command(import: ImportId, row: u64) -> CommandId {
    CommandId(Uuid::new_v5(&import.0, format!("row/{row}").as_bytes()))
}

/// What is needed to judge rows of one import.
pub struct Judge<'a> {
    pub log: &'a dyn LogWriter,
    pub registrar: &'a Registrar,
    pub clock: &'a Clock,
    pub tenant: TenantId,
    pub import: ImportId,
    pub started: &'a Started,
    pub layout: &'a Layout,
    pub first: &'a FirstRows,
    /// In a dry run: the tags, as compared, that earlier rows would have.
    pub tried: Mutex<HashSet<String>>,
}

/// A row as read, with the number drawn for it.
struct RowReading<'r> {
    row: &'r Row,
    request: Result<RowRequest, RowFault>,
    number: Option<u64>,
}

/// A row that is an asset, or would be.
struct AcceptedRow {
    tag: Option<Tag>,
    asset: Option<AssetId>,
}

impl Judge<'_> {
    /// Judges a chunk, in order. Rows go side by side but for those that share a tag: of these the
    /// first in the file comes first. The rows of `registered` are assets already, and take no
    /// number. A log that fails is waited for.
    ///
    /// # Errors
    /// [`Halt::Broken`] when the log refuses a command for good.
    pub async fn judge_chunk(&self, rows: &[Row], registered: &RowNumbers) -> Result<Vec<RowJudged>, Halt> {
        let mut verdicts = Vec::with_capacity(rows.len());
        for wave in self.split_by_tag(rows) {
            let mut readings = Vec::with_capacity(wave.len());
            for row in wave {
                readings.push(self.read_row(row, registered).await?);
            }
            let readings = readings.into_iter();
            let judgements: Vec<_> = readings.map(|reading| self.judge_row(reading).boxed()).collect();
            let wave = stream::iter(judgements).buffered(AT_ONCE);
            verdicts.extend(wave.try_collect::<Vec<_>>().await?);
        }
        Ok(verdicts)
    }

    /// Finds the rows that another worker registered before it could record their verdicts. A log
    /// that fails is waited for.
    ///
    /// # Errors
    /// [`Halt::Broken`] when the tenant was erased.
    pub async fn find_registered(&self, rows: &[Row]) -> Result<RowNumbers, Halt> {
        if self.started.dry_run {
            return Ok(RowNumbers::new());
        }
        let looking: Vec<_> = rows.iter().map(|row| self.is_registered(row).boxed()).collect();
        let found: Vec<bool> = stream::iter(looking).buffered(AT_ONCE).try_collect().await?;
        let registered = rows.iter().zip(found).filter(|(_, found)| *found);
        Ok(registered.map(|(row, _)| row.row).collect())
    }

    async fn is_registered(&self, row: &Row) -> Result<bool, Halt> {
        let asset = self.asset_of(row);
        let mut retry = Retry::default();
        loop {
            match find_tag(self.log, self.tenant, asset).await {
                Ok(tag) => return Ok(tag.is_some()),
                Err(cause) => retry.wait_unless_erased("reading a row's asset", cause).await?,
            }
        }
    }

    /// Finds out how far another worker got with `rows`: fences all after the last that is an
    /// asset, so that none of them becomes one any more, and returns how many rows there are up to
    /// that one. When these are judged, no asset goes without a verdict. A log that fails is waited
    /// for.
    ///
    /// # Errors
    /// [`Halt::Broken`] when the log refuses a fence for good.
    pub async fn fence_rest(&self, rows: &[Row]) -> Result<usize, Halt> {
        if self.started.dry_run {
            return Ok(0);
        }
        for (index, row) in rows.iter().enumerate().rev() {
            if self.layout.read_row(row).is_ok() && !self.fence_row(row).await? {
                return Ok(index + 1);
            }
        }
        Ok(0)
    }

    /// Whether the row is no asset, and never will be one.
    async fn fence_row(&self, row: &Row) -> Result<bool, Halt> {
        let asset = self.asset_of(row);
        let purpose = format!("fence/{}", row.row);
        let origin = Origin {
            command: CommandId(Uuid::new_v5(&self.import.0, purpose.as_bytes())),
            ..self.origin(row)
        };
        let mut retry = Retry::default();
        loop {
            let registration = row_command(self.import, row.row);
            match prevent_registration(self.log, &origin, asset, registration).await {
                Ok(is_fenced) => return Ok(is_fenced),
                Err(CommandError::Unavailable(cause)) => {
                    retry.wait_unless_erased("fencing a row's asset", cause).await?;
                }
                Err(cause) => return Err(Halt::Broken(cause.into())),
            }
        }
    }

    /// Splits rows into runs without a tag that occurs twice.
    fn split_by_tag<'r>(&self, rows: &'r [Row]) -> Vec<&'r [Row]> {
        let mut waves = Vec::new();
        let (mut begin, mut seen) = (0, HashSet::new());
        for (index, row) in rows.iter().enumerate() {
            let Some(tag) = self.layout.tag_of(row).map(|tag| tag.normal_form()) else {
                continue;
            };
            if !seen.insert(tag.clone()) {
                waves.push(&rows[begin..index]);
                (begin, seen) = (index, HashSet::from([tag]));
            }
        }
        waves.push(&rows[begin..]);
        waves
    }

    /// Reads a row. Numbers are drawn here, one row after the other, so that they and the allotted
    /// tags follow the order of the file.
    async fn read_row<'r>(&self, row: &'r Row, registered: &RowNumbers) -> Result<RowReading<'r>, Halt> {
        let request = self.layout.read_row(row);
        let takes_number = !self.started.dry_run && !registered.contains(&row.row);
        let number = match &request {
            Ok(request) if takes_number => Some(self.draw_number(row, request).await?),
            Ok(_) | Err(_) => None,
        };
        Ok(RowReading { row, request, number })
    }

    /// The next number; for a row without a tag, the next whose tag no row of the file brings. A log
    /// that fails is waited for.
    async fn draw_number(&self, row: &Row, request: &RowRequest) -> Result<u64, Halt> {
        let is_brought = |number| self.first.contains_key(&Tag::from_number(number).normal_form());
        let mut retry = Retry::default();
        loop {
            match self.registrar.numbers.next(self.log, &self.origin(row)).await {
                Ok(number) if request.tag.is_none() && is_brought(number) => {}
                Ok(number) => return Ok(number),
                Err(cause) => retry.wait_unless_erased("drawing a number", cause).await?,
            }
        }
    }

    async fn judge_row(&self, reading: RowReading<'_>) -> Result<RowJudged, Halt> {
        let row = reading.row;
        let request = match reading.request {
            Ok(request) => request,
            Err(fault) => return Ok(refused_row(row, fault)),
        };
        let mut retry = Retry::default();
        loop {
            match self.accept(row, &request, reading.number).await {
                Ok(accepted) => return Ok(accepted_row(row, &request.warnings, accepted)),
                Err(CommandError::Refused(refusal)) => {
                    return Ok(refused_row(row, self.fault_of(row, refusal, request.tag)));
                }
                Err(CommandError::Unavailable(cause)) => {
                    retry.wait_unless_erased("registering a row", cause).await?;
                }
                Err(cause) => return Err(Halt::Broken(cause.into())),
            }
        }
    }

    /// The asset that a row becomes: the same whenever the row is judged.
    fn asset_of(&self, row: &Row) -> AssetId {
        row_command(self.import, row.row).imported_asset(self.started.at)
    }

    fn origin(&self, row: &Row) -> Origin {
        let actor = Actor {
            person: self.started.context.actor.person,
            via: Via::Import,
        };
        let command = row_command(self.import, row.row);
        Origin {
            correlation: self.started.context.correlation,
            request: self.started.context.request.clone(),
            ..Origin::new(self.tenant, actor, command, self.clock.now())
        }
    }

    async fn accept(
        &self,
        row: &Row,
        request: &RowRequest,
        number: Option<u64>,
    ) -> Result<AcceptedRow, AssetError> {
        if self.started.dry_run {
            return self.rehearse(request).await;
        }
        let registration = Registration {
            asset: self.asset_of(row),
            tag: request.tag.clone(),
            number,
            attributes: request.attributes.clone(),
        };
        let registered = register(self.log, self.registrar, &self.origin(row), registration).await?;
        Ok(AcceptedRow {
            tag: Some(registered.tag),
            asset: Some(registered.asset),
        })
    }

    /// What registering would answer, without doing it.
    async fn rehearse(&self, request: &RowRequest) -> Result<AcceptedRow, AssetError> {
        let tag = request.tag.clone().unwrap_or_else(|| Tag::from_number(0));
        let command = AssetCommand::Register {
            number: 0,
            tag,
            attributes: request.attributes.clone(),
        };
        let names = command.names();
        let known = self.registrar.schemas.find(self.log, self.tenant, &names).await?;
        decide(
            &AssetState::Absent,
            &command,
            &extend_schema(&known, &names)?,
            self.clock.now(),
        )?;
        if let Some(tag) = &request.tag {
            if self.tried.lock().contains(&tag.normal_form()) {
                return Err(AssetRefusal::TagTaken { tag: tag.to_string() }.into());
            }
            if let Some(refusal) = self.refuse_taken(tag).await? {
                return Err(refusal.into());
            }
            self.tried.lock().insert(tag.normal_form());
        }
        Ok(AcceptedRow {
            tag: request.tag.clone(),
            asset: None,
        })
    }

    /// The refusal of a tag that an asset has. A claim whose asset was never registered, was withdrawn
    /// or has another tag is none: it would be taken over.
    async fn refuse_taken(&self, tag: &Tag) -> Result<Option<AssetRefusal>, Unavailable> {
        let claim = self.registrar.tag_claim(self.tenant, tag).await?;
        let Claim::HeldBy(holder) = claims::current_holder(self.log, &claim).await? else {
            return Ok(None);
        };
        let state = load_state(self.log, self.tenant, AssetId(holder)).await?;
        let used = state.asset().map(|known| known.tag.normal_form());
        Ok((used == Some(tag.normal_form())).then(|| refuse_tag(tag, &state)))
    }

    /// The fault of a refused row; for a taken tag it names the earlier row of this file that has
    /// it.
    fn fault_of(&self, row: &Row, refusal: AssetRefusal, tag: Option<Tag>) -> RowFault {
        let taken = tag
            .as_ref()
            .filter(|_| matches!(refusal, AssetRefusal::TagTaken { .. }));
        let first = taken.and_then(|tag| self.first.get(&tag.normal_form()).copied());
        RowFault {
            error: RowError::Asset(refusal),
            tag,
            first_row: first.filter(|first| *first < row.row),
        }
    }
}

fn accepted_row(row: &Row, warnings: &[RowWarning], accepted: AcceptedRow) -> RowJudged {
    let verdict = if warnings.is_empty() {
        Verdict::Registered
    } else {
        Verdict::RegisteredWithWarning
    };
    RowJudged {
        row: row.row,
        line: row.line,
        verdict,
        findings: warnings.iter().copied().map(finding::of_warning).collect(),
        tag: accepted.tag.map(|tag| tag.to_string()),
        asset: accepted.asset,
    }
}

fn refused_row(row: &Row, fault: RowFault) -> RowJudged {
    RowJudged {
        row: row.row,
        line: row.line,
        verdict: Verdict::Refused,
        findings: vec![finding::of_fault(&fault)],
        tag: fault.tag.map(|tag| tag.to_string()),
        asset: None,
    }
}
