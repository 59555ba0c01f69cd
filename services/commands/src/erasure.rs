//! Erasing a tenant, which the operator orders. Each step can be repeated, and one after which the
//! process died is made up for by the same order given again.

use std::collections::BTreeSet;

use tally_domain::tenant::{self, NotErased, TenantEvent, TenantState};
use tally_domain::{Actor, ClientKey, CommandId, Context, StreamName, TenantId, Via};
use tally_event_log::LogWriter;
use tally_vault::{Destroyed, Vault};
use uuid::Uuid;

use crate::claims;
use crate::error::{CommandError, Unavailable};
use crate::execute::{Loaded, execute, load};

/// Erases a tenant: the event first, by which every node drops what it has in memory and views
/// remove the tenant's rows; then all its keys; then an event again. A tenant whose site still has
/// Tally installed is erased only `if_installed`. Returns how many keys this call destroyed. The
/// site cannot return before [`release_client_keys`].
///
/// # Errors
/// [`NotErased`] when there is no such tenant, or it is still in use;
/// [`CommandError::Unavailable`] when the log or the key store fails, and then the same call is to
/// be repeated.
pub async fn erase_tenant(
    log: &dyn LogWriter,
    vault: &Vault,
    tenant: TenantId,
    if_installed: bool,
) -> Result<Destroyed, CommandError<NotErased>> {
    record(log, tenant, |state| tenant::erase(state, if_installed)).await?;
    let destroyed = vault.erase_tenant(tenant).await.map_err(Unavailable::of_keys)?;
    let were_there = destroyed != Destroyed::default();
    record(log, tenant, |state| {
        Ok(tenant::record_destroyed_keys(state, were_there))
    })
    .await?;
    Ok(destroyed)
}

async fn record(
    log: &dyn LogWriter,
    tenant: TenantId,
    decide: impl Fn(&TenantState) -> Result<Vec<TenantEvent>, NotErased>,
) -> Result<(), CommandError<NotErased>> {
    let decide = |loaded: &Loaded<TenantEvent>| {
        let events = decide(&TenantState::fold(&loaded.events));
        events.map_err(CommandError::Refused)
    };
    let (stream, context) = (StreamName::tenant(tenant), operator_context(tenant));
    let done = execute(log, &stream, &context, None, decide);
    done.await.map(drop)
}

/// Gives back every client key that an erased tenant ever had, so that a site that returns is
/// another tenant. It is the last step of an erasure: until then nothing of the tenant can be
/// mistaken for the other's.
///
/// # Errors
/// The log fails, and then the call is to be repeated.
pub async fn release_client_keys(log: &dyn LogWriter, tenant: TenantId) -> Result<(), Unavailable> {
    let loaded = load::<TenantEvent>(log, &StreamName::tenant(tenant)).await?;
    let facts = loaded.events.iter().filter_map(|recorded| recorded.event.facts());
    let keys: BTreeSet<&ClientKey> = facts.map(|facts| &facts.client_key).collect();
    for key in keys {
        let stream = StreamName::client_key(key);
        claims::release(log, &stream, tenant.0, &operator_context(tenant)).await?;
    }
    Ok(())
}

fn operator_context(tenant: TenantId) -> Context {
    let actor = Actor::without_person(Via::Operator);
    Context::new(Some(tenant), actor, CommandId(Uuid::new_v4()))
}
