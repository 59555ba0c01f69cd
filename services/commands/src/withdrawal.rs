//! Taking a registration back.

use tally_domain::asset::{AssetCommand, AssetState};
use tally_domain::value::FreeText;
use tally_domain::{AssetId, Revision};
use tally_event_log::LogWriter;
use tracing::warn;

use crate::assets::{self, AssetError};
use crate::claims;
use crate::error::Unavailable;
use crate::execute::Done;
use crate::origin::Origin;
use crate::registrar::Registrar;

/// Withdraws the registration of `asset`, and gives its tag back.
///
/// A tag that cannot be given back now is left to the next claimant, who takes it over, and to a
/// retry of this command.
///
/// # Errors
/// See [`CommandError`](crate::CommandError); refused when there is no such asset or a person holds
/// it.
pub async fn withdraw(
    log: &dyn LogWriter,
    registrar: &Registrar,
    origin: &Origin,
    asset: AssetId,
    if_revision: Option<Revision>,
    reason: Option<FreeText>,
) -> Result<Done, AssetError> {
    let command = AssetCommand::Withdraw;
    let done = assets::change(log, registrar, origin, asset, if_revision, &command, reason).await?;
    if let Err(cause) = release_tag(log, registrar, origin, asset).await {
        let tenant = origin.tenant;
        warn!(%tenant, %cause, "the tag of a withdrawn asset could not be released");
    }
    Ok(done)
}

async fn release_tag(
    log: &dyn LogWriter,
    registrar: &Registrar,
    origin: &Origin,
    asset: AssetId,
) -> Result<(), Unavailable> {
    let AssetState::Withdrawn(known) = assets::load_state(log, origin.tenant, asset).await? else {
        return Ok(());
    };
    let claim = registrar.tag_claim(origin.tenant, &known.tag).await?;
    claims::release(log, &claim, asset.0, &origin.context()).await
}
