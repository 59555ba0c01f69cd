//! Decisions on a tenant. Each is idempotent: a fact that is known already yields no events.

use chrono::{DateTime, Duration, Utc};

use super::command::{Installation, TenantCommand};
use super::error::TenantRefusal;
use super::event::TenantEvent;
use super::link::ConnectLink;
use super::secret::{Delivery, SecretFingerprint, SecretState};
use super::state::{Status, Tenant, TenantState};
use crate::decision::Decision;

type TenantDecision = Decision<TenantEvent, TenantRefusal>;

/// Decides `command` on `state` at `now`.
///
/// # Errors
/// [`TenantRefusal`] if the tenant's rules do not allow the command.
pub fn decide(state: &TenantState, command: &TenantCommand, now: DateTime<Utc>) -> TenantDecision {
    match command {
        TenantCommand::RecordInstallation(installation) => record_installation(state, installation, now),
        TenantCommand::RecordEnabled => {
            let tenant = require_known(state)?;
            Ok(record_status(tenant, Status::Enabled, TenantEvent::Enabled {}))
        }
        TenantCommand::RecordDisabled => {
            let tenant = require_known(state)?;
            Ok(record_status(tenant, Status::Disabled, TenantEvent::Disabled {}))
        }
        TenantCommand::RecordUninstallation(delivery) => {
            record_uninstallation(require_known(state)?, delivery)
        }
        TenantCommand::PromoteCandidate { fingerprint, grace } => {
            promote_candidate(require_known(state)?, fingerprint, *grace, now)
        }
    }
}

fn record_installation(state: &TenantState, new: &Installation, now: DateTime<Utc>) -> TenantDecision {
    let tenant = match state {
        TenantState::Unknown => return Ok(vec![first_installed(new)]),
        // Its site returns as another tenant, once its client key is free.
        TenantState::Erased { .. } => return Err(TenantRefusal::Unknown),
        TenantState::Known(tenant) => tenant,
    };
    let Some(link) = tenant.connect() else {
        return Ok(vec![first_installed(new)]);
    };
    if is_repeat(link, &new.delivery)? {
        return Ok(vec![]);
    }
    // An installation from before the last uninstall that arrives after it says nothing, also when
    // the site has been reinstalled since: the reinstallation ended every secret from before.
    if link.uninstalled_at.is_some_and(|at| new.delivery.issued_at < at) {
        return Ok(vec![]);
    }
    Ok(if tenant.status == Status::Uninstalled {
        vec![record_reinstallation(new)]
    } else if new.delivery.issued_at < link.newest_issued_at {
        vec![record_late_installation(link, new)]
    } else {
        record_newer_installation(tenant, link, new, now)
    })
}

/// Whether this very callback was accepted before.
fn is_repeat(link: &ConnectLink, delivery: &Delivery) -> Result<bool, TenantRefusal> {
    match link
        .deliveries
        .iter()
        .find(|d| d.token_digest == delivery.token_digest)
    {
        None => Ok(false),
        Some(known) if known.body_digest == delivery.body_digest => Ok(true),
        Some(_) => Err(TenantRefusal::ReplayedWithAnotherBody),
    }
}

fn first_installed(new: &Installation) -> TenantEvent {
    TenantEvent::Installed {
        facts: new.facts.clone(),
        secret: new.secret.clone(),
        fingerprint: new.fingerprint.clone(),
        delivery: new.delivery.clone(),
    }
}

fn record_reinstallation(new: &Installation) -> TenantEvent {
    TenantEvent::Reinstalled {
        facts: new.facts.clone(),
        secret: new.secret.clone(),
        fingerprint: new.fingerprint.clone(),
        delivery: new.delivery.clone(),
    }
}

