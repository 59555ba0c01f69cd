//! The state of an import.

use super::event::{ImportEvent, ImportOutcome, RowJudged, Verdict};

/// The number of rows by verdict. `rows` is always the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All data rows of the file.
    pub rows: u64,
    /// Rows that became assets.
    pub registered: u64,
    /// Rows that became assets with a warning.
    pub registered_with_warning: u64,
    /// Rows that did not become assets.
    pub refused: u64,
    /// Rows without a verdict yet.
    pub pending: u64,
}

impl Counts {
    /// The counts of a file of `rows` rows, none of them judged.
    pub fn of(rows: u64) -> Self {
        Self {
            rows,
            pending: rows,
            ..Self::default()
        }
    }

    /// The counts after `row` was judged.
    #[must_use]
    pub fn count(mut self, row: &RowJudged) -> Self {
        match row.verdict {
            Verdict::Registered => self.registered += 1,
            Verdict::RegisteredWithWarning => self.registered_with_warning += 1,
            Verdict::Refused => self.refused += 1,
        }
        self.pending = self.pending.saturating_sub(1);
        self
    }

    /// The counts after `rows` were judged.
    #[must_use]
    pub fn count_all(self, rows: &[RowJudged]) -> Self {
        rows.iter().fold(self, Self::count)
    }

    /// The number of rows with a verdict; also the number of the last judged row, since rows are
    /// judged in order.
    pub fn judged_rows(&self) -> u64 {
        self.registered + self.registered_with_warning + self.refused
    }
}

/// The state of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportState {
    /// Not started yet.
    #[default]
    Absent,
    /// Rows are being judged.
    Running(Counts),
    /// Rows are being judged, and a user has requested that it stops.
    Stopping(Counts),
    /// The import is over.
    Ended(ImportOutcome, Counts),
}

impl ImportState {
    /// The state after `event`. An event that cannot follow the state changes nothing.
    #[must_use]
    pub fn evolve(self, event: &ImportEvent) -> Self {
        match event {
            ImportEvent::Started { rows, .. } => match self {
                Self::Absent => Self::Running(Counts::of(*rows)),
                Self::Running(_) | Self::Stopping(_) | Self::Ended(..) => self,
            },
            ImportEvent::RowsJudged { rows } => match self {
                Self::Running(counts) => Self::Running(counts.count_all(rows)),
                Self::Stopping(counts) => Self::Stopping(counts.count_all(rows)),
                Self::Absent | Self::Ended(..) => self,
            },
            ImportEvent::CancelRequested {} => match self {
                Self::Running(counts) => Self::Stopping(counts),
                Self::Absent | Self::Stopping(_) | Self::Ended(..) => self,
            },
            ImportEvent::Ended { outcome } => match self {
                Self::Running(counts) | Self::Stopping(counts) => Self::Ended(*outcome, counts),
                Self::Absent | Self::Ended(..) => self,
            },
        }
    }

    /// The number of rows by verdict; `None` if the import was not started.
    pub fn counts(&self) -> Option<Counts> {
        match *self {
            Self::Absent => None,
            Self::Running(counts) | Self::Stopping(counts) | Self::Ended(_, counts) => Some(counts),
        }
    }

    /// Whether the import has started and is not over.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Running(_) | Self::Stopping(_))
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a ImportEvent>) -> Self {
        events.into_iter().fold(Self::Absent, Self::evolve)
    }
}
