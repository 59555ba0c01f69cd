//! Decisions on a release.

use chrono::{DateTime, Utc};

use super::command::{ProbeReport, ReleaseCommand};
use super::error::{ProbeSilence, ReleaseRefusal};
use super::event::{ReleaseEvent, ReleaseVersion};
use super::state::{Bake, ReleaseEnd, ReleaseState};
use tally_domain::Decision;
use tally_domain::TenantId;

/// The longest bake, in seconds.
const MAX_BAKE_SECONDS: u64 = 365 * 86_400;
/// The most characters of the reason for giving a release up.
const MAX_REASON: usize = 4000;
/// The most characters that are kept of what a probe calls its step and its failure.
const MAX_PROBE_WORD: usize = 200;

type ReleaseDecision = Decision<ReleaseEvent, ReleaseRefusal>;

/// Decides `command` on `state` at `now`.
///
/// # Errors
/// The refusal, when the release's rules forbid it.
pub fn decide(state: &ReleaseState, command: &ReleaseCommand, now: DateTime<Utc>) -> ReleaseDecision {
    use ReleaseCommand as C;
    match command {
        C::Stage {
            version,
            bake_seconds,
            descriptor_sha256,
        } => stage(state, version, *bake_seconds, descriptor_sha256.as_deref()),
        C::Promote { max_gap_seconds } => promote(state, *max_gap_seconds, now),
        C::Abort { reason } => abort(state, reason),
        C::RecordProbe { .. } if *state == ReleaseState::Absent => Err(ReleaseRefusal::NotFound),
        C::RecordProbe { .. }
        | C::NoteTenantFailing { .. }
        | C::NoteTenantRecovered { .. }
        | C::NoteAlarm { .. } => Ok(match state {
            ReleaseState::Baking(bake) => note_observation(bake, command, now).into_iter().collect(),
            // Probes and tenants go on after the bake; what is seen of them then says nothing of
            // the release.
            ReleaseState::Absent | ReleaseState::Ended(_) => vec![],
        }),
    }
}

fn stage(
    state: &ReleaseState,
    version: &ReleaseVersion,
    bake_seconds: u64,
    descriptor_sha256: Option<&str>,
) -> ReleaseDecision {
    if bake_seconds > MAX_BAKE_SECONDS {
        return Err(ReleaseRefusal::BakeTooLong {
            seconds: MAX_BAKE_SECONDS,
        });
    }
    let descriptor_sha256 = descriptor_sha256.map(digest).transpose()?;
    match state {
        ReleaseState::Absent => Ok(vec![ReleaseEvent::Staged {
            version: version.clone(),
            bake_seconds,
            descriptor_sha256,
        }]),
        ReleaseState::Baking(bake)
            if bake.needed_seconds == bake_seconds && bake.descriptor_sha256 == descriptor_sha256 =>
        {
            Ok(vec![])
        }
        ReleaseState::Baking(_) | ReleaseState::Ended(_) => Err(ReleaseRefusal::StagedBefore),
    }
}

fn digest(text: &str) -> Result<String, ReleaseRefusal> {
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(ReleaseRefusal::DescriptorUnfit)
    }
}

fn promote(state: &ReleaseState, max_gap_seconds: u64, now: DateTime<Utc>) -> ReleaseDecision {
    if let ReleaseState::Ended(ReleaseEnd::Promoted) = state {
        return Ok(vec![]);
    }
    let bake = baking(state)?;
    if let Some((step, code)) = bake.probe_failing.clone() {
        return Err(ReleaseRefusal::ProbeFailing { step, code });
    }
    if !bake.failing.is_empty() {
        return Err(ReleaseRefusal::TenantsFailing {
            tenants: bake.failing.len() as u64,
        });
    }
    if bake.baked_seconds < bake.needed_seconds {
        return Err(ReleaseRefusal::BakeTooShort {
            baked_seconds: bake.baked_seconds,
            needed_seconds: bake.needed_seconds,
        });
    }
    match bake.last_passed_at.map(|at| seconds(at, now)) {
        Some(silent) if silent <= max_gap_seconds => Ok(vec![ReleaseEvent::Promoted {
            baked_seconds: bake.baked_seconds,
        }]),
        silent => Err(ReleaseRefusal::ProbeMissing {
            silence: ProbeSilence(silent),
        }),
    }
}

