//! The loop: look every few seconds, tell people, write down what changed.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use futures_util::{StreamExt, TryStreamExt, stream};
use tally_commands::CommandError;
use tally_domain::incident::IncidentCommand;
use tally_domain::release::{ReleaseCommand, ReleaseVersion};
use tally_domain::{IncidentId, Refused, TenantId, Via};
use tally_projections::{StoreError, ViewStatus, ViewStore};
use tokio::sync::OwnedMutexGuard;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{error, info, warn};
use uuid::Uuid;

use super::alarms::{ALARMS, Alarm};
use super::notify::{NAMED_SITES, Told};
use super::outcome::{Act, Hurt, Message, News, ReleaseNote};
use super::signals::{Facts, KnownTenant};
use crate::application::health::Seen;
use crate::application::{alarms, health, incidents, releases};
use crate::directory::Credentials;
use crate::tally::Tally;
use tally_operator::metric;

/// How long one question or one write may take. A log that hangs must not keep anybody from being told.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many tenants' streams are written at a time.
const AT_ONCE: usize = 16;

/// Starts the loop. It ends with the app.
pub fn start(tally: &Arc<Tally>) {
    let every = tally.config.detection.interval;
    let weak = Arc::downgrade(tally);
    tokio::spawn(async move {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(tally) = weak.upgrade() else { return };
            look(&tally).await;
        }
    });
}

/// One look: people are told first, then it is written down.
async fn look(tally: &Arc<Tally>) {
    let facts = facts(tally).await;
    let all = tally.directory.all();
    let real = all.iter().filter(|known| !known.is_synthetic());
    let known: Vec<KnownTenant> = real
        .map(|known| KnownTenant {
            tenant: known.tenant,
            installed: known.is_installed(),
        })
        .collect();
    // Taken before the look: what an earlier one wanted is either done by now, or still being done.
    let turn = tally.watch.writing.clone().try_lock_owned().ok();
    let now = Utc::now();
    let outcome = tally.watch.tick(&known, facts, now);
    publish(tally, now);
    tally.limits.sweep();
    for message in &outcome.messages {
        tell(tally, message, &all);
    }
    if let Some(turn) = turn {
        write_down_beside(tally, outcome.acts, turn);
    }
}

/// Writes on a task of its own, so that a slow log delays no look. While one writes, what later looks want waits: the next one wants it again.
fn write_down_beside(tally: &Arc<Tally>, acts: Vec<Act>, turn: OwnedMutexGuard<()>) {
    let tally = tally.clone();
    tokio::spawn(async move {
        if let Err(cause) = write_down(&tally, acts).await {
            let cause = format!("{cause:#}");
            warn!(
                cause,
                "what was seen could not be written down; it is tried again"
            );
        }
        drop(turn);
    });
}

fn publish(tally: &Tally, now: chrono::DateTime<Utc>) {
    tally.watch.signals().publish(now);
    let firing = tally.watch.firing();
    for alarm in &ALARMS {
        let fires = firing.iter().any(|(firing, _)| firing.name == alarm.name);
        metrics::gauge!(metric::ALARM_FIRING, "alarm" => alarm.name).set(if fires { 1.0 } else { 0.0 });
    }
}

async fn facts(tally: &Tally) -> Facts {
    let now = Utc::now();
    let (head, views) = tokio::join!(timeout(PATIENCE, tally.log.head()), ask(tally, ViewStore::status));
    let log_answers = matches!(head, Ok(Ok(_)));
    let stopped = |views: Vec<ViewStatus>| views.iter().filter(|view| !view.running()).count() as u64;
    Facts {
        installs_unstored: tally.directory.unstored(now),
        installs_refused: tally.observations.refused_installs(now),
        key_server_failing: tally.install_keys.failing(),
        // Views that cannot be asked show nothing either.
        views_stopped: views.map_or(1, stopped),
        log_unavailable: !log_answers || tally.watch.log.failing(),
        notifications_waiting: tally.watch.notifier.waiting(),
    }
}

fn tell(tally: &Tally, message: &Message, all: &[Arc<Credentials>]) {
    let alarm = message.alarm.name;
    let (value, limit) = (message.measured.value, message.measured.limit);
    match message.news {
        News::Firing => error!(alarm, value, limit, "an alarm fires"),
        News::StillFiring => error!(alarm, value, limit, "an alarm still fires"),
        News::Resolved => info!(alarm, value, limit, "an alarm is over"),
    }
    let site = |tenant: &TenantId| {
        let known = all.iter().find(|known| known.tenant == *tenant)?;
        Some(known.base_url.as_ref()?.origin().to_owned())
    };
    let sites = message
        .tenants
        .iter()
        .filter_map(site)
        .take(NAMED_SITES)
        .collect();
    let told = Told::of(message, sites, tally.config.base_url.as_str());
    tally.watch.notifier.tell(&Arc::new(told));
}