/// Records the newest installation. The event with the secret comes first: the secret was sealed
/// for that revision.
fn record_newer_installation(
    tenant: &Tenant,
    link: &ConnectLink,
    new: &Installation,
    now: DateTime<Utc>,
) -> Vec<TenantEvent> {
    let mut events = vec![match link.current() {
        Some(current) if current.fingerprint != new.fingerprint => TenantEvent::SharedSecretRotated {
            secret: new.secret.clone(),
            fingerprint: new.fingerprint.clone(),
            previous: current.fingerprint.clone(),
            previous_until: now + new.grace,
            delivery: new.delivery.clone(),
        },
        Some(_) | None => confirm_installation(new),
    }];
    events.extend(discard_candidates(link, &new.fingerprint));
    events.extend(describe_move(tenant, new));
    events
}

/// Records an installation that is older than the newest one, and never replaces it. A secret not
/// seen before may be what the platform uses after all. A known one keeps its state, so that a
/// leaked secret, which was replaced without grace, never returns by a delayed callback.
fn record_late_installation(link: &ConnectLink, new: &Installation) -> TenantEvent {
    if link.secret(&new.fingerprint).is_some() {
        return confirm_installation(new);
    }
    TenantEvent::CandidateSecretReceived {
        secret: new.secret.clone(),
        fingerprint: new.fingerprint.clone(),
        delivery: new.delivery.clone(),
    }
}

fn confirm_installation(new: &Installation) -> TenantEvent {
    TenantEvent::InstallationConfirmed {
        fingerprint: new.fingerprint.clone(),
        delivery: new.delivery.clone(),
    }
}

fn discard_candidates(link: &ConnectLink, now_current: &SecretFingerprint) -> Vec<TenantEvent> {
    let candidates = link.secrets.iter().filter(|s| s.state == SecretState::Candidate);
    candidates
        .filter(|s| s.fingerprint != *now_current)
        .map(|s| TenantEvent::CandidateSecretDiscarded {
            fingerprint: s.fingerprint.clone(),
        })
        .collect()
}

fn describe_move(tenant: &Tenant, new: &Installation) -> Option<TenantEvent> {
    let known = &tenant.site;
    let same = known.base_url == new.facts.base_url && known.display_url == new.facts.display_url;
    (!same).then(|| TenantEvent::BaseUrlChanged {
        from: known.base_url.clone(),
        to: new.facts.base_url.clone(),
        display_url: new.facts.display_url.clone(),
    })
}

/// Records `enabled` or `disabled`. Around an uninstallation they come in any order, and after it
/// they mean nothing.
fn record_status(tenant: &Tenant, status: Status, event: TenantEvent) -> Vec<TenantEvent> {
    if tenant.status == Status::Uninstalled || tenant.status == status {
        vec![]
    } else {
        vec![event]
    }
}

fn record_uninstallation(tenant: &Tenant, delivery: &Delivery) -> TenantDecision {
    let Some(link) = tenant.connect() else {
        return Ok(vec![]);
    };
    if is_repeat(link, delivery)? || tenant.status == Status::Uninstalled {
        return Ok(vec![]);
    }
    // An uninstall from before the newest installation arrived after it: the site is installed all
    // the same.
    let late = delivery.issued_at < link.newest_issued_at;
    Ok(if late {
        vec![]
    } else {
        vec![TenantEvent::Uninstalled {
            delivery: delivery.clone(),
        }]
    })
}

fn promote_candidate(
    tenant: &Tenant,
    candidate: &SecretFingerprint,
    grace: Duration,
    now: DateTime<Utc>,
) -> TenantDecision {
    let (Some(secret), Some(current)) = (tenant.secret(candidate), tenant.current()) else {
        return Err(TenantRefusal::NotACandidate);
    };
    match secret.state {
        SecretState::Current => Ok(vec![]),
        SecretState::Candidate => Ok(vec![TenantEvent::CandidateSecretPromoted {
            fingerprint: candidate.clone(),
            previous: current.fingerprint.clone(),
            previous_until: now + grace,
        }]),
        SecretState::Previous { .. } | SecretState::Superseded => Err(TenantRefusal::NotACandidate),
    }
}

fn require_known(state: &TenantState) -> Result<&Tenant, TenantRefusal> {
    state.tenant().ok_or(TenantRefusal::Unknown)
}