fn abort(state: &ReleaseState, reason: &str) -> ReleaseDecision {
    if let ReleaseState::Ended(ReleaseEnd::Aborted) = state {
        return Ok(vec![]);
    }
    baking(state)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        return Err(ReleaseRefusal::ReasonUnfit { limit: MAX_REASON });
    }
    Ok(vec![ReleaseEvent::Aborted {
        reason: reason.to_owned(),
    }])
}

fn baking(state: &ReleaseState) -> Result<&Bake, ReleaseRefusal> {
    match state {
        ReleaseState::Baking(bake) => Ok(bake),
        ReleaseState::Absent => Err(ReleaseRefusal::NotFound),
        ReleaseState::Ended(end) => Err(ReleaseRefusal::AlreadyEnded { end: end.as_str() }),
    }
}

/// The event of an observation while the release bakes; none when it was known.
fn note_observation(bake: &Bake, command: &ReleaseCommand, now: DateTime<Utc>) -> Option<ReleaseEvent> {
    use ReleaseCommand as C;
    match command {
        C::RecordProbe {
            report,
            max_gap_seconds,
        } => note_probe(bake, report, *max_gap_seconds, now),
        C::NoteTenantFailing { tenant, code } => tenant_failing(bake, *tenant, code),
        C::NoteTenantRecovered { tenant } => bake
            .failing
            .contains(tenant)
            .then_some(ReleaseEvent::TenantRecovered { tenant: *tenant }),
        C::NoteAlarm { alarm, tenants } => Some(ReleaseEvent::Failed {
            alarm: alarm.clone(),
            tenants: *tenants,
        }),
        C::Stage { .. } | C::Promote { .. } | C::Abort { .. } => None,
    }
}

fn tenant_failing(bake: &Bake, tenant: TenantId, code: &str) -> Option<ReleaseEvent> {
    (!bake.failing.contains(&tenant)).then(|| ReleaseEvent::TenantFailing {
        tenant,
        code: code.to_owned(),
    })
}

/// A report is known when a newer one is. A failure that is reported late still counts against the
/// release; a late success does not count for it.
fn note_probe(
    bake: &Bake,
    report: &ProbeReport,
    max_gap_seconds: u64,
    now: DateTime<Utc>,
) -> Option<ReleaseEvent> {
    // No probe is over before now: a clock that runs ahead must not bake a release sooner.
    let at = report.at.min(now);
    match &report.failed {
        Some((step, code)) => (Some(at) > bake.last_failed_at).then(|| ReleaseEvent::ProbeFailed {
            at,
            step: cut(step),
            code: cut(code),
        }),
        None => {
            (Some(at) > bake.last_passed_at.max(bake.last_failed_at)).then(|| ReleaseEvent::ProbePassed {
                at,
                counted_seconds: count_seconds(bake, at, max_gap_seconds),
            })
        }
    }
}

/// The time since the last good probe, if all of it was good.
fn count_seconds(bake: &Bake, at: DateTime<Utc>, max_gap_seconds: u64) -> u64 {
    match bake.last_passed_at.filter(|_| bake.counting) {
        Some(last) => Some(seconds(last, at))
            .filter(|gap| *gap <= max_gap_seconds)
            .unwrap_or(0),
        None => 0,
    }
}

/// The whole seconds from `one` to `other`; 0 when it lies before.
fn seconds(one: DateTime<Utc>, other: DateTime<Utc>) -> u64 {
    u64::try_from((other - one).num_seconds()).unwrap_or(0)
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_PROBE_WORD).collect()
}