/// Stops at the first failure: the next look wants the rest again.
async fn write_down(tally: &Tally, acts: Vec<Act>) -> anyhow::Result<()> {
    let of_tenant = |act: &Act| matches!(act, Act::Failing(..) | Act::Recovered(_) | Act::Left(_));
    let (tenants, others): (Vec<_>, Vec<_>) = acts.into_iter().partition(of_tenant);
    for act in others {
        done(tally, act).await?;
    }
    stream::iter(tenants)
        .map(Ok)
        .try_for_each_concurrent(AT_ONCE, |act| done(tally, act))
        .await
}

async fn done(tally: &Tally, act: Act) -> anyhow::Result<()> {
    timeout(PATIENCE, carry_out(tally, &act)).await??;
    tally.watch.carried_out(&act);
    Ok(())
}

async fn carry_out(tally: &Tally, act: &Act) -> anyhow::Result<()> {
    let log = &*tally.log;
    match act {
        Act::Failing(tenant, failure) => {
            health::note(log, *tenant, &Seen::Failing(failure.clone())).await?;
            warn!(%tenant, code = failure.code, since = %failure.since, refusals = failure.refusals, "a tenant is failing");
        }
        Act::Recovered(tenant) => {
            health::note(log, *tenant, &Seen::Recovered).await?;
            info!(%tenant, "a tenant recovered");
        }
        Act::Left(tenant) => {
            health::note(log, *tenant, &Seen::Left).await?;
            info!(%tenant, "a failing tenant uninstalled");
        }
        Act::Fired(_, firing) => {
            alarms::note_firing(log, firing).await?;
        }
        Act::Resolved(alarm) => {
            alarms::note_resolved(log, alarm.name).await?;
        }
        Act::Incident(alarm, hurt) => propose(tally, alarm, hurt).await?,
        Act::Release(note) => {
            for version in baking(tally).await {
                releases::carry_out(log, &version, &command(note), Via::App, Utc::now()).await?;
            }
        }
    }
    Ok(())
}

/// Proposes the alarm's incident, or adds to the one that is open. One that the operator has closed is left alone for as long as the alarm fires.
async fn propose(tally: &Tally, alarm: &'static Alarm, hurt: &Hurt) -> anyhow::Result<()> {
    let Some(proposal) = alarm.incident else {
        return Ok(());
    };
    let open = ask(tally, |views| views.incidents().open_of_alarm(alarm.name)).await;
    let id = match open {
        Some(Some(open)) => open.id,
        // The same id however often this is tried, also after a restart, and on whatever node.
        _ => {
            let written = alarms::firing_since(&*tally.log, alarm.name).await?;
            let name = named(alarm, written.unwrap_or(hurt.since));
            IncidentId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
        }
    };
    let commands = [
        IncidentCommand::Propose {
            title: proposal.title.to_owned(),
            component: alarm.component,
            alarm: Some(alarm.name.to_owned()),
            affected: hurt.affected.clone(),
        },
        IncidentCommand::AddAffected {
            affected: hurt.affected.clone(),
        },
    ];
    for command in &commands {
        match incidents::carry_out(&*tally.log, id, command, Via::App).await {
            Ok(_) => {}
            Err(CommandError::Refused(refusal)) => {
                info!(
                    alarm = alarm.name,
                    code = refusal.code(),
                    "an incident takes in no more"
                );
            }
            Err(cause) => return Err(cause.into()),
        }
    }
    Ok(())
}

fn named(alarm: &Alarm, since: chrono::DateTime<Utc>) -> String {
    format!("incident/{}/{}", alarm.name, since.timestamp_micros())
}

/// The releases that bake; when the views cannot say which, what runs here may.
async fn baking(tally: &Tally) -> Vec<ReleaseVersion> {
    match ask(tally, |views| views.releases().baking()).await {
        Some(baking) => baking.into_iter().map(|release| release.version).collect(),
        None => vec![tally.config.release.running.clone()],
    }
}

/// Asks the views; `None` when they do not answer.
async fn ask<T: Send + 'static>(
    tally: &Tally,
    question: impl FnOnce(&ViewStore) -> Result<T, StoreError> + Send + 'static,
) -> Option<T> {
    let views = tally.views.clone();
    let asked = tokio::task::spawn_blocking(move || question(&views));
    match timeout(PATIENCE, asked).await {
        Ok(Ok(Ok(answer))) => Some(answer),
        _ => None,
    }
}

fn command(note: &ReleaseNote) -> ReleaseCommand {
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
