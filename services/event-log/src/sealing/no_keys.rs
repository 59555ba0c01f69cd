//! Where there is no key store.

use async_trait::async_trait;

use crate::error::Failure;
use crate::sealer::{Item, Opened, SealError, Sealed, Sealer};

/// Seals nothing and opens nothing: for a log that is used without its keys. Events that need a
/// seal are refused, never stored without one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeys;

#[async_trait]
impl Sealer for NoKeys {
    async fn seal(&self, _items: Vec<Item>) -> Result<Vec<Sealed>, SealError> {
        Err(missing("sealing"))
    }

    async fn open(&self, _items: Vec<Item>) -> Result<Vec<Result<Opened, SealError>>, SealError> {
        Err(missing("opening"))
    }
}

fn missing(doing: &'static str) -> SealError {
    SealError::Unavailable(Failure::new(doing, "the log was opened without a key store"))
}
