//! A row's verdict.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Utc;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use tally_domain::asset::{AssetCommand, AssetEvent, AssetRefusal, AssetState, Tag, decide};
use tally_domain::claim::Claim;
use tally_domain::import::{RowJudged, Verdict};
use tally_domain::{Actor, AssetId, CommandId, ImportId, StreamName, TenantId, Via};
use tally_event_log::EventLog;
use uuid::Uuid;

use super::ledger::{Halt, Pauses, Started};
use super::row::{Fault, Layout, Warning, Wish};
use super::sheet::{Row, Sheet};
use tally_commands::assets::{AssetError, fence, register};
use tally_commands::claims;
use tally_commands::{CommandError, Numbers, Origin, Unavailable, load};

/// How many rows are registered at once.
const AT_ONCE: usize = 16;

/// The rows that are the first with their tag, by the tag as compared.
pub type FirstRows = HashMap<String, u64>;

/// Finds the first row of each tag.
pub fn first_rows(sheet: &Sheet, layout: &Layout) -> FirstRows {
    let mut first = FirstRows::new();
    for row in sheet.rows() {
        if let Some(tag) = layout.tag_of(&row) {
            first.entry(tag.folded()).or_insert(row.row);
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
    /// Where assets are registered.
    pub log: &'a dyn EventLog,
    /// Where tags are allotted from.
    pub numbers: &'a Numbers,
    /// The tenant.
    pub tenant: TenantId,
    /// The import.
    pub import: ImportId,
    /// How it began.
    pub started: &'a Started,
    /// How its columns are read.
    pub layout: &'a Layout,
    /// Which row has a tag first.
    pub first: &'a FirstRows,
    /// In a dry run: the tags, as compared, that earlier rows would have.
    pub tried: Mutex<HashSet<String>>,
}

/// A row as read, with the tag drawn for it when it brings none.
struct Reading<'r> {
    row: &'r Row,
    wish: Result<Wish, Fault>,
    allotted: Option<Tag>,
}

/// A row that is an asset, or would be.
struct Accepted {
    tag: Option<Tag>,
    asset: Option<AssetId>,
}

impl Judge<'_> {
    /// Judges a chunk, in order. Rows go side by side but for those that share a tag: of these the first in the file comes first.
    ///
    /// # Errors
    /// [`Halt::Broken`]; a log that does not answer is waited for.
    pub async fn chunk(&self, rows: &[Row]) -> Result<Vec<RowJudged>, Halt> {
        let mut judged = Vec::with_capacity(rows.len());
        for wave in self.waves(rows) {
            let mut read = Vec::with_capacity(wave.len());
            for row in wave {
                read.push(self.read(row).await?);
            }
            let verdicts: Vec<_> = read
                .into_iter()
                .map(|reading| self.row(reading).boxed())
                .collect();
            judged.extend(
                stream::iter(verdicts)
                    .buffered(AT_ONCE)
                    .try_collect::<Vec<_>>()
                    .await?,
            );
        }
        Ok(judged)
    }

    /// Settles how far another worker got with `rows`: fences all after the last that is an asset, so that none of them becomes one any more,
    /// whoever may still be at it, and says how many there are to there. Judged so far, no asset goes without a verdict. A log that does not
    /// answer is waited for.
    ///
    /// # Errors
    /// [`Halt::Broken`]
    pub async fn settle(&self, rows: &[Row]) -> Result<usize, Halt> {
        if self.started.dry_run {
            return Ok(0);
        }
        for (at, row) in rows.iter().enumerate().rev() {
            if self.layout.read(row).is_ok() && !self.fenced(row).await? {
                return Ok(at + 1);
            }
        }
        Ok(0)
    }

    /// Whether the row is no asset, and never will be one.
    async fn fenced(&self, row: &Row) -> Result<bool, Halt> {
        let asset = AssetId(row_command(self.import, row.row).derive("asset"));
        let origin = Origin {
            command: CommandId(Uuid::new_v5(
                &self.import.0,
                format!("fence/{}", row.row).as_bytes(),
            )),
            ..self.origin(row)
        };
        let mut pauses = Pauses::default();
        loop {
            match fence(self.log, &origin, asset).await {
                Ok(is_fenced) => return Ok(is_fenced),
                Err(CommandError::Unavailable(cause)) => {
                    pauses.wait("fencing a row's asset", &cause).await;
                }
                Err(cause) => return Err(Halt::Broken(cause.into())),
            }
        }
    }

    fn waves<'r>(&self, rows: &'r [Row]) -> Vec<&'r [Row]> {
        let mut waves = Vec::new();
        let (mut begin, mut seen) = (0, HashSet::new());
        for (at, row) in rows.iter().enumerate() {
            let Some(tag) = self.layout.tag_of(row).map(|tag| tag.folded()) else {
                continue;
            };
            if !seen.insert(tag.clone()) {
                waves.push(&rows[begin..at]);
                (begin, seen) = (at, HashSet::from([tag]));
            }
        }
        waves.push(&rows[begin..]);
        waves
    }

    /// Reads a row. Numbers for tags are drawn here, one row after the other, so that tags follow the order of the file.
    async fn read<'r>(&self, row: &'r Row) -> Result<Reading<'r>, Halt> {
        let wish = self.layout.read(row);
        let needs_tag = !self.started.dry_run && wish.as_ref().is_ok_and(|wish| wish.tag.is_none());
        let allotted = if needs_tag {
            Some(self.drawn(row).await?)
        } else {
            None
        };
        Ok(Reading { row, wish, allotted })
    }

    /// A tag that no row of the file brings, however long the log lets wait.
    async fn drawn(&self, row: &Row) -> Result<Tag, Halt> {
        let mut pauses = Pauses::default();
        loop {
            match self
                .numbers
                .next(self.log, &self.origin(row))
                .await
                .map(Tag::allotted)
            {
                Ok(tag) if self.first.contains_key(&tag.folded()) => {}
                Ok(tag) => return Ok(tag),
                Err(cause) => pauses.wait("drawing a number", &cause).await,
            }
        }
    }

    async fn row(&self, reading: Reading<'_>) -> Result<RowJudged, Halt> {
        let row = reading.row;
        let wish = match reading.wish {
            Ok(wish) => wish,
            Err(fault) => return Ok(refused(row, fault)),
        };
        let mut pauses = Pauses::default();
        loop {
            match self.attempt(row, &wish, reading.allotted.clone()).await {
                Ok(accepted) => return Ok(registered(row, &wish.warnings, accepted)),
                Err(CommandError::Refused(refusal)) => {
                    let fault = Fault::refused(&refusal, wish.tag.clone());
                    return Ok(refused(row, self.located(row, fault)));
                }
                Err(CommandError::Unavailable(cause)) => {
                    pauses.wait("registering a row", &cause).await;
                }
                Err(cause) => return Err(Halt::Broken(cause.into())),
            }
        }
    }

    fn origin(&self, row: &Row) -> Origin {
        let command = row_command(self.import, row.row);
        Origin {
            correlation: self.started.context.correlation,
            request: self.started.context.request.clone(),
            ..Origin::new(self.tenant, self.actor(), command, Utc::now())
        }
    }

    async fn attempt(&self, row: &Row, wish: &Wish, allotted: Option<Tag>) -> Result<Accepted, AssetError> {
        if self.started.dry_run {
            return self.rehearsed(wish).await;
        }
        let origin = self.origin(row);
        let registered_as = |tag| register(self.log, self.numbers, &origin, tag, wish.attributes.clone());
        let done = match registered_as(wish.tag.clone().or(allotted)).await {
            // Somebody gave the allotted tag to an asset by hand: any other will do.
            Err(CommandError::Refused(AssetRefusal::TagTaken { .. })) if wish.tag.is_none() => {
                registered_as(None).await?
            }
            outcome => outcome?,
        };
        Ok(Accepted {
            tag: Some(done.tag),
            asset: Some(done.asset),
        })
    }

    fn actor(&self) -> Actor {
        Actor {
            account: self.started.context.actor.account.clone(),
            via: Via::Import,
        }
    }

    /// What registering would say, without doing it.
    async fn rehearsed(&self, wish: &Wish) -> Result<Accepted, AssetError> {
        let tag = wish.tag.clone().unwrap_or_else(|| Tag::allotted(0));
        let command = AssetCommand::Register {
            tag,
            attributes: wish.attributes.clone(),
        };
        decide(&AssetState::Absent, &command, Utc::now())?;
        if let Some(tag) = &wish.tag {
            if self.tried().contains(&tag.folded()) || self.is_taken(tag).await? {
                return Err(AssetRefusal::TagTaken { tag: tag.to_string() }.into());
            }
            self.tried().insert(tag.folded());
        }
        Ok(Accepted {
            tag: wish.tag.clone(),
            asset: None,
        })
    }

    fn tried(&self) -> MutexGuard<'_, HashSet<String>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an asset has the tag. A claim of an asset that never came to be is none: it would be taken over.
    async fn is_taken(&self, tag: &Tag) -> Result<bool, Unavailable> {
        let Claim::Held(holder) =
            claims::current_holder(self.log, &StreamName::tag(self.tenant, tag)).await?
        else {
            return Ok(false);
        };
        let stream = StreamName::asset(self.tenant, AssetId(holder));
        let loaded = load::<AssetEvent>(self.log, &stream).await?;
        Ok(AssetState::fold(&loaded.events).asset().is_some())
    }

    /// Names the row of this file that has the tag first.
    fn located(&self, row: &Row, fault: Fault) -> Fault {
        let first = fault
            .tag
            .as_ref()
            .and_then(|tag| self.first.get(&tag.folded()))
            .filter(|first| **first < row.row);
        match first {
            Some(first) if fault.code == "asset.tag_taken" => Fault {
                message: format!("{} Row {first} of this file has it too.", fault.message),
                ..fault
            },
            _ => fault,
        }
    }
}

fn registered(row: &Row, warnings: &[Warning], accepted: Accepted) -> RowJudged {
    let verdict = if warnings.is_empty() {
        Verdict::Registered
    } else {
        Verdict::RegisteredWithWarning
    };
    let messages: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    RowJudged {
        row: row.row,
        line: row.line,
        verdict,
        codes: warnings.iter().map(|warning| warning.code().to_owned()).collect(),
        message: messages.join(" "),
        tag: accepted.tag.map(|tag| tag.to_string()),
        asset: accepted.asset,
    }
}

fn refused(row: &Row, fault: Fault) -> RowJudged {
    RowJudged {
        row: row.row,
        line: row.line,
        verdict: Verdict::Refused,
        codes: vec![fault.code],
        message: fault.message,
        tag: fault.tag.map(|tag| tag.to_string()),
        asset: None,
    }
}
