//! What an engine does for a copy. Events go as they are stored, their texts untouched: parsing and printing again could change the last
//! digit of a number.

use async_trait::async_trait;
use tally_domain::Position;

use super::CopyError;
use crate::error::ReadError;
use crate::raw::RawEvent;

/// A log that is copied, or compared.
#[async_trait]
pub(crate) trait Source: Send {
    /// At most `limit` events after `after`, in order.
    async fn page(&mut self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError>;

    /// The last position.
    async fn head(&mut self) -> Result<Option<Position>, ReadError>;
}

/// A log that is copied to.
#[async_trait]
pub(crate) trait Target: Send {
    /// Writes `events` after the `standing` that it holds, all or none, durably.
    ///
    /// # Errors
    /// [`CopyError::NotAlone`] when it holds more or fewer.
    async fn import(&mut self, standing: u64, events: &[RawEvent]) -> Result<(), CopyError>;

    /// To read back from.
    fn source(&mut self) -> &mut dyn Source;
}
