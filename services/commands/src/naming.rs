//! How commands are named, and what their content is compared by: MACs under a key of the tenant,
//! since a plain digest of what can be guessed reveals it.

use std::sync::Arc;

use tally_domain::{CommandId, TenantId};
use tally_vault::Vault;
use uuid::Builder;

use crate::error::Unavailable;

/// The purpose of the MAC that names a command.
const COMMAND: &str = "command";
/// The purpose of the MAC of a command's content.
const CONTENT: &str = "content";

/// The command that `parts` name within `tenant`: the same parts always name the same one.
///
/// # Errors
/// The key store fails.
pub async fn name_command(
    vault: &Arc<Vault>,
    tenant: TenantId,
    parts: &[&[u8]],
) -> Result<CommandId, Unavailable> {
    let mac = vault.mac(tenant, COMMAND, parts).await;
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = mac.map_err(Unavailable::of_keys)?;
    Ok(CommandId(Builder::from_custom_bytes(first).into_uuid()))
}

/// What stands for `content` in the log, so that the same name with other content is recognised.
///
/// # Errors
/// The key store fails.
pub async fn digest_content(
    vault: &Arc<Vault>,
    tenant: TenantId,
    content: &[u8],
) -> Result<String, Unavailable> {
    let mac = vault.mac(tenant, CONTENT, &[content]).await;
    Ok(hex::encode(mac.map_err(Unavailable::of_keys)?))
}
