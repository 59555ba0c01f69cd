//! Commands on tenants: what verified lifecycle callbacks say.
//!
//! A callback comes in as the proof that a verifier made of it, so nothing unverified can be
//! recorded.

use std::sync::Arc;

use anyhow::anyhow;
use chrono::{DateTime, Duration, Utc};
use tally_atlassian::signed_install::{CallbackProof, VerifiedInstall, VerifiedUninstall};
use tally_domain::claim::Claim;
use tally_domain::tenant::{
    Delivery, Installation, InstalledFacts, SecretFingerprint, TenantCommand, TenantEvent, TenantRefusal,
    TenantState, decide,
};
use tally_domain::{Actor, ClientKey, CommandId, Context, RequestId, StreamName, TenantId, Via};
use tally_event_log::{LoadError, LogReader, LogWriter};
use tally_vault::{Vault, fingerprint};
use uuid::Uuid;

use crate::claims::{self, ClaimOutcome, ClaimRequest};
use crate::error::{CommandError, Unavailable};
use crate::execute::{Done, Loaded, execute, execute_prepared, load};
use crate::naming::{digest_content, name_command};

/// Records a verified `installed` callback. A site that was never seen before becomes a tenant.
///
/// # Errors
/// [`TenantRefusal::ReplayedWithAnotherBody`] when its token was accepted with another body before;
/// [`CommandError::Unavailable`] when the log or the key store fails, and then nothing is recorded.
pub async fn record_installation(
    log: &dyn LogWriter,
    vault: &Arc<Vault>,
    install: &VerifiedInstall,
    grace: Duration,
    request: Option<RequestId>,
    now: DateTime<Utc>,
) -> Result<(TenantId, Done), CommandError<TenantRefusal>> {
    let facts = read_facts(install)?;
    let claim = claim_command(install.proof());
    let tenant = find_or_add(log, &facts.client_key, claim, request.clone()).await?;
    let stream = StreamName::tenant(tenant);
    add_key_of_new(log, vault, tenant, &stream).await?;
    let named = name_callback(vault, tenant, install.proof()).await?;
    let context = named.context(tenant, request);
    let prepare = async |revision| {
        let sealing = vault.seal_shared_secret(tenant, revision, install.shared_secret());
        Ok(sealing.await.map_err(Unavailable::of_keys)?)
    };
    let done = execute_prepared(log, &stream, &context, prepare, |loaded, secret| {
        let installation = Installation {
            facts: facts.clone(),
            secret,
            fingerprint: SecretFingerprint(fingerprint(install.shared_secret())),
            delivery: named.delivery(install.proof()),
            grace,
        };
        let command = TenantCommand::RecordInstallation(Box::new(installation));
        decide_on(loaded, &command, now)
    });
    done.await.map(|done| (tenant, done)).map_err(name_replay)
}

/// Records a verified `uninstalled` callback.
///
/// # Errors
/// As for [`record_installation`].
pub async fn record_uninstallation(
    log: &dyn LogWriter,
    vault: &Arc<Vault>,
    tenant: TenantId,
    uninstall: &VerifiedUninstall,
    request: Option<RequestId>,
    now: DateTime<Utc>,
) -> Result<Done, CommandError<TenantRefusal>> {
    let proof = uninstall.proof();
    let named = name_callback(vault, tenant, proof).await?;
    let context = named.context(tenant, request);
    let command = TenantCommand::RecordUninstallation(named.delivery(proof));
    let done = carry_out(log, tenant, &context, &command, now).await;
    done.map_err(name_replay)
}

/// Records a verified `enabled` or `disabled` callback.
///
/// # Errors
/// [`CommandError::Unavailable`] when the log fails; the refusals of the decision.
pub async fn record_enablement(
    log: &dyn LogWriter,
    tenant: TenantId,
    enabled: bool,
    request: Option<RequestId>,
    now: DateTime<Utc>,
) -> Result<Done, CommandError<TenantRefusal>> {
    let context = Context {
        request,
        ..Context::new(
            Some(tenant),
            Actor::without_person(Via::Platform),
            CommandId(Uuid::new_v4()),
        )
    };
    let command = match enabled {
        true => TenantCommand::RecordEnabled,
        false => TenantCommand::RecordDisabled,
    };
    carry_out(log, tenant, &context, &command, now).await
}

/// Makes a candidate secret current, since a request verified with it.
///
/// # Errors
/// [`CommandError::Unavailable`] when the log fails; the refusals of the decision.
pub async fn promote_candidate(
    log: &dyn LogWriter,
    tenant: TenantId,
    candidate: SecretFingerprint,
    grace: Duration,
    now: DateTime<Utc>,
) -> Result<Done, CommandError<TenantRefusal>> {
    let context = Context::new(
        Some(tenant),
        Actor::without_person(Via::App),
        CommandId(Uuid::new_v4()),
    );
    let command = TenantCommand::PromoteCandidate {
        fingerprint: candidate,
        grace,
    };
    carry_out(log, tenant, &context, &command, now).await
}

/// The tenant that holds a client key, if any site with that key ever installed.
///
/// # Errors
/// The log cannot be read.
pub async fn find(log: &dyn LogReader, key: &ClientKey) -> Result<Option<TenantId>, Unavailable> {
    match claims::current_holder(log, &StreamName::client_key(key)).await? {
        Claim::HeldBy(holder) => Ok(Some(TenantId(holder))),
        Claim::Free => Ok(None),
    }
}

