//! The shapes of `/ops/api`. They are separate from the views' so that each can change alone. The
//! command line reads them too.

use crate::domain::IncidentId;
use crate::domain::incident::Component;
use crate::views::{self, IncidentRecord, ReleaseRecord};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::TenantId;
use tally_messages::{Language, Texts};
use uuid::Uuid;

use crate::watch::alarms::{Alarm, title_in_english};

/// A release.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// Its version.
    pub version: String,
    /// `baking`, `failed`, `promoted` or `aborted`.
    pub state: String,
    /// When its bake began.
    pub staged_at: DateTime<Utc>,
    /// How long it has to bake, in seconds.
    pub bake_seconds: u64,
    /// How long it has baked so far, in seconds.
    pub baked_seconds: u64,
    /// Why its time does not count now; null while it counts and once it is over.
    pub not_counting: Option<String>,
    /// SHA-256 of the descriptor it serves.
    pub descriptor_sha256: Option<String>,
    /// When the last probe reported.
    pub last_probe_at: Option<DateTime<Utc>>,
    /// Where the last probe failed, if it did.
    pub last_probe_failed: Option<StepFailed>,
    /// The number of tenants that began to fail while it baked and still do.
    pub failing: u64,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed or was aborted.
    pub reason: Option<String>,
}

/// Where a probe failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepFailed {
    /// The step, such as `rotate`.
    pub step: String,
    /// The code of the failure.
    pub code: String,
}

impl Release {
    /// The shape of a record. Time between two probes counts only up to `gap`.
    pub(super) fn from_record(record: ReleaseRecord, gap: Duration, now: DateTime<Utc>) -> Self {
        Self {
            not_counting: reason_not_counting(&record, gap, now),
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
    pub fn has_baked(&self) -> bool {
        self.baked_seconds >= self.bake_seconds
    }
}

fn reason_not_counting(record: &ReleaseRecord, gap: Duration, now: DateTime<Utc>) -> Option<String> {
    if record.end.is_some() {
        return None;
    }
    let texts = Texts::of(Language::English);
    if let Some((step, code)) = &record.last_probe_failed {
        return Some(texts.release_why_probe_failed(code, step));
    }
    if record.failing > 0 {
        return Some(texts.release_why_failing(record.failing));
    }
    let Some(last) = record.last_probe_at else {
        return Some(texts.release_why_no_probe());
    };
    (now - last > gap).then(|| {
        let (ago, gap) = (
            texts.duration((now - last).num_seconds()),
            texts.duration(gap.num_seconds()),
        );
        texts.release_why_gap(&ago, &gap)
    })
}

/// An incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// What is wrong, in a few words.
    pub title: String,
    /// The part of Tally that it is about.
    pub component: Component,
    /// The alarm that proposed it; null when the operator did.
    pub alarm: Option<String>,
    /// `proposed`, `investigating`, `identified`, `monitoring`, `resolved` or `dismissed`.
    pub stage: String,
    /// Whether it affects all tenants.
    pub everyone: bool,
    /// The number of tenants that it names.
    pub affected: u64,
    /// The number of these tenants that are repaired.
    #[serde(rename = "mended")]
    pub repaired: u64,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// When it became public.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// What was published about it, oldest first.
    pub updates: Vec<Update>,
    /// The published text about what happened and why.
    pub postmortem: Option<String>,
}

/// What was published about an incident at one time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Update {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// The stage of the incident from then on.
    pub stage: String,
    /// The published text.
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
            title: title_in_english(&record.title),
            component: record.component,
            alarm: record.alarm,
            stage: record.stage.as_str().to_owned(),
            everyone: record.everyone,
            affected: record.affected,
            repaired: record.repaired,
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
    pub fn is_open(&self) -> bool {
        !matches!(self.stage.as_str(), "resolved" | "dismissed")
    }

    /// The affected tenants, in words.
    pub fn affected_text(&self) -> String {
        let named = match self.affected {
            0 => String::new(),
            affected => format!("{affected} tenants, {} of them repaired", self.repaired),
        };
        match (self.everyone, named.is_empty()) {
            (true, true) => "everyone".to_owned(),
            (true, false) => format!("everyone; {named}"),
            (false, true) => "no tenant by name".to_owned(),
            (false, false) => named,
        }
    }
}

/// An incident with the tenants that it names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IncidentDetails {
    /// The incident.
    #[serde(flatten)]
    pub incident: Incident,
    /// The tenants, first those whose admin still has to update or reinstall.
    pub tenants: Vec<AffectedTenant>,
}

/// A tenant that an incident names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedTenant {
    /// The tenant's id.
    pub tenant: TenantId,
    /// Its address, if it is known.
    pub site: Option<String>,
    /// Since when the incident names it.
    pub since: DateTime<Utc>,
    /// When a request of it verified again.
    #[serde(rename = "mendedAt")]
    pub repaired_at: Option<DateTime<Utc>>,
}

