//! Commands on tenants: what verified lifecycle callbacks say.

use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use tally_atlassian::signed_install::{CallbackProof, VerifiedInstall, VerifiedUninstall};
use tally_domain::claim::Claim;
use tally_domain::tenant::{
    Delivery, Installation, InstalledFacts, SealedSecret, SecretFingerprint, TenantCommand, TenantEvent,
    TenantState, decide,
};
use tally_domain::{Actor, ClientKey, CommandId, Context, RequestId, StreamName, TenantId, Via};
use tally_event_log::EventLog;
use tally_vault::{Binding, Vault, fingerprint};
use uuid::Uuid;

use super::claims::{self, Outcome, Wish};
use super::execute::{CommandError, Done, Loaded, execute, load};

/// Takes in a verified `installed` callback.
///
/// # Errors
/// See [`CommandError`]; refused when its token was accepted with another body.
pub async fn record_installation(
    log: &dyn EventLog,
    vault: &Vault,
    install: &VerifiedInstall,
    grace: Duration,
    request: Option<RequestId>,
    now: DateTime<Utc>,
) -> Result<(TenantId, Done), CommandError> {
    let facts = facts(install)?;
    let command = CommandId(Uuid::new_v5(
        &Uuid::NAMESPACE_OID,
        install.proof.token_digest.as_bytes(),
    ));
    let tenant = tenant_for(log, &facts.client_key, command, request.clone()).await?;
    let context = platform_context(tenant, command, request, &install.proof);
    let stream = StreamName::tenant(tenant);
    let done = execute::<TenantEvent>(log, &stream, &context, None, |loaded| {
        let secret = seal(vault, tenant, loaded.next_revision(), &install.shared_secret)?;
        let installation = Installation {
            facts: facts.clone(),
            secret,
            fingerprint: SecretFingerprint(fingerprint(&install.shared_secret)),
            delivery: delivery(&install.proof),
            grace,
        };
        decided(
            loaded,
            &TenantCommand::RecordInstallation(Box::new(installation)),
            now,
        )
    });
    done.await.map(|done| (tenant, done)).map_err(replayed)
}

/// Takes in a verified `uninstalled` callback.
///
/// # Errors
/// See [`CommandError`].
pub async fn record_uninstallation(
    log: &dyn EventLog,
    tenant: TenantId,
    uninstall: &VerifiedUninstall,
    request: Option<RequestId>,
    now: DateTime<Utc>,
) -> Result<Done, CommandError> {
    let command = CommandId(Uuid::new_v5(
        &Uuid::NAMESPACE_OID,
        uninstall.proof.token_digest.as_bytes(),
    ));
    let context = platform_context(tenant, command, request, &uninstall.proof);
    let wish = TenantCommand::RecordUninstallation(delivery(&uninstall.proof));
    carry_out(log, tenant, &context, &wish, now)
        .await
        .map_err(replayed)
}

/// Takes in a verified `enabled` or `disabled` callback.
///
/// # Errors
/// See [`CommandError`].
pub async fn record_enablement(
    log: &dyn EventLog,
    tenant: TenantId,
    enabled: bool,
    request: Option<RequestId>,
    now: DateTime<Utc>,
) -> Result<Done, CommandError> {
    let mut context = Context::new(
        Some(tenant),
        Actor::nobody(Via::Platform),
        CommandId(Uuid::new_v4()),
    );
    context.request = request;
    let wish = if enabled {
        TenantCommand::RecordEnabled
    } else {
        TenantCommand::RecordDisabled
    };
    carry_out(log, tenant, &context, &wish, now).await
}

/// Makes a candidate secret current, since a request verified with it.
///
/// # Errors
/// See [`CommandError`].
pub async fn promote_candidate(
    log: &dyn EventLog,
    tenant: TenantId,
    candidate: SecretFingerprint,
    grace: Duration,
    now: DateTime<Utc>,
) -> Result<Done, CommandError> {
    let context = Context::new(Some(tenant), Actor::nobody(Via::App), CommandId(Uuid::new_v4()));
    let wish = TenantCommand::PromoteCandidate {
        fingerprint: candidate,
        grace,
    };
    carry_out(log, tenant, &context, &wish, now).await
}

/// The tenant that holds a client key, if any site with that key ever installed.
///
/// # Errors
/// The log failed.
pub async fn find(log: &dyn EventLog, key: &ClientKey) -> Result<Option<TenantId>, CommandError> {
    match claims::holder(log, &StreamName::client_key(key)).await? {
        Claim::Held(holder) => Ok(Some(TenantId(holder))),
        Claim::Free => Ok(None),
    }
}

