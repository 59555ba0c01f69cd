//! Recording in the log what a tick led to.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::IncidentId;
use crate::domain::incident::{IncidentCommand, IncidentTitle};
use crate::domain::release::{ReleaseCommand, ReleaseVersion};
use crate::views::{IncidentList, ReleaseList};
use chrono::{DateTime, Utc};
use tally_domain::{Clock, Refused, Via};
use tally_event_log::LogWriter;
use tally_view_store::{StoreError, ViewStore};
use tokio::time::timeout;
use tracing::{info, warn};
use uuid::Uuid;

use super::alarms::Alarm;
use super::outcome::{NewlyAffected, RecordTask, ReleaseNote};
use crate::commands::health::HealthFinding;
use crate::commands::{CommandFailure, alarms, health, incidents, releases};

/// How long one query of the views, or one write, may take. A log that hangs must not delay a
/// message.
pub(super) const TIMEOUT: Duration = Duration::from_secs(3);

/// Records in the log.
pub(super) struct Recorder {
    pub clock: Clock,
    pub log: Arc<dyn LogWriter>,
    pub views: Arc<ViewStore>,
    /// The version that runs here.
    pub running: ReleaseVersion,
}

impl Recorder {
    /// Records one task.
    pub async fn record(&self, task: &RecordTask) -> anyhow::Result<()> {
        timeout(TIMEOUT, self.carry_out(task)).await?
    }

    async fn carry_out(&self, task: &RecordTask) -> anyhow::Result<()> {
        let log = &*self.log;
        match task {
            RecordTask::Failing(tenant, failure) => {
                health::record(log, *tenant, &HealthFinding::Failing(failure.clone())).await?;
                let (code, since, refusals) = (&failure.code, &failure.since, failure.refusals);
                warn!(%tenant, code, %since, refusals, "a tenant is failing");
            }
            RecordTask::Recovered(tenant) => {
                health::record(log, *tenant, &HealthFinding::Recovered).await?;
                info!(%tenant, "a tenant recovered");
            }
            RecordTask::Left(tenant) => {
                health::record(log, *tenant, &HealthFinding::Left).await?;
                info!(%tenant, "a failing tenant uninstalled");
            }
            RecordTask::Fired(_, firing) => {
                alarms::record_firing(log, firing).await?;
            }
            RecordTask::Resolved(alarm) => {
                alarms::record_resolved(log, alarm.name).await?;
            }
            RecordTask::Incident(alarm, new) => self.propose_incident(alarm, new).await?,
            RecordTask::Release(note) => self.note_for_releases(note).await?,
        }
        Ok(())
    }

    async fn note_for_releases(&self, note: &ReleaseNote) -> anyhow::Result<()> {
        let command = to_command(note);
        for version in self.baking_releases().await {
            let carried_out = releases::carry_out(&*self.log, &version, &command, Via::App, self.clock.now());
            carried_out.await?;
        }
        Ok(())
    }

    /// The releases that bake; when the views do not answer, the one that runs here, which may be
    /// baking.
    async fn baking_releases(&self) -> Vec<ReleaseVersion> {
        match ask_views(&self.views, |views| ReleaseList::of(views).baking()).await {
            Some(baking) => baking.into_iter().map(|release| release.version).collect(),
            None => vec![self.running.clone()],
        }
    }

    /// Proposes the alarm's incident, or adds tenants to the one that is open. An incident that the
    /// operator has closed is left alone as long as the alarm fires.
    async fn propose_incident(&self, alarm: &'static Alarm, new: &NewlyAffected) -> anyhow::Result<()> {
        if alarm.incident.is_none() {
            return Ok(());
        }
        let incident = self.incident_of(alarm, new.since).await?;
        let commands = [
            IncidentCommand::Propose {
                title: IncidentTitle::OfAlarm(alarm.name.to_owned()),
                component: alarm.component,
                alarm: Some(alarm.name.to_owned()),
                affected: new.affected.clone(),
            },
            IncidentCommand::AddAffected {
                affected: new.affected.clone(),
            },
        ];
        for command in &commands {
            match incidents::carry_out(&*self.log, incident, command, Via::App).await {
                Ok(_) => {}
                Err(CommandFailure::Refused(refusal)) => {
                    let (alarm, code) = (alarm.name, refusal.code());
                    info!(alarm, code, "the incident takes no more tenants");
                }
                Err(CommandFailure::Unavailable(cause)) => return Err(cause),
            }
        }
        Ok(())
    }

    /// The alarm's open incident. When there is none, an id that is the same however often this is
    /// tried, on whatever node.
    async fn incident_of(&self, alarm: &'static Alarm, since: DateTime<Utc>) -> anyhow::Result<IncidentId> {
        let open = ask_views(&self.views, |views| {
            IncidentList::of(views).open_of_alarm(alarm.name)
        })
        .await;
        if let Some(Some(open)) = open {
            return Ok(open.id);
        }
        let recorded = alarms::firing_since(&*self.log, alarm.name).await?;
        let since = recorded.unwrap_or(since).timestamp_micros();
        let name = format!("incident/{}/{since}", alarm.name);
        Ok(IncidentId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())))
    }
}

fn to_command(note: &ReleaseNote) -> ReleaseCommand {
    match note {
        ReleaseNote::TenantFailing(tenant, code) => ReleaseCommand::NoteTenantFailing {
            tenant: *tenant,
            code: code.clone(),
        },
        ReleaseNote::TenantRecovered(tenant) => ReleaseCommand::NoteTenantRecovered { tenant: *tenant },
        ReleaseNote::Alarm(alarm, tenants) => ReleaseCommand::NoteAlarm {
            alarm: (*alarm).to_owned(),
            tenants: *tenants,
        },
    }
}

/// Asks the views on a thread of their own; `None` when they do not answer in time.
pub(super) async fn ask_views<T: Send + 'static>(
    views: &Arc<ViewStore>,
    question: impl FnOnce(&ViewStore) -> Result<T, StoreError> + Send + 'static,
) -> Option<T> {
    let views = views.clone();
    let answer = tokio::task::spawn_blocking(move || question(&views));
    match timeout(TIMEOUT, answer).await {
        Ok(Ok(Ok(answer))) => Some(answer),
        _ => None,
    }
}