/// A tenant whose requests are refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailingTenant {
    /// The tenant's id.
    pub tenant: TenantId,
    /// Its address, if it is known.
    pub site: Option<String>,
    /// The first refused request with none verified since.
    pub since: DateTime<Utc>,
    /// The code of the refusal.
    pub code: String,
    /// What the code means.
    pub cause: String,
    /// The number of refused requests when the failure was recorded.
    pub refusals: u64,
    /// The last request that verified before that.
    pub last_good_at: Option<DateTime<Utc>>,
}

/// A period in which an alarm fired.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlarmPeriod {
    /// The alarm's name.
    pub alarm: String,
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// When it began to fire.
    pub fired_at: DateTime<Utc>,
    /// When it was over; null while it fires.
    pub resolved_at: Option<DateTime<Utc>>,
    /// What was measured when it fired.
    pub value: f64,
    /// The value from which it fires.
    pub limit: f64,
    /// The number of tenants that it was about.
    pub tenants: u64,
    /// `critical` or `warning`; null for an alarm that this version does not have.
    pub severity: Option<String>,
    /// What the alarm means.
    pub summary: Option<String>,
    /// What to do first.
    pub remedy: Option<String>,
    /// Its chapter in the runbook.
    pub runbook: Option<String>,
}

impl From<views::AlarmPeriod> for AlarmPeriod {
    fn from(period: views::AlarmPeriod) -> Self {
        let known = Alarm::by_name(&period.alarm);
        Self {
            alarm: period.alarm,
            since: period.since,
            fired_at: period.fired_at,
            resolved_at: period.resolved_at,
            value: period.value,
            limit: period.limit,
            tenants: period.tenants,
            severity: known.map(|alarm| alarm.severity.as_str().to_owned()),
            summary: known.map(|alarm| alarm.summary.to_owned()),
            remedy: known.map(|alarm| alarm.remedy.to_owned()),
            runbook: known.map(Alarm::runbook),
        }
    }
}

/// The current state of everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// When this was read.
    pub at: DateTime<Utc>,
    /// The version that runs here, as configured.
    pub release: String,
    /// The alarms that fire.
    pub alarms: Vec<AlarmPeriod>,
    /// The tenants that fail.
    pub failing: Vec<FailingTenant>,
    /// The releases that bake.
    pub releases: Vec<Release>,
    /// The incidents that are neither resolved nor dismissed.
    pub incidents: Vec<Incident>,
    /// By incident, the sites whose admin still has to update or reinstall; also of incidents that
    /// are resolved.
    pub by_hand: Vec<WaitingSites>,
    /// The messages about alarms that no channel accepted yet, or not all.
    #[serde(default)]
    pub waiting_notices: Vec<WaitingNotice>,
}

/// A message about an alarm that waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WaitingNotice {
    /// The alarm.
    pub alarm: String,
    /// Whether it says that the alarm is over.
    pub resolved: bool,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The channels that did not accept it.
    pub channels: Vec<String>,
}

impl From<crate::watch::WaitingNotice> for WaitingNotice {
    fn from(waiting: crate::watch::WaitingNotice) -> Self {
        Self {
            alarm: waiting.alarm,
            resolved: waiting.resolved,
            at: waiting.at,
            channels: waiting.channels,
        }
    }
}

/// Sites that wait for their admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WaitingSites {
    /// The incident that names them.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// The sites.
    pub tenants: Vec<AffectedTenant>,
}

/// The request to propose an incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeIncident {
    /// What is wrong, in a few words.
    pub title: String,
    /// The part of Tally that it is about.
    pub component: Component,
    /// The affected tenants, by id.
    #[serde(default)]
    pub tenants: Vec<Uuid>,
    /// Whether all tenants are affected.
    #[serde(default)]
    pub everyone: bool,
}

/// The texts of a command on an incident or a release. Each command needs some of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandTexts {
    /// A better title, when an incident is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text for the public.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// How far the work is: `investigating`, `identified` or `monitoring`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phase: String,
    /// Why an incident is dismissed or a release is aborted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The text of a postmortem.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// The request to add tenants that an incident affects.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddAffected {
    /// The tenants, by id.
    #[serde(default)]
    pub tenants: Vec<Uuid>,
    /// Whether all tenants are affected.
    #[serde(default)]
    pub everyone: bool,
}

/// The request to begin the bake of a release.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StageRelease {
    /// The release's version.
    pub version: String,
    /// How long it has to bake, in seconds; when absent, as the server is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bake_seconds: Option<u64>,
    /// SHA-256 of the descriptor it serves, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descriptor_sha256: Option<String>,
}

/// The result of a probe.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeResult {
    /// The version of the release that it probed.
    pub release: String,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Where it failed, if it did.
    #[serde(default)]
    pub failed: Option<StepFailed>,
}
