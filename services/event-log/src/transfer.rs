//! What an engine does for a copy. Events go as they are stored, their texts untouched: to parse
//! and print them again could change the last digit of a number.

use async_trait::async_trait;
use tally_domain::Position;

use crate::chain::Damage;
use crate::error::{Failure, ReadError};
use crate::raw::RawEvent;

/// The number of misfiled events that are looked for.
pub(crate) const MISFILED: u64 = 100;

/// Why a log did not take events that are copied to it.
#[derive(Debug)]
pub(crate) enum TransferError {
    /// Another process appends to the log.
    NotAlone,
    /// The log cannot be written.
    Write(Failure),
}

/// A log that is copied from, or compared.
#[async_trait]
pub(crate) trait TransferSource: Send {
    /// At most `limit` events after `after`, in order.
    async fn page(&mut self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError>;

    /// The position of the last event.
    async fn head(&mut self) -> Result<Option<Position>, ReadError>;

    /// The first position without an event, where the engine numbers events without a gap.
    async fn find_gap(&mut self) -> Result<Option<Position>, ReadError> {
        Ok(None)
    }

    /// Events that are listed with another tenant than their stream is, some of them.
    async fn find_misfiled(&mut self) -> Result<Vec<Damage>, ReadError> {
        Ok(Vec::new())
    }
}

/// A log that is copied to.
#[async_trait]
pub(crate) trait TransferTarget: Send {
    /// Writes `events` after the `standing` ones that it holds, all or none, durably.
    ///
    /// # Errors
    /// [`TransferError::NotAlone`] when it holds more or fewer.
    async fn import(&mut self, standing: u64, events: &[RawEvent]) -> Result<(), TransferError>;

    /// The same log, to read back from.
    fn source(&mut self) -> &mut dyn TransferSource;
}
