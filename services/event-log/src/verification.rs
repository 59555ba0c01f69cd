//! Finding what was altered in a log: every event against its digest, and the order of all.
//!
//! Digests need no key, so this finds damage and what was changed past Tally by one who does not
//! compute digests. It finds the loss of the log's end only by comparison with an earlier answer.

use std::fmt;

use tally_domain::Position;

use crate::chain::{Chain, Damage};
use crate::copy::{Digest, Digesting, engines};
use crate::error::{OpenError, ReadError};
use crate::open::Engine;
use crate::raw::RawEvent;
use crate::transfer::TransferSource;

/// How many events are read at once.
const BATCH: usize = 500;

/// The result of a verification that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events were checked.
    pub events: u64,
    /// The position of the last of them.
    pub up_to: Option<Position>,
    /// Over all of them, in order.
    pub digest: Digest,
    /// How many findings were reported.
    pub findings: u64,
}

/// Something wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// An event is not what was appended.
    Damaged(Damage),
    /// No event stands at these positions.
    Missing {
        /// The first of them.
        first: Position,
        /// The last of them.
        last: Position,
    },
    /// The log ends before the position up to which it was to be checked.
    EndsEarly {
        /// Its last position.
        head: Option<Position>,
        /// The position that was asked for.
        up_to: Position,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(damage) => damage.fmt(f),
            Self::Missing { first, last } if first == last => {
                write!(f, "position {first}: no event stands here; one was removed")
            }
            Self::Missing { first, last } => {
                write!(
                    f,
                    "positions {first} to {last}: no events stand here; they were removed"
                )
            }
            Self::EndsEarly { head, up_to } => match head {
                Some(head) => write!(f, "the log ends at position {head}, before {up_to}"),
                None => write!(f, "the log is empty, and should reach position {up_to}"),
            },
        }
    }
}

/// What is reported while a log is verified.
pub trait Reporter: Send {
    /// Called with everything that is wrong, in the log's order; misfiled events come last.
    fn note_finding(&mut self, finding: &Finding);

    /// Called now and then with the number of events checked.
    fn note_progress(&mut self, events: u64);
}

/// Why a log could not be verified to its end.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Checks every event of the log at `url`, up to `up_to` or to its present end. It needs no keys,
/// writes nothing, and the log may be in use.
///
/// # Errors
/// See [`VerifyError`].
pub async fn verify_log(
    url: &str,
    up_to: Option<Position>,
    report: &mut dyn Reporter,
) -> Result<Verified, VerifyError> {
    let mut log = engines::open_source(url).await?;
    let head = log.head().await?;
    let end = up_to.map_or(head, |up_to| head.min(Some(up_to)));
    let mut check = Check::new(Engine::of(url)?.is_dense(), report);
    while let Some(batch) = check.next_batch(&mut *log, end).await? {
        check.take(&batch);
    }
    if let Some(up_to) = up_to.filter(|up_to| head < Some(*up_to)) {
        check.note(&Finding::EndsEarly { head, up_to });
    }
    for misfiled in log.find_misfiled().await? {
        check.note(&Finding::Damaged(misfiled));
    }
    Ok(check.finish())
}

struct Check<'r> {
    is_dense: bool,
    report: &'r mut dyn Reporter,
    chain: Chain,
    digesting: Digesting,
    events: u64,
    findings: u64,
    up_to: Option<Position>,
}

impl<'r> Check<'r> {
    fn new(is_dense: bool, report: &'r mut dyn Reporter) -> Self {
        Self {
            is_dense,
            report,
            chain: Chain::default(),
            digesting: Digesting::default(),
            events: 0,
            findings: 0,
            up_to: None,
        }
    }

    async fn next_batch(
        &self,
        log: &mut dyn TransferSource,
        end: Option<Position>,
    ) -> Result<Option<Vec<RawEvent>>, ReadError> {
        let mut batch = log.page(self.up_to, BATCH).await?;
        batch.retain(|event| Some(event.position) <= end);
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn take(&mut self, batch: &[RawEvent]) {
        for event in batch {
            self.check_position(event.position);
            if let Err(damage) = self.chain.check_raw(event) {
                self.note(&Finding::Damaged(damage));
            }
            self.digesting.add(event);
            self.events += 1;
            self.up_to = Some(event.position);
        }
        self.report.note_progress(self.events);
    }

    fn check_position(&mut self, position: Position) {
        let expected = self.up_to.map_or(1, |last| last.commit + 1);
        if self.is_dense && position.commit != expected {
            self.note(&Finding::Missing {
                first: Position::single(expected),
                last: Position::single(position.commit.saturating_sub(1)),
            });
        }
    }

    fn note(&mut self, finding: &Finding) {
        self.findings += 1;
        self.report.note_finding(finding);
    }

    fn finish(self) -> Verified {
        Verified {
            events: self.events,
            up_to: self.up_to,
            digest: self.digesting.end(),
            findings: self.findings,
        }
    }
}
