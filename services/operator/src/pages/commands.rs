//! The commands of the operator and of the probe. Each is answered with the state after it.

use crate::domain::IncidentId;
use crate::domain::incident::{Affected, IncidentCommand, IncidentTitle, Phase};
use crate::domain::release::{ProbeReport, ReleaseCommand, ReleaseRefusal, ReleaseVersion};
use chrono::Duration;
use tally_domain::{TenantId, Via};
use uuid::Uuid;

use super::operations::Operations;
use super::problem::OpsProblem;
use super::read;
use super::shapes::{
    AddAffected, CommandTexts, IncidentDetails, ProbeResult, ProposeIncident, Release, StageRelease,
};
use crate::commands::{Done, incidents, releases};
use crate::refusal::OperatorRefusal;

/// How far ahead the clock of a probe's machine may be.
const CLOCK_TOLERANCE: Duration = Duration::minutes(1);

/// Begins the bake of a release.
pub(super) async fn stage(ops: &Operations, request: StageRelease) -> Result<Release, OpsProblem> {
    let version = ReleaseVersion::parse(&request.version)
        .ok_or_else(|| OpsProblem::wrong_field("version", "is not 1 to 64 letters, digits, and . - _ +"))?;
    let command = ReleaseCommand::Stage {
        version: version.clone(),
        bake_seconds: request.bake_seconds.unwrap_or(ops.terms.bake.as_secs()),
        descriptor_sha256: request.descriptor_sha256,
    };
    carry_out_on_release(ops, &version, &command).await
}

/// Promotes or aborts a release.
pub(super) async fn act_on_release(
    ops: &Operations,
    version: &str,
    act: &str,
    texts: CommandTexts,
) -> Result<Release, OpsProblem> {
    let version = known_version(version)?;
    let command = match act {
        "promote" => ReleaseCommand::Promote {
            max_gap_seconds: ops.terms.probe_gap.as_secs(),
        },
        "abort" => ReleaseCommand::Abort { reason: texts.reason },
        _ => {
            return Err(OperatorRefusal::CommandUnknown {
                known: "promote, abort",
            }
            .into());
        }
    };
    carry_out_on_release(ops, &version, &command).await
}

/// Records what a probe found.
pub(super) async fn record_probe(ops: &Operations, probe: ProbeResult) -> Result<Release, OpsProblem> {
    let (version, now) = (known_version(&probe.release)?, ops.clock.now());
    // Without this check a bake could be made up from reports about the time before it.
    let age = (now - probe.at).to_std();
    if age.is_ok_and(|age| age > ops.terms.probe_gap) {
        let what = "is too long ago: report a probe as soon as it is over";
        return Err(OpsProblem::wrong_field("at", what));
    }
    if probe.at > now + CLOCK_TOLERANCE {
        let what = "is in the future: correct the clock of one of the machines";
        return Err(OpsProblem::wrong_field("at", what));
    }
    let failed = probe.failed.map(|failed| (failed.step, failed.code));
    let command = ReleaseCommand::RecordProbe {
        report: ProbeReport { at: probe.at, failed },
        max_gap_seconds: ops.terms.probe_gap.as_secs(),
    };
    carry_out_on_release(ops, &version, &command).await
}

async fn carry_out_on_release(
    ops: &Operations,
    version: &ReleaseVersion,
    command: &ReleaseCommand,
) -> Result<Release, OpsProblem> {
    let now = ops.clock.now();
    let done = releases::carry_out(&*ops.log, version, command, Via::Operator, now).await?;
    wait_until_shown(ops, done).await?;
    read::release(ops, version).await
}

/// Proposes an incident.
pub(super) async fn propose(
    ops: &Operations,
    request: ProposeIncident,
) -> Result<IncidentDetails, OpsProblem> {
    let command = IncidentCommand::Propose {
        affected: to_affected(ops, request.tenants, request.everyone)?,
        title: IncidentTitle::Written(request.title),
        component: request.component,
        alarm: None,
    };
    carry_out_on_incident(ops, IncidentId(Uuid::new_v4()), &command).await
}

/// Adds tenants that an incident affects.
pub(super) async fn add_affected(
    ops: &Operations,
    incident: IncidentId,
    request: AddAffected,
) -> Result<IncidentDetails, OpsProblem> {
    let affected = to_affected(ops, request.tenants, request.everyone)?;
    carry_out_on_incident(ops, incident, &IncidentCommand::AddAffected { affected }).await
}

/// Confirms, updates, resolves, dismisses or explains an incident.
pub(super) async fn act_on_incident(
    ops: &Operations,
    incident: IncidentId,
    act: &str,
    texts: CommandTexts,
) -> Result<IncidentDetails, OpsProblem> {
    let message = texts.message;
    let command = match act {
        "confirm" => IncidentCommand::Confirm {
            title: texts.title.filter(|title| !title.trim().is_empty()),
            message,
        },
        "update" => IncidentCommand::Update {
            phase: to_phase(&texts.phase)?,
            message,
        },
        "resolve" => IncidentCommand::Resolve { message },
        "dismiss" => IncidentCommand::Dismiss { reason: texts.reason },
        "postmortem" => IncidentCommand::PublishPostmortem { text: texts.text },
        _ => {
            let known = "confirm, update, resolve, dismiss, postmortem";
            return Err(OperatorRefusal::CommandUnknown { known }.into());
        }
    };
    carry_out_on_incident(ops, incident, &command).await
}

fn to_phase(text: &str) -> Result<Phase, OpsProblem> {
    let what = "is not investigating, identified or monitoring";
    Phase::parse(text.trim()).ok_or_else(|| OpsProblem::wrong_field("phase", what))
}

async fn carry_out_on_incident(
    ops: &Operations,
    incident: IncidentId,
    command: &IncidentCommand,
) -> Result<IncidentDetails, OpsProblem> {
    let done = incidents::carry_out(&*ops.log, incident, command, Via::Operator).await?;
    wait_until_shown(ops, done).await?;
    read::incident(ops, incident).await
}

async fn wait_until_shown(ops: &Operations, done: Option<Done>) -> Result<(), OpsProblem> {
    match done {
        Some(done) => ops.wait_for(done.position).await,
        None => Ok(()),
    }
}

/// The tenants that an incident affects. An id that no tenant has is a mistake: no one would be
/// notified.
fn to_affected(ops: &Operations, tenants: Vec<Uuid>, everyone: bool) -> Result<Affected, OpsProblem> {
    if everyone && tenants.is_empty() {
        return Ok(Affected::Everyone);
    }
    if everyone || tenants.is_empty() {
        let what = "must name tenants unless everyone is affected, and only then";
        return Err(OpsProblem::wrong_field("tenants", what));
    }
    let sites = ops.tenants.sites();
    let tenants: Vec<TenantId> = tenants.into_iter().map(TenantId).collect();
    match tenants.iter().find(|tenant| !sites.contains_key(tenant)) {
        Some(unknown) => Err(OperatorRefusal::TenantUnknown { tenant: *unknown }.into()),
        None => Ok(Affected::Tenants(tenants)),
    }
}

/// The release that a path or a report names. A text that cannot be a version names none.
pub(super) fn known_version(text: &str) -> Result<ReleaseVersion, OpsProblem> {
    ReleaseVersion::parse(text).ok_or_else(|| OpsProblem::from_refusal(&ReleaseRefusal::NotFound))
}
