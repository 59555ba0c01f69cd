//! The shapes of `/ops/api`, apart from the views' so that neither binds the other. The command line reads them too.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::incident::Component;
use tally_domain::{IncidentId, TenantId};
use tally_projections::{AlarmSpell, IncidentRecord, ReleaseRecord};
use uuid::Uuid;

use crate::watch::alarms;
use tally_http::html::duration;

/// A release.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// Its name.
    pub version: String,
    /// `baking`, `failed`, `promoted` or `aborted`.
    pub state: String,
    /// When its bake began.
    pub staged_at: DateTime<Utc>,
    /// How long it has to bake, in seconds.
    pub bake_seconds: u64,
    /// How long it has, in seconds.
    pub baked_seconds: u64,
    /// Why its time does not count just now; null while it counts and once it is over.
    pub not_counting: Option<String>,
    /// SHA-256 of the descriptor it serves.
    pub descriptor_sha256: Option<String>,
    /// The last probe.
    pub last_probe_at: Option<DateTime<Utc>>,
    /// Where that one failed, if it did.
    pub last_probe_failed: Option<StepFailed>,
    /// How many tenants began to fail while it baked and still do.
    pub failing: u64,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed or was given up.
    pub reason: Option<String>,
}

/// Where a probe failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepFailed {
    /// The step, such as `rotate`.
    pub step: String,
    /// What was wrong.
    pub code: String,
}

impl Release {
    /// From the view's. Time between two probes counts up to `gap`.
    pub fn of(record: ReleaseRecord, gap: Duration, now: DateTime<Utc>) -> Self {
        Self {
            not_counting: not_counting(&record, gap, now),
            state: record.state().to_owned(),
            version: record.version.to_string(),
            staged_at: record.staged_at,
            bake_seconds: record.bake_seconds,
            baked_seconds: record.baked_seconds,
            descriptor_sha256: record.descriptor_sha256,
            last_probe_at: record.last_probe_at,
            last_probe_failed: record
                .last_probe_failed
                .map(|(step, code)| StepFailed { step, code }),
            failing: record.failing,
            ended_at: record.ended_at,
            reason: record.reason,
        }
    }

    /// Whether it has baked for long enough.
    pub fn baked(&self) -> bool {
        self.baked_seconds >= self.bake_seconds
    }
}

fn not_counting(record: &ReleaseRecord, gap: Duration, now: DateTime<Utc>) -> Option<String> {
    if record.end.is_some() {
        return None;
    }
    if let Some((step, code)) = &record.last_probe_failed {
        return Some(format!("The last probe failed at the step {step} ({code})."));
    }
    if record.failing > 0 {
        return Some(format!(
            "Tenants that began to fail while it baked and still do: {}.",
            record.failing
        ));
    }
    let Some(last) = record.last_probe_at else {
        return Some(
            "No probe was reported yet. Time counts from probe to probe: tally probe --release … --report."
                .to_owned(),
        );
    };
    (now - last > gap).then(|| {
        format!(
            "The last probe was {} ago; only gaps of at most {} count.",
            duration((now - last).num_seconds()),
            duration(gap.num_seconds())
        )
    })
}

/// An incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// In a few words.
    pub title: String,
    /// Which part of Tally.
    pub component: Component,
    /// The alarm that proposed it.
    pub alarm: Option<String>,
    /// `proposed`, `investigating`, `identified`, `monitoring`, `resolved` or `dismissed`.
    pub stage: String,
    /// Whether it hurts everyone.
    pub everyone: bool,
    /// How many tenants it names.
    pub affected: u64,
    /// How many of them are well again.
    pub mended: u64,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// When it became public.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub resolved_at: Option<DateTime<Utc>>,
    /// What was told, oldest first.
    pub updates: Vec<Update>,
    /// What happened and why.
    pub postmortem: Option<String>,
}

/// What was told of an incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Update {
    /// When.
    pub at: DateTime<Utc>,
    /// How far the incident was from then on.
    pub stage: String,
    /// What was told.
    pub message: String,
}

impl From<IncidentRecord> for Incident {
    fn from(record: IncidentRecord) -> Self {
        let updates = record.updates.into_iter().map(|update| Update {
            at: update.at,
            stage: update.stage.as_str().to_owned(),
            message: update.message,
        });
        Self {
            id: record.id,
            title: record.title,
            component: record.component,
            alarm: record.alarm,
            stage: record.stage.as_str().to_owned(),
            everyone: record.everyone,
            affected: record.affected,
            mended: record.mended,
            proposed_at: record.proposed_at,
            confirmed_at: record.confirmed_at,
            resolved_at: record.resolved_at,
            updates: updates.collect(),
            postmortem: record.postmortem,
        }
    }
}

impl Incident {
    /// Whether it is neither resolved nor dismissed.
    pub fn open(&self) -> bool {
        !matches!(self.stage.as_str(), "resolved" | "dismissed")
    }

