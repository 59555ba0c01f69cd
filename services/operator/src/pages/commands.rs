//! Commands of the operator and of the probe, each answered with how things stand after it.

use chrono::{Duration, Utc};
use tally_domain::incident::{Affected, IncidentCommand, Phase};
use tally_domain::release::{ProbeReport, ReleaseCommand, ReleaseRefusal, ReleaseVersion};
use tally_domain::{IncidentId, TenantId, Via};
use uuid::Uuid;

use super::read;
use super::shapes::{Affect, Probe, Propose, Release, Stage, WholeIncident, Words};
use crate::application::{incidents, releases};
use crate::http::problem::{self, Problem};
use crate::tally::Tally;
use tally_commands::Done;

/// How far ahead the clock of a probe's machine may be.
const CLOCKS_APART: Duration = Duration::minutes(1);

/// Begins a bake.
///
/// # Errors
/// A refusal of the release's, or what is wrong with the wish.
pub async fn stage(tally: &Tally, wish: Stage) -> Result<Release, Problem> {
    let version = version(&wish.version)?;
    let bake_seconds = wish.bake_seconds.unwrap_or(tally.config.release.bake.as_secs());
    let command = ReleaseCommand::Stage {
        version: version.clone(),
        bake_seconds,
        descriptor_sha256: wish.descriptor_sha256,
    };
    carry_out_release(tally, &version, &command).await
}

/// Promotes a release or gives it up.
///
/// # Errors
/// A refusal of the release's, or what is wrong with the wish.
pub async fn release(tally: &Tally, name: &str, act: &str, words: Words) -> Result<Release, Problem> {
    let version = known_version(name)?;
    let command = match act {
        "promote" => ReleaseCommand::Promote {
            max_gap_seconds: tally.config.release.probe_gap.as_secs(),
        },
        "abort" => ReleaseCommand::Abort { reason: words.reason },
        _ => return Err(no_such_act("promote, abort")),
    };
    carry_out_release(tally, &version, &command).await
}

/// Takes in what a probe found.
///
/// # Errors
/// A refusal of the release's, or what is wrong with the report.
pub async fn probe(tally: &Tally, probe: Probe) -> Result<Release, Problem> {
    let (version, now) = (known_version(&probe.release)?, Utc::now());
    // Else a bake could be made up from reports of what was before it.
    if (now - probe.at)
        .to_std()
        .is_ok_and(|age| age > tally.config.release.probe_gap)
    {
        return Err(wrong("at", "is too long ago: report a probe when it is over"));
    }
    if probe.at > now + CLOCKS_APART {
        return Err(wrong("at", "is in the future: set the clocks"));
    }
    let failed = probe.failed.map(|failed| (failed.step, failed.code));
    let command = ReleaseCommand::RecordProbe {
        report: ProbeReport { at: probe.at, failed },
        max_gap_seconds: tally.config.release.probe_gap.as_secs(),
    };
    carry_out_release(tally, &version, &command).await
}

async fn carry_out_release(
    tally: &Tally,
    version: &ReleaseVersion,
    command: &ReleaseCommand,
) -> Result<Release, Problem> {
    let done = releases::carry_out(&*tally.log, version, command, Via::Operator, Utc::now()).await?;
    shown(tally, done).await?;
    read::release(tally, version).await
}

/// Proposes an incident.
///
/// # Errors
/// A refusal of the incident's, or what is wrong with the wish.
pub async fn propose(tally: &Tally, wish: Propose) -> Result<WholeIncident, Problem> {
    let command = IncidentCommand::Propose {
        affected: affected(tally, wish.tenants, wish.everyone)?,
        title: wish.title,
        component: wish.component,
        alarm: None,
    };
    carry_out_incident(tally, IncidentId(Uuid::new_v4()), &command).await
}