/// The state of a tenant as the log has it now, with the last revision that was folded.
///
/// # Errors
/// See [`LoadError`]: the stream cannot be read, or cannot be understood.
pub async fn state(log: &dyn LogReader, tenant: TenantId) -> Result<(TenantState, u64), LoadError> {
    let events = tally_event_log::load::<TenantEvent>(log, &StreamName::tenant(tenant)).await?;
    let revision = events.last().map_or(0, |last| last.revision);
    Ok((TenantState::fold(&events), revision))
}

async fn carry_out(
    log: &dyn LogWriter,
    tenant: TenantId,
    context: &Context,
    command: &TenantCommand,
    now: DateTime<Utc>,
) -> Result<Done, CommandError<TenantRefusal>> {
    let stream = StreamName::tenant(tenant);
    execute::<TenantEvent, _>(log, &stream, context, None, |loaded| {
        decide_on(loaded, command, now)
    })
    .await
}

fn decide_on(
    loaded: &Loaded<TenantEvent>,
    command: &TenantCommand,
    now: DateTime<Utc>,
) -> Result<Vec<TenantEvent>, CommandError<TenantRefusal>> {
    let state = TenantState::fold(&loaded.events);
    let is_installation = matches!(command, TenantCommand::RecordInstallation(_));
    if is_installation && matches!(state, TenantState::Erased { .. }) {
        // The platform repeats it, and finds the client key free once the erasure is complete.
        return Err(Unavailable::of_keys(anyhow!("the tenant is being erased")).into());
    }
    Ok(decide(&state, command, now)?)
}

/// Makes the key of a tenant of which nothing is recorded yet. A tenant that is in the log has had
/// its key: where it is missing, it was lost, and another one would name and seal differently.
async fn add_key_of_new(
    log: &dyn LogReader,
    vault: &Vault,
    tenant: TenantId,
    stream: &StreamName,
) -> Result<(), Unavailable> {
    match load::<TenantEvent>(log, stream).await?.revision() {
        Some(_) => Ok(()),
        None => vault.add_tenant(tenant).await.map_err(Unavailable::of_keys),
    }
}

/// The first command of a callback, the claim on its client key, is named by its token alone: the
/// tenant, and so its key, is not known yet. A token cannot be guessed.
fn claim_command(proof: &CallbackProof) -> CommandId {
    let digest = proof.token_digest();
    CommandId(Uuid::new_v5(&Uuid::NAMESPACE_OID, digest.as_bytes()))
}

/// A signed callback as its tenant's stream names it: the command by its token, the content by its
/// body. So the log recognises a repeat by the command's id, and a replay with another body shows
/// as a reused name.
struct NamedCallback {
    command: CommandId,
    content: String,
}

async fn name_callback(
    vault: &Arc<Vault>,
    tenant: TenantId,
    proof: &CallbackProof,
) -> Result<NamedCallback, Unavailable> {
    Ok(NamedCallback {
        command: name_command(vault, tenant, &[b"callback", proof.token_digest().as_bytes()]).await?,
        content: digest_content(vault, tenant, proof.body_digest().as_bytes()).await?,
    })
}

impl NamedCallback {
    fn context(&self, tenant: TenantId, request: Option<RequestId>) -> Context {
        Context {
            request,
            content_digest: Some(self.content.clone()),
            ..Context::new(Some(tenant), Actor::without_person(Via::Platform), self.command)
        }
    }

    fn delivery(&self, proof: &CallbackProof) -> Delivery {
        Delivery {
            token_digest: proof.token_digest().to_hex(),
            body_digest: self.content.clone(),
            issued_at: proof.issued_at(),
            expires_at: proof.expires_at(),
        }
    }
}

fn name_replay(error: CommandError<TenantRefusal>) -> CommandError<TenantRefusal> {
    match error {
        CommandError::KeyReused => TenantRefusal::ReplayedWithAnotherBody.into(),
        CommandError::Refused(_) | CommandError::Precondition { .. } | CommandError::Unavailable(_) => error,
    }
}

/// The tenant of a client key; a new one when the key was never seen. Two nodes that see it first
/// at the same time agree on whose claim came first.
async fn find_or_add(
    log: &dyn LogWriter,
    key: &ClientKey,
    command: CommandId,
    request: Option<RequestId>,
) -> Result<TenantId, Unavailable> {
    if let Some(tenant) = find(log, key).await? {
        return Ok(tenant);
    }
    let new = TenantId(Uuid::new_v4());
    // A command of its own for this claimant: the log takes two appends of one command for one, and
    // two nodes that receive the same callback would both believe that the claim is theirs.
    let claim = CommandId(command.derive(&new.to_string()));
    let mut context = Context::new(Some(new), Actor::without_person(Via::Platform), claim);
    context.correlation = command;
    context.request = request;
    let request = ClaimRequest {
        stream: StreamName::client_key(key),
        kind: "client_key",
        value: key.as_str(),
        claimant: new.0,
        fenced: None,
    };
    match claims::acquire(log, &request, &context).await? {
        ClaimOutcome::Granted => Ok(new),
        ClaimOutcome::HeldBy { holder, .. } => Ok(TenantId(holder)),
    }
}

fn read_facts(install: &VerifiedInstall) -> Result<InstalledFacts, CommandError<TenantRefusal>> {
    let payload = install.payload();
    let client_key = ClientKey::parse(&payload.client_key).ok_or(TenantRefusal::ClientKeyUnusable)?;
    Ok(InstalledFacts {
        client_key,
        base_url: install.base_url().as_str().to_owned(),
        display_url: payload.display_url.clone(),
        product_type: payload.product_type.clone().unwrap_or_else(|| "jira".to_owned()),
        oauth_client_id: payload.oauth_client_id.clone(),
        installation_id: payload.installation_id.clone(),
    })
}