    /// Whom it hurts, in words.
    pub fn hurts(&self) -> String {
        let named = match self.affected {
            0 => String::new(),
            affected => format!("{affected} tenants, {} of them well again", self.mended),
        };
        match (self.everyone, named.is_empty()) {
            (true, true) => "everyone".to_owned(),
            (true, false) => format!("everyone; {named}"),
            (false, true) => "nobody by name".to_owned(),
            (false, false) => named,
        }
    }
}

/// An incident with those it names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WholeIncident {
    /// The incident.
    #[serde(flatten)]
    pub incident: Incident,
    /// Those it names, first those whose admin still has to update or reinstall.
    pub tenants: Vec<AffectedTenant>,
}

/// A tenant that an incident names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedTenant {
    /// Which.
    pub tenant: TenantId,
    /// Its address.
    pub site: Option<String>,
    /// When it was named.
    pub since: DateTime<Utc>,
    /// When it was well again.
    pub mended_at: Option<DateTime<Utc>>,
}

/// A tenant whose requests are refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailingTenant {
    /// Which.
    pub tenant: TenantId,
    /// Its address.
    pub site: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The refusal's code.
    pub code: String,
    /// The same in words.
    pub cause: String,
    /// How many were refused when it was noted.
    pub refusals: u64,
    /// The last request that verified before.
    pub last_good_at: Option<DateTime<Utc>>,
}

/// A time in which an alarm fired.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// Its name.
    pub alarm: String,
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// When it began to fire.
    pub fired_at: DateTime<Utc>,
    /// When it was over.
    pub resolved_at: Option<DateTime<Utc>>,
    /// What was measured when it fired.
    pub value: f64,
    /// From which value on it fires.
    pub limit: f64,
    /// How many tenants it was about.
    pub tenants: u64,
    /// `critical` or `warning`; null of an alarm that this version has no more.
    pub severity: Option<String>,
    /// What it means.
    pub summary: Option<String>,
    /// What to do first.
    pub remedy: Option<String>,
    /// Where the runbook has it.
    pub runbook: Option<String>,
}

impl From<AlarmSpell> for Alarm {
    fn from(spell: AlarmSpell) -> Self {
        let known = alarms::Alarm::by_name(&spell.alarm);
        Self {
            alarm: spell.alarm,
            since: spell.since,
            fired_at: spell.fired_at,
            resolved_at: spell.resolved_at,
            value: spell.value,
            limit: spell.limit,
            tenants: spell.tenants,
            severity: known.map(|alarm| alarm.severity.as_str().to_owned()),
            summary: known.map(|alarm| alarm.summary.to_owned()),
            remedy: known.map(|alarm| alarm.remedy.to_owned()),
            runbook: known.map(alarms::Alarm::runbook),
        }
    }
}

/// How things stand.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// When this was so.
    pub at: DateTime<Utc>,
    /// The version that runs here, as configured.
    pub release: String,
    /// The alarms that fire.
    pub alarms: Vec<Alarm>,
    /// The tenants that fail.
    pub failing: Vec<FailingTenant>,
    /// The releases that bake.
    pub releases: Vec<Release>,
    /// The incidents that are not over.
    pub incidents: Vec<Incident>,
    /// By incident, the sites whose admin still has to update or reinstall; also of incidents that are resolved.
    pub by_hand: Vec<ByHand>,
}

/// Sites that wait for their admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ByHand {
    /// The incident that names them.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// The sites.
    pub tenants: Vec<AffectedTenant>,
}

/// The wish to propose an incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// In a few words.
    pub title: String,
    /// Which part of Tally.
    pub component: Component,
    /// Whom it hurts by name.
    #[serde(default)]
    pub tenants: Vec<Uuid>,
    /// Whether it hurts everyone.
    #[serde(default)]
    pub everyone: bool,
}

/// What is said when an incident is confirmed, updated, resolved, dismissed or explained, and when a release is given up. Which of these an
/// act needs is its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A better title, when it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the public is told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// How far the work is: `investigating`, `identified` or `monitoring`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phase: String,
    /// Why it is dismissed or given up.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The postmortem.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// The wish to name more whom an incident hurts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affect {
    /// By name.
    #[serde(default)]
    pub tenants: Vec<Uuid>,
    /// Whether it hurts everyone.
    #[serde(default)]
    pub everyone: bool,
}

/// The wish to begin a bake.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Stage {
    /// The release's name.
    pub version: String,
    /// How long it has to bake, in seconds; as configured when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bake_seconds: Option<u64>,
    /// SHA-256 of the descriptor it serves, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptor_sha256: Option<String>,
}

/// What a probe found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The release that it went through.
    pub release: String,
    /// When it was over.
    pub at: DateTime<Utc>,
    /// Where it failed, if it did.
    #[serde(default)]
    pub failed: Option<StepFailed>,
}