/// Names more whom an incident hurts.
///
/// # Errors
/// A refusal of the incident's, or what is wrong with the wish.
pub async fn affect(tally: &Tally, incident: IncidentId, wish: Affect) -> Result<WholeIncident, Problem> {
    let affected = affected(tally, wish.tenants, wish.everyone)?;
    carry_out_incident(tally, incident, &IncidentCommand::AddAffected { affected }).await
}

/// Confirms an incident, tells news of it, resolves, dismisses or explains it.
///
/// # Errors
/// A refusal of the incident's, or what is wrong with the wish.
pub async fn incident(
    tally: &Tally,
    incident: IncidentId,
    act: &str,
    words: Words,
) -> Result<WholeIncident, Problem> {
    let message = words.message;
    let command = match act {
        "confirm" => IncidentCommand::Confirm {
            title: words.title.filter(|title| !title.trim().is_empty()),
            message,
        },
        "update" => IncidentCommand::Update {
            phase: Phase::parse(words.phase.trim())
                .ok_or_else(|| wrong("phase", "is not investigating, identified or monitoring"))?,
            message,
        },
        "resolve" => IncidentCommand::Resolve { message },
        "dismiss" => IncidentCommand::Dismiss { reason: words.reason },
        "postmortem" => IncidentCommand::PublishPostmortem { text: words.text },
        _ => return Err(no_such_act("confirm, update, resolve, dismiss, postmortem")),
    };
    carry_out_incident(tally, incident, &command).await
}

async fn carry_out_incident(
    tally: &Tally,
    incident: IncidentId,
    command: &IncidentCommand,
) -> Result<WholeIncident, Problem> {
    let done = incidents::carry_out(&*tally.log, incident, command, Via::Operator).await?;
    shown(tally, Some(done)).await?;
    read::incident(tally, incident).await
}

async fn shown(tally: &Tally, done: Option<Done>) -> Result<(), Problem> {
    if let Some(done) = done {
        tally.projected.wait_for_operator(done.position).await?;
    }
    Ok(())
}

/// Whom an incident hurts. A name that no tenant has is a slip, and would never be told.
fn affected(tally: &Tally, tenants: Vec<Uuid>, everyone: bool) -> Result<Affected, Problem> {
    if everyone && tenants.is_empty() {
        return Ok(Affected::Everyone);
    }
    if everyone || tenants.is_empty() {
        return Err(wrong(
            "tenants",
            "names tenants, or everyone is said: one of the two",
        ));
    }
    let sites = tally.directory.sites();
    let tenants: Vec<TenantId> = tenants.into_iter().map(TenantId).collect();
    match tenants.iter().find(|tenant| !sites.contains_key(tenant)) {
        Some(unknown) => Err(tenant_unknown(*unknown)),
        None => Ok(Affected::Tenants(tenants)),
    }
}

/// There is no such tenant.
pub fn tenant_unknown(tenant: TenantId) -> Problem {
    Problem::new(
        actix_web::http::StatusCode::NOT_FOUND,
        "ops.tenant_unknown",
        format!("No tenant has the id {tenant}."),
        "See the tenants that fail on /ops; a site's admin finds its id on Install diagnosis.",
    )
}

fn version(text: &str) -> Result<ReleaseVersion, Problem> {
    ReleaseVersion::parse(text).ok_or_else(|| wrong("version", "is not 1 to 64 letters, digits, and . - _ +"))
}

/// A release of a path or a report: what is no name names none.
pub fn known_version(text: &str) -> Result<ReleaseVersion, Problem> {
    ReleaseVersion::parse(text).ok_or_else(|| problem::refused(&ReleaseRefusal::NotFound))
}

fn wrong(field: &str, what: &str) -> Problem {
    Problem::malformed(format!("The field {field} {what}.")).with("field", field)
}

fn no_such_act(acts: &str) -> Problem {
    Problem::new(
        actix_web::http::StatusCode::NOT_FOUND,
        "not_found",
        "There is nothing here.",
        format!("What can be done is: {acts}."),
    )
}