/// The state of a tenant as the log has it now, and up to which revision.
///
/// # Errors
/// The log failed.
pub async fn state(log: &dyn EventLog, tenant: TenantId) -> Result<(TenantState, u64), CommandError> {
    let loaded = load::<TenantEvent>(log, &StreamName::tenant(tenant)).await?;
    Ok((TenantState::fold(&loaded.events), loaded.revision().unwrap_or(0)))
}

async fn carry_out(
    log: &dyn EventLog,
    tenant: TenantId,
    context: &Context,
    wish: &TenantCommand,
    now: DateTime<Utc>,
) -> Result<Done, CommandError> {
    execute::<TenantEvent>(log, &StreamName::tenant(tenant), context, None, |loaded| {
        decided(loaded, wish, now)
    })
    .await
}

fn decided(
    loaded: &Loaded<TenantEvent>,
    wish: &TenantCommand,
    now: DateTime<Utc>,
) -> Result<Vec<TenantEvent>, CommandError> {
    decide(&TenantState::fold(&loaded.events), wish, now).map_err(CommandError::refused)
}

/// The command of a signed callback is named by its token, and the content digest by its body. So the log's own memory of commands
/// recognises a repeat, and a replay with another body shows as a reused name.
fn replayed(error: CommandError) -> CommandError {
    match error {
        CommandError::KeyReused => {
            CommandError::refused(tally_domain::tenant::TenantRefusal::ReplayedWithAnotherBody)
        }
        other => other,
    }
}

/// The tenant of a client key; a new one when the key was never seen. Two nodes that see it first at once agree on whose claim came first.
async fn tenant_for(
    log: &dyn EventLog,
    key: &ClientKey,
    command: CommandId,
    request: Option<RequestId>,
) -> Result<TenantId, CommandError> {
    if let Some(tenant) = find(log, key).await? {
        return Ok(tenant);
    }
    let new = TenantId(Uuid::new_v4());
    // A command of its own for this wisher: the log takes two appends of one command for one, and two nodes that are sent the same callback
    // would both believe that the claim is theirs.
    let claim = CommandId(command.derive(&new.to_string()));
    let mut context = Context::new(Some(new), Actor::nobody(Via::Platform), claim);
    context.correlation = command;
    context.request = request;
    let wish = Wish {
        stream: StreamName::client_key(key),
        kind: "client_key",
        value: key.as_str(),
        wisher: new.0,
        fenced: None,
    };
    match claims::acquire(log, &wish, &context).await? {
        Outcome::Granted => Ok(new),
        Outcome::HeldBy { holder, .. } => Ok(TenantId(holder)),
    }
}

fn facts(install: &VerifiedInstall) -> Result<InstalledFacts, CommandError> {
    let payload = &install.payload;
    let client_key = ClientKey::parse(&payload.client_key)
        .ok_or_else(|| CommandError::refused(tally_domain::tenant::TenantRefusal::ClientKeyUnusable))?;
    Ok(InstalledFacts {
        client_key,
        base_url: install.base_url.as_str().to_owned(),
        display_url: payload.display_url.clone(),
        product_type: payload.product_type.clone().unwrap_or_else(|| "jira".to_owned()),
        oauth_client_id: payload.oauth_client_id.clone(),
        installation_id: payload.installation_id.clone(),
    })
}

fn seal(
    vault: &Vault,
    tenant: TenantId,
    revision: u64,
    secret: &SecretString,
) -> Result<SealedSecret, CommandError> {
    let binding = Binding::of_shared_secret(tenant, revision);
    let sealed = vault.seal(&binding.tenant, "shared_secret", &binding, secret);
    sealed.map_err(CommandError::failed)
}

fn delivery(proof: &CallbackProof) -> Delivery {
    Delivery {
        token_digest: proof.token_digest.to_hex(),
        body_digest: proof.body_digest.to_hex(),
        issued_at: proof.issued_at,
        expires_at: proof.expires_at,
    }
}

fn platform_context(
    tenant: TenantId,
    command: CommandId,
    request: Option<RequestId>,
    proof: &CallbackProof,
) -> Context {
    Context {
        request,
        content_digest: Some(proof.body_digest.to_hex()),
        ..Context::new(Some(tenant), Actor::nobody(Via::Platform), command)
    }
}
