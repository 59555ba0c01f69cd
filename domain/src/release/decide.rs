//! Decisions on a release.

use chrono::{DateTime, Utc};

use super::command::{ProbeReport, ReleaseCommand};
use super::error::ReleaseRefusal;
use super::event::ReleaseEvent;
use super::state::{Bake, ReleaseState};
use crate::decision::Decision;
use crate::ids::TenantId;

type ReleaseDecision = Decision<ReleaseEvent, ReleaseRefusal>;

/// Decides `command` on `state` at `now`.
///
/// # Errors
/// The refusal, when the release's rules forbid it.
pub fn decide(state: &ReleaseState, command: &ReleaseCommand, now: DateTime<Utc>) -> ReleaseDecision {
    use ReleaseCommand as C;
    if let C::Stage { .. } = command {
        return stage(state, command);
    }
    match command {
        C::Abort { reason } => abort(state, reason),
        C::Promote { max_gap_seconds } => promote(baking(state)?, *max_gap_seconds, now),
        C::RecordProbe {
            report,
            max_gap_seconds,
        } => match state {
            // A probe goes on after the bake, and says nothing of the release any more.
            ReleaseState::Ended(_) => Ok(vec![]),
            _ => Ok(vec![probed(baking(state)?, report, *max_gap_seconds)]),
        },
        // What is seen of tenants says nothing of a release that is over.
        C::NoteTenantFailing { tenant, code } => {
            Ok(baking(state).map_or(vec![], |bake| tenant_failing(bake, *tenant, code)))
        }
        C::NoteTenantRecovered { tenant } => {
            Ok(baking(state).map_or(vec![], |bake| tenant_recovered(bake, *tenant)))
        }
        C::NoteAlarm { alarm, tenants } => Ok(baking(state).map_or(vec![], |_| {
            vec![ReleaseEvent::Failed {
                alarm: alarm.clone(),
                tenants: *tenants,
            }]
        })),
        C::Stage { .. } => Ok(vec![]),
    }
}

fn stage(state: &ReleaseState, command: &ReleaseCommand) -> ReleaseDecision {
    let ReleaseCommand::Stage {
        version,
        bake_seconds,
        descriptor_sha256,
    } = command
    else {
        return Ok(vec![]);
    };
    match state {
        ReleaseState::Absent => Ok(vec![ReleaseEvent::Staged {
            version: version.clone(),
            bake_seconds: *bake_seconds,
            descriptor_sha256: descriptor_sha256.clone(),
        }]),
        ReleaseState::Baking(bake)
            if bake.needed_seconds == *bake_seconds && bake.descriptor_sha256 == *descriptor_sha256 =>
        {
            Ok(vec![])
        }
        ReleaseState::Baking(_) | ReleaseState::Ended(_) => Err(ReleaseRefusal::StagedBefore),
    }
}

fn baking(state: &ReleaseState) -> Result<&Bake, ReleaseRefusal> {
    match state {
        ReleaseState::Baking(bake) => Ok(bake),
        ReleaseState::Absent => Err(ReleaseRefusal::NotFound),
        ReleaseState::Ended(end) => Err(ReleaseRefusal::Over(end.as_str())),
    }
}

fn probed(bake: &Bake, report: &ProbeReport, max_gap_seconds: u64) -> ReleaseEvent {
    match &report.failed {
        Some((step, code)) => ReleaseEvent::ProbeFailed {
            at: report.at,
            step: step.clone(),
            code: code.clone(),
        },
        None => ReleaseEvent::ProbePassed {
            at: report.at,
            counted_seconds: counted(bake, report.at, max_gap_seconds),
        },
    }
}

/// The time since the last good probe, if all of it was good.
fn counted(bake: &Bake, at: DateTime<Utc>, max_gap_seconds: u64) -> u64 {
    let Some(last) = bake.last_passed_at.filter(|_| bake.counting) else {
        return 0;
    };
    let gap = u64::try_from((at - last).num_seconds()).unwrap_or(0);
    if gap <= max_gap_seconds { gap } else { 0 }
}

fn tenant_failing(bake: &Bake, tenant: TenantId, code: &str) -> Vec<ReleaseEvent> {
    if bake.failing.contains(&tenant) {
        return vec![];
    }
    vec![ReleaseEvent::TenantFailing {
        tenant,
        code: code.to_owned(),
    }]
}

fn tenant_recovered(bake: &Bake, tenant: TenantId) -> Vec<ReleaseEvent> {
    if bake.failing.contains(&tenant) {
        vec![ReleaseEvent::TenantRecovered { tenant }]
    } else {
        vec![]
    }
}

fn promote(bake: &Bake, max_gap_seconds: u64, now: DateTime<Utc>) -> ReleaseDecision {
    if let Some((step, code)) = bake.probe_failing.clone() {
        return Err(ReleaseRefusal::ProbeFailing { step, code });
    }
    if !bake.failing.is_empty() {
        return Err(ReleaseRefusal::TenantsFailing(bake.failing.len() as u64));
    }
    if bake.baked_seconds < bake.needed_seconds {
        return Err(ReleaseRefusal::BakeTooShort {
            baked_seconds: bake.baked_seconds,
            needed_seconds: bake.needed_seconds,
        });
    }
    let silent = bake.last_passed_at.map_or(0, |at| (now - at).num_seconds());
    let silent = u64::try_from(silent).unwrap_or(0);
    if silent > max_gap_seconds {
        return Err(ReleaseRefusal::ProbeMissing(silent));
    }
    Ok(vec![ReleaseEvent::Promoted {
        baked_seconds: bake.baked_seconds,
    }])
}

fn abort(state: &ReleaseState, reason: &str) -> ReleaseDecision {
    if let ReleaseState::Ended(super::state::ReleaseEnd::Aborted) = state {
        return Ok(vec![]);
    }
    baking(state).map(|_| {
        vec![ReleaseEvent::Aborted {
            reason: reason.to_owned(),
        }]
    })
}
