//! Keeping a registration from happening that may still be under way elsewhere.

use tally_domain::{AssetId, CommandId, StreamName};
use tally_event_log::{AnswerStored, LogWriter};

use crate::assets::{self, AssetError};
use crate::error::Unavailable;
use crate::origin::Origin;

/// What is remembered in the place of the registration.
const PREVENTED: &[u8] = b"prevented";

/// Makes sure that `registration`, a command that may be under way on another node, does not
/// register `asset` any more; `false` when it has.
///
/// Nothing of it is in the log, since nothing began: the command is remembered as answered. Only
/// where the engine cannot compare that with the asset's stream in one step, the asset is fenced by
/// an event.
///
/// # Errors
/// The log cannot be read or written.
pub async fn prevent_registration(
    log: &dyn LogWriter,
    origin: &Origin,
    asset: AssetId,
    registration: CommandId,
) -> Result<bool, AssetError> {
    let answers = log.answers();
    if !answers.is_atomic() {
        return assets::fence(log, origin, asset).await;
    }
    let stream = StreamName::asset(origin.tenant, asset);
    let first = registration.event_id(stream.as_str(), 0);
    let stored = answers.store_answer(&stream, first, PREVENTED.to_vec()).await;
    match stored.map_err(Unavailable::from)? {
        AnswerStored::Now | AnswerStored::Earlier(_) => Ok(true),
        AnswerStored::NotInPlace => Ok(false),
    }
}
