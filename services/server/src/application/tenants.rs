//! Commands on tenants: what verified lifecycle callbacks say.

use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use tally_atlassian::signed_install::{CallbackProof, VerifiedInstall, VerifiedUninstall};
use tally_domain::claim::Claim;
use tally_domain::tenant::{
    Delivery, Installation, InstalledFacts, SealedSecret, SecretFingerprint, TenantCommand, TenantEvent,
    TenantRefusal, TenantState, decide,
};
use tally_domain::{Actor, ClientKey, CommandId, Context, RequestId, StreamName, TenantId, Via};
use tally_event_log::EventLog;
use tally_vault::{Binding, Vault, fingerprint};
use uuid::Uuid;

use tally_commands::claims::{self, ClaimOutcome, ClaimRequest};
use tally_commands::{CommandError, Done, Loaded, Unavailable, execute, load};

/// The field of a tenant's events that holds a sealed secret: part of what the seal is bound to.
const SECRET_FIELD: &str = "secret";

/// What a seal of a tenant's secret in the event at `revision` is bound to.
pub fn secret_binding(tenant: TenantId, revision: u64) -> Binding {
    Binding {
        tenant: tenant.to_string(),
        stream: StreamName::tenant(tenant).to_string(),
        revision,
        field: SECRET_FIELD.to_owned(),
    }
}

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
) -> Result<(TenantId, Done), CommandError<TenantRefusal>> {
    let facts = facts(install)?;
    let command = CommandId(Uuid::new_v5(
        &Uuid::NAMESPACE_OID,
        install.proof.token_digest.as_bytes(),
    ));
    let tenant = tenant_for(log, &facts.client_key, command, request.clone()).await?;
    let context = platform_context(tenant, command, request, &install.proof);
    let stream = StreamName::tenant(tenant);
    let done = execute::<TenantEvent, _>(log, &stream, &context, None, |loaded| {
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
) -> Result<Done, CommandError<TenantRefusal>> {
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
) -> Result<Done, CommandError<TenantRefusal>> {
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
) -> Result<Done, CommandError<TenantRefusal>> {
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
pub async fn find(log: &dyn EventLog, key: &ClientKey) -> Result<Option<TenantId>, Unavailable> {
    match claims::current_holder(log, &StreamName::client_key(key)).await? {
        Claim::Held(holder) => Ok(Some(TenantId(holder))),
        Claim::Free => Ok(None),
    }
}

/// The state of a tenant as the log has it now, and up to which revision.
///
/// # Errors
/// The log failed.
pub async fn state(log: &dyn EventLog, tenant: TenantId) -> Result<(TenantState, u64), Unavailable> {
    let loaded = load::<TenantEvent>(log, &StreamName::tenant(tenant)).await?;
    Ok((TenantState::fold(&loaded.events), loaded.revision().unwrap_or(0)))
}

async fn carry_out(
    log: &dyn EventLog,
    tenant: TenantId,
    context: &Context,
    wish: &TenantCommand,
    now: DateTime<Utc>,
) -> Result<Done, CommandError<TenantRefusal>> {
    execute::<TenantEvent, _>(log, &StreamName::tenant(tenant), context, None, |loaded| {
        decided(loaded, wish, now)
    })
    .await
}

fn decided(
    loaded: &Loaded<TenantEvent>,
    wish: &TenantCommand,
    now: DateTime<Utc>,
) -> Result<Vec<TenantEvent>, CommandError<TenantRefusal>> {
    Ok(decide(&TenantState::fold(&loaded.events), wish, now)?)
}

/// The command of a signed callback is named by its token, and the content digest by its body. So the log's own memory of commands
/// recognises a repeat, and a replay with another body shows as a reused name.
fn replayed(error: CommandError<TenantRefusal>) -> CommandError<TenantRefusal> {
    match error {
        CommandError::KeyReused => TenantRefusal::ReplayedWithAnotherBody.into(),
        other => other,
    }
}

/// The tenant of a client key; a new one when the key was never seen. Two nodes that see it first at once agree on whose claim came first.
async fn tenant_for(
    log: &dyn EventLog,
    key: &ClientKey,
    command: CommandId,
    request: Option<RequestId>,
) -> Result<TenantId, Unavailable> {
    if let Some(tenant) = find(log, key).await? {
        return Ok(tenant);
    }
    let new = TenantId(Uuid::new_v4());
    // A command of its own for this claimant: the log takes two appends of one command for one, and two nodes that are sent the same callback
    // would both believe that the claim is theirs.
    let claim = CommandId(command.derive(&new.to_string()));
    let mut context = Context::new(Some(new), Actor::nobody(Via::Platform), claim);
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

fn facts(install: &VerifiedInstall) -> Result<InstalledFacts, CommandError<TenantRefusal>> {
    let payload = &install.payload;
    let client_key = ClientKey::parse(&payload.client_key).ok_or(TenantRefusal::ClientKeyUnusable)?;
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
) -> Result<SealedSecret, Unavailable> {
    let id = tenant.to_string();
    let sealed = vault.seal(&id, "shared_secret", &secret_binding(tenant, revision), secret);
    let sealed = sealed.map_err(Unavailable::new)?;
    // The sealed form is one storage contract, spelt once here and once in the vault.
    let stored = serde_json::to_value(&sealed).and_then(serde_json::from_value);
    stored.map_err(Unavailable::new)
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
